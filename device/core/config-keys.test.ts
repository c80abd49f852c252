import { describe, expect, it } from "vitest";
import { ConfigKeys } from "./config-keys";
import { MemoryStore } from "./testing/rig";

function keys(store = new MemoryStore()): ConfigKeys {
  return new ConfigKeys(store, store.saved);
}

describe("configuration keys", () => {
  it("have the defaults of the requirements", () => {
    const config = keys();
    expect(config.numberOf("MeterValueSampleInterval")).toBe(30);
    expect(config.numberOf("HeartbeatInterval")).toBe(45);
    expect(config.numberOf("ConnectionTimeOut")).toBe(60);
    expect(config.isOn("AllowOfflineTxForUnknownId")).toBe(false);
    expect(config.isOn("LocalAuthorizeOffline")).toBe(true);
  });

  it.each([
    ["MeterValueSampleInterval", "5", "Accepted"],
    ["metervaluesampleinterval", "0", "Accepted"],
    ["MeterValueSampleInterval", "-1", "Rejected"],
    ["MeterValueSampleInterval", "5s", "Rejected"],
    ["MeterValueSampleInterval", "05", "Rejected"],
    ["MeterValueSampleInterval", "", "Rejected"],
    ["MeterValueSampleInterval", "99999999999", "Rejected"],
    ["HeartbeatInterval", "86401", "Rejected"],
    ["AuthorizeRemoteTxRequests", "TRUE", "Accepted"],
    ["AuthorizeRemoteTxRequests", "1", "Rejected"],
    ["NumberOfConnectors", "2", "Rejected"],
    ["StopTxnSampledData", "Energy.Active.Import.Register", "Accepted"],
    ["StopTxnSampledData", "", "Accepted"],
    ["StopTxnSampledData", "Voltage", "Rejected"],
    ["ReconnectAfterLimit", "Manual", "Accepted"],
    ["ReconnectAfterLimit", "Slow", "Accepted"],
    ["ReconnectAfterLimit", "manual", "Rejected"],
    ["RefusedFrames", "0", "Rejected"],
    ["Nonsense", "1", "NotSupported"],
  ])("answer %s=%s with %s", (name, value, status) => {
    expect(keys().change(name, value)).toBe(status);
  });

  it("survive a reset, and a damaged value does not", () => {
    const store = new MemoryStore();
    const config = keys(store);
    config.change("MeterValueSampleInterval", "7");
    config.change("AuthorizeRemoteTxRequests", "True");
    const writes = store.writes;
    config.change("MeterValueSampleInterval", "7");
    expect(store.writes).toBe(writes);
    expect(keys(store).numberOf("MeterValueSampleInterval")).toBe(7);
    expect(keys(store).isOn("AuthorizeRemoteTxRequests")).toBe(true);
    store.saved["c1"] = "garbage";
    expect(keys(store).numberOf("MeterValueSampleInterval")).toBe(30);
  });

  it("can be emptied again", () => {
    const store = new MemoryStore();
    keys(store).change("StopTxnSampledData", "Energy.Active.Import.Register");
    const config = keys(store);
    expect(config.textOf("StopTxnSampledData")).toBe("Energy.Active.Import.Register");
    config.change("StopTxnSampledData", "");
    expect(keys(store).textOf("StopTxnSampledData")).toBe("");
  });

  it("are found whatever their case, and described as GetConfiguration tells them", () => {
    const config = keys();
    expect(config.count()).toBeGreaterThan(30);
    expect(config.describe(config.indexOf("numberofconnectors"))).toEqual({
      key: "NumberOfConnectors",
      readonly: true,
      value: "1",
    });
    expect(config.indexOf("Nope")).toBe(-1);
  });
});
