import { describe, expect, it } from "vitest";
import { noInputs, PILOT_A, PILOT_B, PILOT_C } from "./board";
import type { Payload } from "./frame";
import { end, energyOf } from "./testing/readings";
import { damagedFlash } from "./testing/damaged";
import { MemoryStore, Rig } from "./testing/rig";

describe("resets and the offline queue", () => {
  it("ends a transaction that a power cut broke off, at the last certain reading", () => {
    const before = new Rig().charging();
    before.run(70000);
    const rig = before.powerCycle().online();
    rig.run(1000);
    const stop = rig.last("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 2147483647, reason: "PowerLoss" });
    const actions = rig.calls.map((c) => c.action).filter((a) => !a.startsWith("Status"));
    expect(actions).toEqual(["BootNotification", "MeterValues", "StopTransaction"]);
    expect(stop["meterStop"]).toBe(energyOf(rig.sent("MeterValues")[0]?.payload));
    expect(Number(stop["meterStop"])).toBeGreaterThan(50);
    expect(rig.powerCycle().online().sent("StopTransaction")).toHaveLength(0);
  });

  it("counts what the meter saw while only the program was away", () => {
    const before = new Rig().charging();
    before.run(20000);
    const flowed = before.inputs.energyWh;
    const rig = before.powerCycle(true).online();
    rig.run(1000);
    expect(rig.last("StopTransaction")["meterStop"]).toBe(flowed);
  });

  it("recovers without a front-end too", () => {
    const before = new Rig().charging();
    const rig = before.powerCycle();
    rig.inputs = noInputs();
    rig.online();
    rig.run(6000);
    expect(rig.last("StopTransaction")["reason"]).toBe("PowerLoss");
  });

  it("keeps a whole offline session over a reset and sends it in order, once", () => {
    const before = new Rig().online();
    before.call("ChangeConfiguration", { key: "AllowOfflineTxForUnknownId", value: "true" });
    before.plug();
    before.charger.client.disconnected();
    before.inputs.tap = "CARD";
    before.run(500);
    before.inputs.pilot = PILOT_C;
    before.run(65000);
    before.inputs.tap = "CARD";
    before.run(500);
    const rig = before.powerCycle().online();
    rig.run(2000);
    const actions = rig.calls.map((c) => c.action).filter((a) => /Trans|Meter/.test(a));
    expect(actions).toEqual(["StartTransaction", "MeterValues", "MeterValues", "MeterValues", "StopTransaction"]);
    expect(rig.sent("MeterValues").every((c) => c.payload["transactionId"] === 2147483647)).toBe(true);
    expect(rig.charger.client.idle()).toBe(true);
  });

  it("resolves the times of a session that ran before the clock was known", () => {
    const rig = new Rig();
    rig.store.saved["c8"] = "true";
    const early = new Rig(rig.store);
    early.run(1000);
    early.plug();
    early.inputs.tap = "CARD";
    early.run(500);
    early.inputs.pilot = PILOT_C;
    early.run(9500);
    early.online();
    expect(early.last("StartTransaction")["timestamp"]).toBe("2026-03-01T11:59:50.000Z");
  });

  it("repeats a message with the same id after a reconnect, and forgets it on its CALLRESULT only", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.central["StartTransaction"] = () => undefined;
    rig.call("RemoteStartTransaction", { idTag: "A" });
    rig.run(500);
    rig.charger.client.disconnected();
    rig.charger.client.connected();
    rig.run(500);
    const [first, second] = rig.sent("StartTransaction");
    expect(second).toEqual(first);
    rig.central["StartTransaction"] = () => ({ transactionId: 3, idTagInfo: { status: "Accepted" } });
    rig.charger.client.disconnected();
    rig.charger.client.connected();
    rig.run(500);
    rig.charger.client.disconnected();
    rig.charger.client.connected();
    rig.run(500);
    expect(rig.sent("StartTransaction")).toHaveLength(3);
  });

  it("retries an errored transaction message as its configuration says, then gives it up", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.central["StartTransaction"] = () => new Error("no");
    rig.call("ChangeConfiguration", { key: "TransactionMessageRetryInterval", value: "10" });
    rig.call("RemoteStartTransaction", { idTag: "A" });
    rig.run(9000);
    expect(rig.sent("StartTransaction")).toHaveLength(1);
    rig.run(3000);
    expect(rig.sent("StartTransaction")).toHaveLength(2);
    rig.run(17000);
    expect(rig.sent("StartTransaction")).toHaveLength(2);
    rig.run(4000);
    expect(rig.sent("StartTransaction")).toHaveLength(3);
    expect(end(rig)).toMatchObject({ transactionId: -1, reason: "Other" });
    rig.central["StopTransaction"] = () => new Error("no");
    expect(rig.charger.client.idle()).toBe(true);
  });

  it("gives up a stop that is refused for good", () => {
    const rig = new Rig().charging();
    rig.central["StopTransaction"] = () => new Error("no");
    rig.call("ChangeConfiguration", { key: "TransactionMessageAttempts", value: "1" });
    rig.charger.station.stop("Local", "");
    rig.run(1000);
    expect(rig.sent("StopTransaction")).toHaveLength(1);
    expect(rig.charger.client.idle()).toBe(true);
  });

  it("treats a start without a transactionId as failed", () => {
    const rig = new Rig().online();
    rig.plug();
    rig.central["StartTransaction"] = () => ({ idTagInfo: { status: "Accepted" } });
    rig.call("RemoteStartTransaction", { idTag: "A" });
    rig.run(1000);
    expect(rig.charger.client.idOf(1)).toBe(-1);
    expect(rig.charger.client.idle()).toBe(false);
  });

  it("asks for a new socket after two silences, and keeps the status it could not deliver", () => {
    const rig = new Rig().online();
    rig.central["StatusNotification"] = () => undefined;
    rig.central["Heartbeat"] = () => undefined;
    rig.plug();
    rig.run(31000);
    expect(rig.charger.client.hung).toBe(false);
    rig.run(31000);
    expect(rig.charger.client.hung).toBe(true);
    rig.central["StatusNotification"] = () => ({});
    rig.charger.client.disconnected();
    rig.charger.client.connected();
    rig.run(1000);
    expect(rig.charger.client.hung).toBe(false);
    expect(rig.last("StatusNotification")["status"]).toBe("Preparing");
  });

  it("keeps the newest twelve status changes while offline", () => {
    const rig = new Rig().online();
    rig.charger.client.disconnected();
    for (let i = 0; i < 15; i++) {
      rig.inputs.pilot = i % 2 === 0 ? PILOT_B : PILOT_A;
      rig.run(500);
    }
    const before = rig.calls.length;
    rig.charger.client.connected();
    rig.run(500);
    expect(rig.calls.slice(before).filter((c) => c.action === "StatusNotification")).toHaveLength(12);
    expect(rig.last("StatusNotification")["status"]).toBe("Preparing");
  });

  it("refuses a transaction when the queue cannot hold its start and stop", () => {
    const rig = new Rig().online();
    rig.central["StartTransaction"] = () => undefined;
    rig.plug();
    let accepted = 0;
    for (let i = 0; i < 20; i++) {
      const answer = rig.call("RemoteStartTransaction", { idTag: "A" }) as Payload;
      if (answer["status"] !== "Accepted") break;
      accepted++;
      rig.run(300);
      rig.charger.station.stop("Local", "");
      rig.run(300);
    }
    expect(accepted).toBe(12);
  });

  it("lives with damaged flash", () => {
    const store = new MemoryStore();
    Object.assign(store.saved, damagedFlash());
    const rig = new Rig(store).charging();
    expect(rig.sent("StartTransaction")).toHaveLength(1);
    expect(rig.last("StartTransaction")["meterStart"]).toBe(0);
  });
});
