import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LAMP_ATTENTION, LAMP_CHARGING, LAMP_FAULT, LAMP_OFF, LAMP_READY, LAMP_SUSPENDED, LAMP_WAITING } from "./board";
import { noInputs, PILOT_A, PILOT_B, PILOT_C, PILOT_D, PILOT_E } from "./board";
import type { Payload } from "./frame";
import { MemoryStore, Rig } from "./testing/rig";

function end(rig: Rig): Payload {
  rig.run(1000);
  return rig.last("StopTransaction");
}

function firstValue(payload: Payload | undefined): { context: string; value: string } | undefined {
  const meterValues = payload?.["meterValue"] as { sampledValue: { context: string; value: string }[] }[] | undefined;
  return meterValues?.[0]?.sampledValue[0];
}

function contextOf(payload: Payload | undefined): unknown {
  return firstValue(payload)?.context;
}

function energyOf(payload: Payload | undefined): number {
  return Number(firstValue(payload)?.value);
}

describe("boot", () => {
  it("introduces itself, then reports both connectors", () => {
    const rig = new Rig().online();
    expect(rig.calls.map((c) => c.action)).toEqual(["BootNotification", "StatusNotification", "StatusNotification"]);
    expect(rig.calls[0]?.payload).toEqual({
      chargePointVendor: "V",
      chargePointModel: "M",
      chargePointSerialNumber: "S",
      firmwareVersion: "1",
    });
    expect(rig.calls.slice(1).map((c) => [c.payload["connectorId"], c.payload["status"]])).toEqual([
      [0, "Available"],
      [1, "Available"],
    ]);
  });

  it("waits the interval of Pending and Rejected, and takes no commands while rejected", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Rejected", currentTime: "2026-03-01T12:00:00Z", interval: 20 });
    rig.online();
    expect(rig.call("TriggerMessage", { requestedMessage: "Heartbeat" })).toBeUndefined();
    rig.run(17000);
    expect(rig.sent("BootNotification")).toHaveLength(1);
    rig.central["BootNotification"] = () => ({ status: "Pending", interval: 0 });
    rig.run(2000);
    expect(rig.sent("BootNotification")).toHaveLength(2);
    expect(rig.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Rejected" });
    expect(rig.call("GetConfiguration", { key: ["HeartbeatInterval"] })).toHaveProperty("configurationKey");
    rig.run(55000);
    expect(rig.sent("BootNotification")).toHaveLength(2);
    rig.run(10000);
    expect(rig.sent("BootNotification")).toHaveLength(3);
    expect(rig.sent("StatusNotification")).toHaveLength(0);
    rig.central["BootNotification"] = () => ({ status: "Accepted" });
    expect(rig.call("TriggerMessage", { requestedMessage: "BootNotification" })).toEqual({ status: "Accepted" });
    rig.run(1000);
    expect(rig.sent("BootNotification")).toHaveLength(4);
    expect(rig.sent("StatusNotification").length).toBeGreaterThan(0);
  });

  it("tries again where the answer is an error, or none", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => new Error("no");
    rig.online();
    rig.run(61000);
    expect(rig.sent("BootNotification")).toHaveLength(2);
  });

  it("sends a heartbeat at the interval it was given, and after each reconnect", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Accepted", currentTime: "2026-03-01T12:00:00Z", interval: 10 });
    rig.online();
    rig.run(35000);
    expect(rig.sent("Heartbeat")).toHaveLength(3);
    rig.central["Heartbeat"] = () => ({});
    rig.charger.client.disconnected();
    rig.run(1000);
    rig.charger.client.connected();
    rig.run(100);
    expect(rig.sent("Heartbeat")).toHaveLength(4);
    expect(rig.sent("BootNotification")).toHaveLength(1);
    expect(rig.statuses()).toEqual(["Available", "Available"]);
  });

  it("has its default interval where the boot reply gives none, and counts its starts", () => {
    const store = new MemoryStore();
    const rig = new Rig(store);
    rig.central["BootNotification"] = () => ({ status: "Accepted", interval: -5 });
    rig.online();
    rig.run(44000);
    expect(rig.sent("Heartbeat")).toHaveLength(1);
    expect(store.saved["boot"]).toBe("1");
    expect(rig.powerCycle().store.saved["boot"]).toBe("2");
    store.saved["boot"] = "rubbish";
    expect(rig.powerCycle().store.saved["boot"]).toBe("1");
  });
});

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
    expect(end(rig)).toMatchObject({ reason: "Local", idTag: "CARD" });
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

  it("reports a car that pauses, and closes again in state D", () => {
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
    expect(rig.outputs?.contactor).toBe(true);
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
    expect(rig.store.writes).toBe(writes + 2);
  });

  it("costs no write where nothing has flowed", () => {
    const rig = new Rig().online();
    rig.run(20_000);
    const writes = rig.store.writes;
    ask(rig);
    expect(rig.store.writes).toBe(writes);
  });
});

