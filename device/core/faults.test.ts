import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LAMP_FAULT, noInputs, PILOT_B, PILOT_C, PILOT_E } from "./board";
import { end } from "./testing/readings";
import { Rig } from "./testing/rig";

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

  it("never close the contactor without a car in C, a transaction and a healthy front-end", () => {
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
            expect(seen.pilot).toBe(PILOT_C);
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
