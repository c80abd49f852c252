import { describe, expect, it } from "vitest";
import { LAMP_OFF, LAMP_WAITING } from "./board";
import type { Payload } from "./frame";
import { contextOf, end } from "./testing/readings";
import { Rig } from "./testing/rig";

describe("commands", () => {
  const rig = (): Rig => new Rig().online();

  it.each<[string, Payload, unknown]>([
    ["RemoteStartTransaction", {}, "FormationViolation"],
    ["RemoteStartTransaction", { idTag: "A".repeat(21) }, "FormationViolation"],
    ["RemoteStartTransaction", { idTag: "A", connectorId: 2 }, { status: "Rejected" }],
    ["RemoteStopTransaction", {}, "FormationViolation"],
    ["RemoteStopTransaction", { transactionId: 4 }, { status: "Rejected" }],
    ["TriggerMessage", {}, "FormationViolation"],
    ["TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 2 }, { status: "Rejected" }],
    ["TriggerMessage", { requestedMessage: "MeterValues", connectorId: 2 }, { status: "Rejected" }],
    ["TriggerMessage", { requestedMessage: "FirmwareStatusNotification" }, { status: "NotImplemented" }],
    ["ChangeAvailability", { type: "Operative" }, "FormationViolation"],
    ["ChangeAvailability", { connectorId: 1 }, "FormationViolation"],
    ["ChangeAvailability", { connectorId: 2, type: "Operative" }, { status: "Rejected" }],
    ["ChangeAvailability", { connectorId: -1, type: "Operative" }, { status: "Rejected" }],
    ["ChangeAvailability", { connectorId: 1, type: "Operative" }, { status: "Accepted" }],
    ["Reset", { type: "Warm" }, "FormationViolation"],
    ["UnlockConnector", {}, "FormationViolation"],
    ["UnlockConnector", { connectorId: 2 }, { status: "NotSupported" }],
    ["ChangeConfiguration", { key: "A" }, "FormationViolation"],
    ["ChangeConfiguration", { value: "A" }, "FormationViolation"],
    ["ChangeConfiguration", { key: "A", value: "1" }, { status: "NotSupported" }],
    ["GetConfiguration", { key: Array(41).fill("HeartbeatInterval") }, "OccurenceConstraintViolation"],
    ["ClearCache", {}, { status: "Accepted" }],
    ["DataTransfer", { vendorId: "x" }, { status: "UnknownVendorId" }],
    ["SignCertificate", {}, "NotImplemented"],
    ["UpdateFirmware", { location: "ftp://x/y", retrieveDate: "2026-03-01T12:00:00Z" }, "NotSupported"],
    ["GetDiagnostics", { location: "ftp://x/y" }, {}],
  ])("%s %o", (action, payload, expected) => {
    expect(rig().call(action, payload)).toEqual(expected);
  });

  it("TriggerMessage sends what it asks for, once", () => {
    const r = rig();
    for (const requestedMessage of ["MeterValues", "MeterValues", "Heartbeat", "BootNotification"]) {
      expect(r.call("TriggerMessage", { requestedMessage })).toEqual({ status: "Accepted" });
    }
    const before = r.sent("StatusNotification").length;
    r.call("TriggerMessage", { requestedMessage: "StatusNotification" });
    r.call("TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 0 });
    r.call("TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 1 });
    r.run(500);
    expect(contextOf(r.last("MeterValues"))).toBe("Trigger");
    expect(r.last("MeterValues")).not.toHaveProperty("transactionId");
    expect([r.sent("Heartbeat").length, r.sent("BootNotification").length]).toEqual([1, 2]);
    expect(
      r
        .sent("StatusNotification")
        .slice(before)
        .map((c) => c.payload["connectorId"]),
    ).toEqual([0, 1, 0, 1]);
  });

  it("TriggerMessage twice before anything is sent is one message", () => {
    const r = rig();
    r.receive([2, "t1", "TriggerMessage", { requestedMessage: "Heartbeat" }]);
    r.receive([2, "t2", "TriggerMessage", { requestedMessage: "Heartbeat" }]);
    r.run(100);
    expect(r.sent("Heartbeat")).toHaveLength(1);
  });

  it("a triggered reading in a transaction names it", () => {
    const r = new Rig().charging();
    r.call("TriggerMessage", { requestedMessage: "MeterValues", connectorId: 1 });
    r.run(100);
    expect(r.last("MeterValues")["transactionId"]).toBe(2147483647);
  });

  it("a triggered reading leaves out an id that is not known yet", () => {
    const r = rig();
    r.central["StartTransaction"] = () => new Error("later");
    r.plug();
    r.call("RemoteStartTransaction", { idTag: "A" });
    r.run(500);
    r.call("TriggerMessage", { requestedMessage: "MeterValues" });
    r.run(100);
    expect(r.last("MeterValues")).not.toHaveProperty("transactionId");
  });

  it("answers a repeat from memory instead of obeying it again", () => {
    const r = rig();
    r.plug();
    const frame = [2, "same", "RemoteStartTransaction", { idTag: "A" }];
    r.receive(frame);
    r.run(500);
    r.replies.clear();
    r.receive(frame);
    r.run(500);
    expect(r.replies.get("same")?.[2]).toEqual({ status: "Accepted" });
    expect(r.sent("StartTransaction")).toHaveLength(1);
  });

  it("answers a burst of twenty, tells those beyond its room that they were not obeyed, and is silent beyond that", () => {
    const r = rig();
    for (let i = 0; i < 20; i++) r.receive([2, `b${i}`, "GetConfiguration", { key: ["HeartbeatInterval"] }]);
    for (let i = 0; i < 60; i++) r.receive([2, `c${i}`, "ChangeAvailability", { connectorId: 1, type: "Inoperative" }]);
    expect(r.charger.station.operative).toBe(true);
    for (let i = 0; i < 20; i++) r.receive(`[2,"bad${i}"]`);
    r.run(100);
    const answers = [...r.replies.values()].map((reply) => JSON.stringify(reply[2]).slice(0, 16));
    expect(new Set(answers)).toEqual(new Set(['{"configurationK', '"GenericError"']));
    expect(answers.filter((one) => one.startsWith("{")).length).toBeGreaterThan(15);
    expect(answers.length).toBeLessThan(30);
    expect(r.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" })).toEqual({ status: "Accepted" });
  });

  it("tells one long answer at a time, and what is short beside it", () => {
    const r = rig();
    for (let i = 0; i < 4; i++) r.receive([2, `long${i}`, "GetConfiguration", {}]);
    r.receive([2, "short", "ClearCache", {}]);
    r.run(100);
    expect([...r.replies.keys()]).toEqual(["long1", "long2", "long3", "short", "long0"]);
    expect(r.replies.get("long1")?.[2]).toBe("GenericError");
    expect(r.replies.get("long0")?.[2]).toHaveProperty("configurationKey.33");
    expect(r.call("GetConfiguration", {})).toEqual(r.replies.get("long0")?.[2]);
  });

  it("remembers the last eight answers", () => {
    const r = rig();
    for (let i = 0; i < 9; i++) r.receive([2, `id${i}`, "RemoteStopTransaction", { transactionId: i }]);
    r.run(100);
    r.replies.clear();
    for (const i of [1, 8, 0]) r.receive([2, `id${i}`, "ClearCache", {}]);
    r.run(100);
    expect(["id0", "id1", "id8"].map((id) => r.replies.get(id)?.[2])).toEqual([
      { status: "Accepted" },
      { status: "Rejected" },
      { status: "Rejected" },
    ]);
  });

  it("tells the caller of a frame that is too long, as far as it can read its id", () => {
    const r = rig();
    for (const head of ['[2,"x1","DataTransfer",{"data":"', '[2,"x2', "[3,", "", '[2,"\u00e4","A"', '[2,"a\\nb","A"'])
      r.charger.client.tooLong(head);
    r.run(100);
    expect([...r.replies.values()]).toEqual([[4, "x1", "GenericError", "the frame is too long", {}]]);
    expect(r.call("GetConfiguration", { key: ["RefusedFrames"] })).toMatchObject({
      configurationKey: [{ value: "6" }],
    });
  });

  it("finds no room for an answer that is longer than what is left, and says so", () => {
    const r = rig();
    const names = ["SupportedFeatureProfiles", "MeterValuesSampledData", "ChargingScheduleAllowedChargingRateUnit"];
    const key = [...names, "HeartbeatInterval", "ConnectionTimeOut", "NumberOfConnectors"];
    for (let i = 0; i < 8; i++) r.receive([2, `some${i}`, "GetConfiguration", { key }]);
    r.run(100);
    const codes = [...r.replies.values()].map((reply) => (reply[0] === 4 ? reply[2] : "answered"));
    expect([codes[0], codes.at(-1)]).toEqual(["answered", "GenericError"]);
  });

  it("forgets on a broken line what it had to answer", () => {
    const r = rig();
    for (let i = 0; i < 20; i++) r.receive([2, `long${i}`, "GetConfiguration", {}]);
    r.charger.client.disconnected();
    r.charger.client.connected();
    r.run(100);
    expect(r.replies.size).toBe(0);
    expect(r.call("ClearCache", {})).toEqual({ status: "Accepted" });
  });

  it("answers a broken call, counts noise, ignores late answers", () => {
    const r = rig();
    r.receive('[2,"x","Heartbeat"]');
    r.receive("noise");
    r.receive([3, "unknown", {}]);
    r.receive([4, "unknown", "InternalError", "", {}]);
    r.run(100);
    expect(r.replies.get("x")?.[2]).toBe("FormationViolation");
    expect(r.call("GetConfiguration", { key: ["RefusedFrames"] })).toMatchObject({
      configurationKey: [{ readonly: true, value: "2" }],
    });
  });

  it("ChangeAvailability takes the connector out of use, after the transaction, over a reset", () => {
    const r = new Rig().charging();
    expect(r.call("ChangeAvailability", { connectorId: 0, type: "Inoperative" })).toEqual({ status: "Scheduled" });
    r.run(500);
    expect(r.statuses().at(-1)).toBe("Charging");
    r.charger.station.stop("Local", "");
    r.run(500);
    expect([r.statuses().at(-1), r.outputs?.lamp]).toEqual(["Unavailable", LAMP_OFF]);
    const again = r.powerCycle().online();
    expect(again.statuses()).toEqual(["Unavailable"]);
    expect(again.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Rejected" });
    expect(again.call("ChangeAvailability", { connectorId: 1, type: "Operative" })).toEqual({ status: "Accepted" });
    again.run(500);
    expect([again.statuses().at(-1), again.outputs?.lamp]).toEqual(["Preparing", LAMP_WAITING]);
  });

  it("UnlockConnector ends the transaction and answers when the lock has moved", () => {
    const r = new Rig().charging();
    expect(r.call("UnlockConnector", { connectorId: 1 })).toBeUndefined();
    r.run(500);
    expect(r.replies.get("h2")?.[2]).toEqual({ status: "Unlocked" });
    expect(end(r)["reason"]).toBe("UnlockCommand");
  });

  it("UnlockConnector says so when the lock is stuck", () => {
    const r = new Rig().charging();
    r.receive([2, "u", "UnlockConnector", { connectorId: 1 }]);
    for (let i = 0; i < 60; i++) {
      r.inputs.locked = true;
      r.charger.tick(100, r.inputs);
    }
    r.run(100);
    expect(r.replies.get("u")?.[2]).toEqual({ status: "UnlockFailed" });
  });

  it("Reset Soft ends the transaction, sends what waits, then asks for the restart", () => {
    const r = new Rig().charging();
    expect(r.call("Reset", { type: "Soft" })).toEqual({ status: "Accepted" });
    r.run(1000);
    expect(r.last("StopTransaction")["reason"]).toBe("SoftReset");
    expect(r.outputs?.restart).toBe(true);
  });

  it("Reset Soft does not wait for ever", () => {
    const r = new Rig().charging();
    r.central["StopTransaction"] = () => undefined;
    r.call("Reset", { type: "Soft" });
    r.run(15000);
    expect(r.outputs?.restart).toBe(false);
    r.run(6000);
    expect(r.outputs?.restart).toBe(true);
  });

  it("Reset Hard waits for its answer only", () => {
    const r = new Rig().charging();
    r.central["MeterValues"] = () => undefined;
    r.call("Reset", { type: "Hard" });
    r.run(1000);
    expect(r.outputs?.restart).toBe(false);
    r.run(2000);
    expect(r.outputs?.restart).toBe(true);
    r.central["MeterValues"] = () => ({});
    expect(r.powerCycle().online().last("StopTransaction")["reason"]).toBe("HardReset");
  });
});