describe("faults", () => {
  it("open the contactor at once and end the transaction at an emergency stop", () => {
    const rig = new Rig().charging();
    rig.inputs.emergencyStop = true;
    rig.run(100);
    expect(rig.outputs).toMatchObject({ contactor: false, currentMa: 0, lamp: LAMP_FAULT });
    expect(end(rig)["reason"]).toBe("EmergencyStop");
    expect(rig.last("StatusNotification")).toMatchObject({
      status: "Faulted",
      errorCode: "OtherError",
      info: "EmergencyStop",
    });
    expect(rig.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Rejected" });
    rig.inputs.caseOpen = true;
    rig.inputs.emergencyStop = false;
    rig.run(500);
    expect(rig.last("StatusNotification")).toMatchObject({ status: "Faulted", info: "CaseOpen" });
    rig.inputs.caseOpen = false;
    rig.run(500);
    expect(rig.last("StatusNotification")).toMatchObject({ status: "Finishing", errorCode: "NoError" });
  });

  it("let a short silence of the front-end pass, and a long one end the transaction", () => {
    const rig = new Rig().charging();
    rig.inputs.ageMs = 1600;
    rig.run(100);
    expect(rig.outputs?.contactor).toBe(false);
    rig.run(5000);
    rig.inputs.ageMs = 0;
    rig.run(500); // the pilot oscillates again
    rig.inputs.pilot = PILOT_C;
    rig.run(500);
    expect([rig.outputs?.contactor, rig.sent("StopTransaction").length]).toEqual([true, 0]);
    rig.inputs.ageMs = 9000;
    rig.run(61000);
    expect(end(rig)["reason"]).toBe("Other");
    expect(rig.call("UnlockConnector", { connectorId: 1 })).toEqual({ status: "UnlockFailed" });
  });

  it("refuse to charge through a lock that does not hold", () => {
    const rig = new Rig().charging();
    for (let i = 0; i < 60; i++) {
      rig.inputs.locked = false;
      rig.charger.tick(100, rig.inputs);
    }
    rig.inputs.locked = false;
    expect(rig.charger.tick(100, rig.inputs).contactor).toBe(false);
    rig.run(500);
    expect(end(rig)["reason"]).toBe("Other");
    expect(rig.sent("StatusNotification").some((c) => c.payload["errorCode"] === "ConnectorLockFailure")).toBe(true);
  });

  it("report a board that never spoke", () => {
    const rig = new Rig();
    rig.inputs = noInputs();
    rig.online();
    rig.run(4000);
    expect(rig.last("StatusNotification")).toMatchObject({ connectorId: 1, status: "Faulted", info: "FrontEndSilent" });
  });

  it("take a broken pilot for a fault, not for a car pulled out", () => {
    const rig = new Rig().charging();
    rig.inputs.pilot = PILOT_E;
    rig.run(100);
    expect(rig.outputs?.contactor).toBe(false);
    rig.run(1000);
    expect(rig.last("StatusNotification")).toMatchObject({ status: "Faulted", errorCode: "EVCommunicationError" });
    rig.inputs.pilot = PILOT_B;
    rig.run(1000);
    rig.inputs.pilot = PILOT_C;
    rig.run(1000);
    expect([rig.statuses().at(-1), rig.sent("StopTransaction").length]).toEqual(["Charging", 0]);
  });

  it("never close the contactor without a car in C or D, a transaction and a healthy front-end", () => {
    const step = fc.record({
      pilot: fc.integer({ min: 0, max: 6 }),
      ageMs: fc.constantFrom(0, 0, 0, 2000),
      emergencyStop: fc.constantFrom(false, false, false, true),
      caseOpen: fc.constantFrom(false, false, false, true),
      welded: fc.constantFrom(false, false, false, true),
      command: fc.constantFrom("start", "stop", "tap", "unlock", "off", "on", "line", ""),
      ms: fc.constantFrom(100, 300, 1000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (history) => {
        const rig = new Rig().online();
        for (const { command, ms, ...inputs } of history) {
          Object.assign(rig.inputs, inputs);
          if (command === "start") rig.call("RemoteStartTransaction", { idTag: "A" });
          if (command === "stop") rig.call("RemoteStopTransaction", { transactionId: 2147483647 });
          if (command === "tap") rig.inputs.tap = "A";
          if (command === "unlock") rig.call("UnlockConnector", { connectorId: 1 });
          if (command === "off") rig.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" });
          if (command === "on") rig.call("ChangeAvailability", { connectorId: 1, type: "Operative" });
          if (command === "line") rig.charger.client.disconnected();
          else rig.charger.client.connected();
          for (let left = ms; left > 0; left -= 100) {
            const seen = { ...rig.inputs };
            rig.run(100);
            if (!rig.outputs?.contactor) continue;
            expect([PILOT_C, PILOT_D]).toContain(seen.pilot);
            expect(rig.charger.station.tx).toBeDefined();
            const sick = seen.emergencyStop || seen.caseOpen || seen.welded || seen.ageMs > 1500 || !seen.locked;
            expect(sick).toBe(false);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

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
    Object.assign(store.saved, { reg: "x", tx: "{", txNo: "?", map: "1", seq: "z", boot: "-", q0: "[", c0: "no" });
    const rig = new Rig(store).charging();
    expect(rig.sent("StartTransaction")).toHaveLength(1);
    expect(rig.last("StartTransaction")["meterStart"]).toBe(0);
  });
});

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
    ["GetLocalListVersion", {}, "NotImplemented"],
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

describe("button", () => {
  it("counts once for each press, and says what follows ten attempts without the hub", () => {
    const rig = new Rig().online();
    expect(rig.charger.takePress()).toBe(false);
    rig.inputs.button = true;
    rig.run(1000);
    expect([rig.charger.takePress(), rig.charger.takePress()]).toEqual([true, false]);
    rig.inputs.button = false;
    rig.run(100);
    rig.inputs.button = true;
    rig.run(100);
    expect(rig.charger.takePress()).toBe(true);
    expect(rig.charger.reconnectsByHand()).toBe(false);
    rig.call("ChangeConfiguration", { key: "reconnectAfterLimit", value: "Manual" });
    expect([rig.charger.reconnectsByHand(), rig.powerCycle().charger.reconnectsByHand()]).toEqual([true, true]);
  });
});

describe("lamp", () => {
  it("shows readiness, and attention when the hub is long away", () => {
    const rig = new Rig().online();
    expect(rig.outputs?.lamp).toBe(LAMP_READY);
    rig.charger.needsAttention = true;
    rig.run(100);
    expect(rig.outputs?.lamp).toBe(LAMP_ATTENTION);
    rig.inputs.emergencyStop = true;
    rig.run(500);
    expect(rig.outputs?.lamp).toBe(LAMP_FAULT);
  });
});
