import { describe, expect, it } from "vitest";
import { charger, hub, now, useQuirkSite } from "../testing/quirk-site";
import { WsCharger } from "../testing/ws-charger";

useQuirkSite();

describe("14: frames of every kind", () => {
  it("what can be understood is accepted", async () => {
    const boot = {
      chargePointVendor: "V".repeat(90),
      chargePointModel: "M",
      chargePointSerialNumber: "S".repeat(40),
      firmwareVersion: null,
      somethingNew: { a: 1 },
    };
    expect(await charger.call("BootNotification", boot)).toEqual({
      status: "Accepted",
      currentTime: now,
      interval: 45,
    });
    expect(hub.store.state.chargePoints.CP1?.boot).toMatchObject({ serialNumber: "S".repeat(40), accepted: true });
    const status = { connectorId: 1, status: "Faulted", errorCode: "Error", info: "x".repeat(300), vendorId: 5 };
    expect(await charger.call("StatusNotification", status)).toEqual({});
    expect(hub.store.state.chargePoints.CP1?.connectors[1]).toMatchObject({ status: "Faulted", errorCode: "Error" });
    const values = [
      { value: "50", unit: "Hz", measurand: "Frequency" },
      { value: 230.1, measurand: "Voltage" },
    ];
    expect(await charger.call("MeterValues", { connectorId: 1, meterValue: [{ sampledValue: values }] })).toEqual({});
    const binary = await charger.exchange(Buffer.from('[2,"bin","Heartbeat",{}]'), "bin");
    expect(binary[0]).toBe(3);
  });

  it.each([
    ["not json", "-1", "FormationViolation"],
    ['[2,"x","Heartbeat"', "x", "FormationViolation"],
    ['[1,"x",{}]', "x", "FormationViolation"],
    ["{}", "-1", "FormationViolation"],
    ['[2,"x","Heartbeat",[]]', "x", "FormationViolation"],
    ['[2,"x","MakeCoffee",{}]', "x", "NotImplemented"],
    ['[2,"x","constructor",{}]', "x", "NotImplemented"],
    ['[2,"x","Reset",{"type":"Hard"}]', "x", "NotSupported"],
    ['[2,"x","GetLog",{}]', "x", "NotSupported"],
    ['[2,"x","Authorize",{}]', "x", "OccurenceConstraintViolation"],
    ['[2,"x","Authorize",{"idTag":5}]', "x", "TypeConstraintViolation"],
    ['[2,"x","StatusNotification",{"connectorId":-1,"status":"Available"}]', "x", "PropertyConstraintViolation"],
    ['[2,"x","StatusNotification",{"connectorId":1,"status":"Happy"}]', "x", "PropertyConstraintViolation"],
  ])("%s is answered to %s with %s", async (text, id, code) => {
    const [type, , given, description, details] = await charger.exchange(text, id);
    expect([type, given, details]).toEqual([4, code, {}]);
    expect(description).not.toBe("");
    expect(await charger.call("Heartbeat", {})).toEqual({ currentTime: now });
  });

  it("a frame of 1 MB closes the connection with 1009", async () => {
    charger.send(`[2,"big","DataTransfer",{"vendorId":"v","data":"${"x".repeat(1_000_000)}"}]`);
    expect(await charger.closed()).toBe(1009);
    const again = await WsCharger.connect(hub.url, "CP1");
    expect(await again.call("Heartbeat", {})).toEqual({ currentTime: now });
  });

  it("complaints are said once aloud", async () => {
    for (let i = 0; i < 5; i += 1) await charger.exchange(`[2,"${i}","MakeCoffee",{}]`, String(i));
    const loud = hub.lines.filter((line) => line.cpId === "CP1" && line.level === 40);
    expect(loud).toHaveLength(1);
  });
});
