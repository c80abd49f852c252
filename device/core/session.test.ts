import { describe, expect, it } from "vitest";
import { LAMP_CHARGING, LAMP_SUSPENDED, PILOT_A, PILOT_B, PILOT_C, PILOT_D } from "./board";
import { contextOf, end, energyOf } from "./testing/readings";
import { Rig } from "./testing/rig";

describe("a session", () => {
  it("runs from the hub: start, rising readings, last reading, stop", () => {
    const rig = new Rig().charging();
    expect(rig.outputs).toMatchObject({ contactor: true, lock: true, currentMa: 16000, lamp: LAMP_CHARGING });
    rig.run(95000);
    const samples = rig.sent("MeterValues");
    expect(samples).toHaveLength(3);
    expect(samples.map((c) => contextOf(c.payload))).toEqual(Array(3).fill("Sample.Periodic"));
    const readings = samples.map((c) => energyOf(c.payload));
    expect(readings).toEqual(readings.toSorted((a, b) => a - b));
    expect(rig.call("RemoteStopTransaction", { transactionId: 1 })).toEqual({ status: "Rejected" });
    expect(rig.call("RemoteStopTransaction", { transactionId: -1 })).toEqual({ status: "Rejected" });
    expect(rig.call("RemoteStopTransaction", { transactionId: 2147483647 })).toEqual({ status: "Accepted" });
    rig.run(200);
    expect(rig.outputs).toMatchObject({ contactor: false, lock: false, currentMa: 0 });
    const stop = end(rig);
    expect(stop).toMatchObject({ transactionId: 2147483647, reason: "Remote" });
    const actions = rig.calls.map((c) => c.action);
    expect(actions.indexOf("StopTransaction")).toBeGreaterThan(actions.lastIndexOf("MeterValues"));
    const last = rig.sent("MeterValues").at(-1)?.payload;
    expect([contextOf(last), energyOf(last)]).toEqual(["Transaction.End", stop["meterStop"]]);
    expect(rig.call("RemoteStopTransaction", { transactionId: 2147483647 })).toEqual({ status: "Rejected" });
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    expect(rig.statuses()).toEqual(["Available", "Preparing", "SuspendedEV", "Charging", "Finishing", "Available"]);
  });

  it("waits for the plug, and gives up after the connection time-out", () => {
    const rig = new Rig().online();
    expect(rig.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Accepted" });
    expect(rig.call("RemoteStartTransaction", { idTag: "B" })).toEqual({ status: "Rejected" });
    rig.run(59000);
    expect(rig.statuses()).toEqual(["Available", "Preparing"]);
    rig.run(2000);
    expect(rig.statuses()).toEqual(["Available", "Preparing", "Available"]);
    rig.plug();
    expect(rig.sent("StartTransaction")).toHaveLength(0);
    expect(rig.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Accepted" });
    rig.run(500);
    expect(rig.sent("StartTransaction")).toHaveLength(1);
  });

  it("ends with EVDisconnected when the car is pulled out", () => {
    const rig = new Rig().charging();
    rig.inputs.pilot = PILOT_A;
    rig.run(100);
    expect(rig.outputs?.contactor).toBe(false);
    expect(end(rig)["reason"]).toBe("EVDisconnected");
    expect(rig.statuses().at(-1)).toBe("Available");
  });

  it("starts and stops with a tapped tag; another tag does not stop it", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect(rig.last("Authorize")).toEqual({ idTag: "CARD" });
    expect(rig.last("StartTransaction")["idTag"]).toBe("CARD");
    rig.inputs.tap = "OTHER";
    rig.run(500);
    expect(rig.sent("StopTransaction")).toHaveLength(0);
    rig.inputs.tap = "card";
    expect(end(rig)).toMatchObject({ reason: "Local", idTag: "card" });
  });

  it("does not start for a tag that is refused, or whose check fails", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.central["Authorize"] = () => ({ idTagInfo: { status: "Blocked" } });
    rig.inputs.tap = "BAD";
    rig.run(500);
    rig.central["Authorize"] = () => new Error("down");
    rig.inputs.tap = "BAD";
    rig.run(500);
    expect(rig.sent("Authorize")).toHaveLength(2);
    expect(rig.sent("StartTransaction")).toHaveLength(0);
  });

  it("takes an unknown tag offline only where the owner lets it", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.charger.client.disconnected();
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect(rig.charger.station.tx).toBeUndefined();
    rig.charger.client.connected();
    expect(rig.call("ChangeConfiguration", { key: "AllowOfflineTxForUnknownId", value: "true" })).toEqual({
      status: "Accepted",
    });
    rig.charger.client.disconnected();
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect(rig.charger.station.tx?.idTag).toBe("CARD");
    rig.charger.client.connected();
    rig.run(500);
    expect(rig.last("StartTransaction")["idTag"]).toBe("CARD");
  });

  it("decides offline when the line breaks in the middle of Authorize", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.call("ChangeConfiguration", { key: "AllowOfflineTxForUnknownId", value: "true" });
    rig.central["Authorize"] = () => undefined;
    rig.inputs.tap = "CARD";
    rig.run(300);
    rig.charger.client.disconnected();
    rig.run(300);
    expect(rig.charger.station.tx?.idTag).toBe("CARD");
  });

  it("checks a remote start's tag where AuthorizeRemoteTxRequests says so", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.call("ChangeConfiguration", { key: "AuthorizeRemoteTxRequests", value: "true" });
    rig.central["Authorize"] = () => ({ idTagInfo: { status: "Invalid" } });
    expect(rig.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Accepted" });
    rig.run(500);
    expect([rig.sent("Authorize").length, rig.sent("StartTransaction").length]).toEqual([1, 0]);
  });

  it("stops with DeAuthorized when the central system refuses the tag of the start", () => {
    const rig = new Rig().online();
    rig.central["StartTransaction"] = () => ({ transactionId: 5, idTagInfo: { status: "Invalid" } });
    rig.plug();
    rig.call("RemoteStartTransaction", { idTag: "A" });
    rig.run(500);
    expect(end(rig)).toMatchObject({ transactionId: 5, reason: "DeAuthorized" });
  });

  it("goes on after a refused tag where StopTransactionOnInvalidId is false", () => {
    const rig = new Rig().online();
    rig.call("ChangeConfiguration", { key: "StopTransactionOnInvalidId", value: "false" });
    rig.central["StartTransaction"] = () => ({ transactionId: 5, idTagInfo: { status: "Invalid" } });
    rig.plug();
    rig.call("RemoteStartTransaction", { idTag: "A" });
    rig.run(5000);
    expect(rig.charger.station.tx).toBeDefined();
  });

  it("leaves a newer transaction alone when an older one turns out refused", () => {
    const rig = new Rig().charging();
    rig.charger.client.disconnected();
    rig.charger.station.stop("Local", "");
    rig.inputs.pilot = PILOT_B;
    rig.run(500);
    rig.central["StartTransaction"] = () => undefined;
    rig.charger.client.connected();
    rig.run(500);
    rig.call("RemoteStartTransaction", { idTag: "SECOND" });
    rig.run(500);
    rig.charger.station.stop("Local", "");
    rig.run(200);
    rig.call("RemoteStartTransaction", { idTag: "THIRD" });
    rig.run(500);
    const second = rig.sent("StartTransaction").at(-1);
    rig.receive([3, second?.id, { transactionId: 9, idTagInfo: { status: "Blocked" } }]);
    rig.run(500);
    expect(rig.charger.station.tx?.idTag).toBe("THIRD");
  });

  it("tells both ends of the session in its stop where StopTxnSampledData asks for it", () => {
    const rig = new Rig().online();
    rig.call("ChangeConfiguration", { key: "StopTxnSampledData", value: "Energy.Active.Import.Register" });
    rig.charging();
    rig.run(10_000);
    rig.charger.station.stop("Local", "");
    const stop = end(rig);
    const ends = stop["transactionData"] as { sampledValue: { value: string }[] }[];
    expect(ends.map((e) => Number(e.sampledValue[0]?.value))).toEqual([0, stop["meterStop"]]);
  });

  it("takes no samples at interval 0", () => {
    const rig = new Rig().online();
    rig.call("ChangeConfiguration", { key: "MeterValueSampleInterval", value: "0" });
    rig.charging();
    rig.run(100_000);
    expect(rig.sent("MeterValues")).toHaveLength(0);
  });

  it("goes on in the same plug: Finishing, Preparing, Charging", () => {
    const rig = new Rig().charging();
    rig.charger.station.stop("Remote", "");
    rig.run(500);
    rig.call("RemoteStartTransaction", { idTag: "NEXT" });
    rig.run(1000);
    expect(rig.statuses().slice(-4)).toEqual(["Charging", "Finishing", "Preparing", "SuspendedEV"]);
  });

  it("reports a car that pauses, and closes again in state C, not in D: there is no ventilation", () => {
    const rig = new Rig().charging();
    rig.inputs.pilot = PILOT_B;
    rig.run(500);
    expect([rig.outputs?.contactor, rig.outputs?.lamp, rig.statuses().at(-1)]).toEqual([
      false,
      LAMP_SUSPENDED,
      "SuspendedEV",
    ]);
    rig.inputs.pilot = PILOT_D;
    rig.run(500);
    expect([rig.outputs?.contactor, rig.statuses().at(-1)]).toEqual([false, "SuspendedEVSE"]);
    rig.inputs.pilot = PILOT_C;
    rig.run(500);
    expect([rig.outputs?.contactor, rig.statuses().at(-1)]).toEqual([true, "Charging"]);
    rig.inputs.pilot = PILOT_D;
    rig.run(100);
    expect(rig.outputs?.contactor).toBe(false);
  });
});

