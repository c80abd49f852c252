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

  it("answers a burst of twenty, and remembers the last few only", () => {
    const r = rig();
    for (let i = 0; i < 20; i++) r.receive([2, `b${i}`, "GetConfiguration", { key: ["HeartbeatInterval"] }]);
    for (let i = 0; i < 60; i++) r.receive([2, `c${i}`, "GetConfiguration", { key: ["HeartbeatInterval"] }]);
    r.run(100);
    expect([...r.replies.keys()].filter((id) => id.startsWith("b"))).toHaveLength(20);
    expect(r.replies.size).toBe(40);
  });

  it("obeys no call that it has no room to answer, and has room again later", () => {
    const r = rig();
    for (let i = 0; i < 20; i++) r.receive([2, `long${i}`, "GetConfiguration", {}]);
    r.receive([2, "late", "ChangeAvailability", { connectorId: 1, type: "Inoperative" }]);
    for (let i = 0; i < 20; i++) r.receive(`[2,"bad${i}"]`);
    expect(r.charger.station.operative).toBe(true);
    r.run(100);
    expect(r.replies.has("late")).toBe(false);
    expect(r.replies.size).toBeLessThan(8);
    expect(r.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" })).toEqual({ status: "Accepted" });
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
