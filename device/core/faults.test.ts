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
    const rarely = fc.constantFrom(false, false, false, false, false, true);
    const well = {
      ageMs: 0,
      emergencyStop: false,
      caseOpen: false,
      welded: false,
      overCurrent: false,
      residualCurrent: false,
      overTemperature: false,
      meterFailed: false,
    };
    const reading = fc.record({
      pilot: fc.constantFrom(PILOT_C, PILOT_C, PILOT_C, PILOT_B, 0, 3, PILOT_E, 5, 6, -1, NaN),
      ageMs: fc.constantFrom(0, 0, 0, 0, 1500, 1501, 60_000, NaN),
      emergencyStop: rarely,
      caseOpen: rarely,
      welded: rarely,
      overCurrent: rarely,
      residualCurrent: rarely,
      overTemperature: rarely,
      meterFailed: rarely,
      meterEpoch: fc.constantFrom(7, 8),
    });
    const step = fc.record({
      reading: fc.option(reading, { freq: 3, nil: well }),
      holds: fc.constantFrom(true, true, true, false),
      command: fc.constantFrom(...Object.keys(storm)),
      ms: fc.constantFrom(100, 300, 1000, 5000),
    });
    let closed = 0;
    const property = fc.property(fc.array(step, { maxLength: 40 }), (history) => {
      let rig = new Rig().online();
      for (const { reading, holds, command, ms } of history) {
        if (command === "charges") Object.assign(rig.inputs, well);
        rig = storm[command]?.(rig) ?? rig;
        Object.assign(rig.inputs, reading);
        for (let left = ms; left > 0; left -= 100) {
          rig.inputs.locked &&= holds;
          const seen = { ...rig.inputs };
          rig.run(100);
          if (!rig.outputs?.contactor) continue;
          closed += 1;
          const { ageMs, locked, ...rest } = seen;
          expect({ ...rest, ...well, pilot: PILOT_C }).toEqual({ ...rest, ageMs: 0 });
          expect([ageMs <= 1500, locked, rig.charger.station.tx !== undefined]).toEqual([true, true, true]);
          expect(rig.outputs.currentMa >= 6000 && rig.outputs.currentMa <= 16_000).toBe(true);
        }
      }
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
    expect(closed, "the storm finds chargers that charge").toBeGreaterThan(100);
  });
});

const limit = (ma: number) => ({
  connectorId: 0,
  csChargingProfiles: {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: "ChargePointMaxProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: ma }] },
  },
});

/** What happens to a charger in a storm; a power cut gives its next life. */
const storm: Record<string, (rig: Rig) => Rig | void> = {
  charges: (rig) => void rig.charging(),
  "charges on": (rig) => void rig.charging(),
  start: (rig) => void rig.call("RemoteStartTransaction", { idTag: "A" }),
  stop: (rig) => void rig.call("RemoteStopTransaction", { transactionId: 2147483647 }),
  tap: (rig) => void (rig.inputs.tap = "A"),
  unlock: (rig) => void rig.call("UnlockConnector", { connectorId: 1 }),
  off: (rig) => void rig.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" }),
  on: (rig) => void rig.call("ChangeAvailability", { connectorId: 1, type: "Operative" }),
  "line away": (rig) => rig.charger.client.disconnected(),
  "line back": (rig) => rig.charger.client.connected(),
  power: (rig) => rig.powerCycle(),
  flash: (rig) => rig.charger.station.flashFailed(true),
  "flash again": (rig) => rig.charger.station.flashFailed(false),
  "no current": (rig) => void rig.call("SetChargingProfile", limit(0)),
  "less current": (rig) => void rig.call("SetChargingProfile", limit(7)),
  "all current": (rig) => void rig.call("ClearChargingProfile", {}),
};
