import { describe, expect, it } from "vitest";
import { calls } from "../ocpp/calls";
import { allowedUnits, clearingFor, profileFor, waysFor } from "./profile";
import type { ProfileInput } from "./profile";

const input: ProfileInput = {
  connectorId: 2,
  register: "tx",
  limitA: 9.99,
  way: { via: "tx", unit: "A", kind: "Relative" },
  phases: 3,
  stackLevel: 4,
  transactionId: 77,
};

describe("a charging profile", () => {
  it("is what OCPP asks for, in each way that there is", () => {
    for (const connectors of [1, 2]) {
      for (const way of waysFor(connectors, null)) {
        for (const register of ["stored", "tx"] as const) {
          for (const phases of [1, 3] as const) {
            const request = profileFor({ ...input, way, register, phases });
            expect(calls.SetChargingProfile.request.parse(request)).toEqual(request);
          }
        }
      }
    }
    for (const request of clearingFor(2)) expect(calls.ClearChargingProfile.request.parse(request)).toEqual(request);
  });

  it("limits the running transaction in tenths of an ampere, never more than was meant", () => {
    expect(profileFor(input)).toEqual({
      connectorId: 2,
      csChargingProfiles: {
        chargingProfileId: 1002,
        stackLevel: 4,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Relative",
        transactionId: 77,
        chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.9 }] },
      },
    });
    const nameless = profileFor({ ...input, transactionId: null }).csChargingProfiles;
    expect(nameless).not.toHaveProperty("transactionId");
  });

  it("says in watts for how many phases it is, and the whole charge point is connector 0", () => {
    const way = { via: "max", unit: "W", kind: "Absolute" } as const;
    const { connectorId, csChargingProfiles } = profileFor({ ...input, register: "stored", limitA: 6, way, phases: 1 });
    expect(connectorId).toBe(0);
    expect(csChargingProfiles).toMatchObject({
      chargingProfilePurpose: "ChargePointMaxProfile",
      chargingSchedule: {
        startSchedule: "2000-01-01T00:00:00Z",
        chargingRateUnit: "W",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 1380, numberPhases: 1 }],
      },
    });
  });
});

describe("the ways to tell", () => {
  it.each([
    ["Current", ["A"]],
    ["Power", ["W"]],
    ["Current,Power", ["A", "W"]],
    [" W , A ", ["A", "W"]],
    ["whatever", null],
    [null, null],
  ])("of a charger that says %s", (value, units) => {
    expect(allowedUnits(value)).toEqual(units);
  });

  it("are those in its unit, and its maximum only where that limits one connector", () => {
    expect(waysFor(1, ["W"])).toHaveLength(5);
    expect(waysFor(1, null).at(0)).toEqual({ via: "tx", unit: "A", kind: "Relative" });
    expect(waysFor(2, null).some(({ via }) => via === "max")).toBe(false);
  });
});