describe("a reading that the hub asks for", () => {
  function ask(rig: Rig): number {
    expect(rig.call("TriggerMessage", { requestedMessage: "MeterValues" })).toEqual({ status: "Accepted" });
    rig.run(100);
    return energyOf(rig.last("MeterValues"));
  }

  it("is in flash before it is told, so that a stop after a power cut is not lower", () => {
    const rig = new Rig().charging();
    rig.run(12_000);
    const told = ask(rig);
    expect(told).toBeGreaterThan(10);
    const after = rig.powerCycle().online();
    after.run(1000);
    expect(Number(after.last("StopTransaction")["meterStop"])).toBeGreaterThanOrEqual(told);
  });

  it("does not wear the flash: asked again within ten seconds it tells the energy of the last write", () => {
    const rig = new Rig().charging();
    rig.run(12_000);
    const first = ask(rig);
    const writes = rig.store.writes;
    rig.run(5000);
    expect(ask(rig)).toBe(first);
    expect(rig.store.writes).toBe(writes);
    rig.run(5000);
    expect(ask(rig)).toBeGreaterThan(first + 8);
    expect(rig.store.writes).toBe(writes + 1);
  });

  it("costs no write where nothing has flowed", () => {
    const rig = new Rig().online();
    rig.run(20_000);
    const writes = rig.store.writes;
    ask(rig);
    expect(rig.store.writes).toBe(writes);
  });
});
