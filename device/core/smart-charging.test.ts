import { describe, expect, it } from "vitest";
import { PILOT_C } from "./board";
import type { Payload } from "./frame";
import { payload } from "./testing/profiles";
import type { Wish } from "./testing/profiles";
import { Rig } from "./testing/rig";

describe("Smart Charging from the hub", () => {
  const set = (rig: Rig, wish: Wish, connectorId = 1): unknown =>
    rig.call("SetChargingProfile", { connectorId, csChargingProfiles: payload(wish) });
  const ACCEPTED = { status: "Accepted" };
  const REJECTED = { status: "Rejected" };

  it("limits a running transaction at once, down to a pause, and lets it go on", () => {
    const rig = new Rig().charging();
    expect(set(rig, { purpose: "TxProfile", transactionId: 2147483647 })).toEqual(ACCEPTED);
    rig.run(100);
    expect(rig.outputs).toMatchObject({ contactor: true, currentMa: 10000 });
    set(rig, { purpose: "TxProfile", periods: [{ startPeriod: 0, limit: 5.9 }] });
    rig.run(100);
    expect(rig.outputs).toMatchObject({ contactor: false, currentMa: 0 });
    rig.run(1000);
    expect(rig.statuses().at(-1)).toBe("SuspendedEVSE");
    expect(rig.sent("StopTransaction")).toHaveLength(0);
    set(rig, { purpose: "TxProfile", periods: [{ startPeriod: 0, limit: 6 }] });
    rig.run(500);
    rig.inputs.pilot = PILOT_C;
    rig.run(500);
    expect([rig.outputs?.currentMa, rig.outputs?.contactor, rig.statuses().at(-1)]).toEqual([6000, true, "Charging"]);
    rig.charger.station.stop("Local", "");
    rig.run(500);
    rig.call("RemoteStartTransaction", { idTag: "NEXT" });
    rig.run(500);
    expect(rig.outputs?.currentMa).toBe(16000);
  });

  it("follows a schedule as time passes", () => {
    const rig = new Rig().charging();
    set(rig, {
      periods: [
        { startPeriod: 0, limit: 8 },
        { startPeriod: 60, limit: 12 },
      ],
    });
    rig.run(1000);
    expect(rig.outputs?.currentMa).toBe(8000);
    rig.run(60_000);
    expect(rig.outputs?.currentMa).toBe(12000);
  });

  it("keeps a site's limit over a power cut, before anybody tells the time", () => {
    const rig = new Rig().online();
    rig.call("ChangeConfiguration", { key: "AllowOfflineTxForUnknownId", value: "true" });
    const wish = { purpose: "ChargePointMaxProfile", kind: "Absolute", start: "2000-01-01T00:00:00Z" };
    expect(set(rig, wish, 0)).toEqual(ACCEPTED);
    const again = rig.powerCycle();
    again.run(1000);
    again.plug();
    again.inputs.tap = "CARD";
    again.run(500);
    expect(again.outputs?.currentMa).toBe(10000);
  });

  it.each<[string, Wish, number]>([
    ["a TxProfile without a transaction", { purpose: "TxProfile" }, 1],
    ["another connector", {}, 2],
    ["a level too high", { stackLevel: 4 }, 1],
  ])("refuses %s", (_what, wish, connectorId) => {
    expect(set(new Rig().online(), wish, connectorId)).toEqual(REJECTED);
  });

  it("refuses another transaction's profile, and one too many", () => {
    const rig = new Rig().charging();
    expect(set(rig, { purpose: "TxProfile", transactionId: 5 })).toEqual(REJECTED);
    for (const stackLevel of [0, 1, 2, 3]) set(rig, { id: stackLevel, stackLevel });
    for (const stackLevel of [0, 1]) set(rig, { id: 4 + stackLevel, stackLevel }, 0);
    expect(set(rig, { id: 8, stackLevel: 2 }, 0)).toEqual(REJECTED);
  });

  it("starts with a profile of the start's own, once", () => {
    const rig = new Rig().online();
    rig.plug();
    const start = (chargingProfile: unknown): unknown =>
      rig.call("RemoteStartTransaction", { idTag: "A", chargingProfile });
    expect(start(5)).toBe("FormationViolation");
    expect(start({ ...payload(), chargingSchedule: 1 })).toBe("FormationViolation");
    expect(start(payload())).toEqual(REJECTED);
    expect(start(payload({ purpose: "TxProfile", stackLevel: 7 }))).toEqual(REJECTED);
    expect(start(payload({ purpose: "TxProfile" }))).toEqual(ACCEPTED);
    rig.run(500);
    expect(rig.outputs?.currentMa).toBe(10000);
    rig.charger.station.stop("Local", "");
    rig.run(500);
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect([rig.charger.station.tx?.idTag, rig.outputs?.currentMa]).toEqual(["CARD", 16000]);
  });

  it("does not give a profile to whoever comes after the start it was for", () => {
    const rig = new Rig().online();
    rig.call("RemoteStartTransaction", { idTag: "A", chargingProfile: payload({ purpose: "TxProfile" }) });
    rig.run(61_000);
    rig.plug();
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect(rig.outputs?.currentMa).toBe(16000);
  });

  it.each<[string, Payload, unknown]>([
    ["SetChargingProfile", {}, "FormationViolation"],
    ["SetChargingProfile", { connectorId: 1 }, "FormationViolation"],
    ["SetChargingProfile", { connectorId: 1, csChargingProfiles: {} }, "FormationViolation"],
    ["ClearChargingProfile", {}, { status: "Unknown" }],
    ["ClearChargingProfile", { id: "1" }, "FormationViolation"],
    ["ClearChargingProfile", { connectorId: "1" }, "FormationViolation"],
    ["ClearChargingProfile", { stackLevel: 0.5 }, "FormationViolation"],
    ["ClearChargingProfile", { chargingProfilePurpose: "Other" }, "FormationViolation"],
    ["ClearChargingProfile", { id: 1, chargingProfilePurpose: "TxProfile" }, { status: "Unknown" }],
    ["GetCompositeSchedule", { connectorId: 1 }, "FormationViolation"],
    ["GetCompositeSchedule", { duration: 1 }, "FormationViolation"],
    ["GetCompositeSchedule", { connectorId: 1, duration: 60, chargingRateUnit: "V" }, "FormationViolation"],
    ["GetCompositeSchedule", { connectorId: 2, duration: 60 }, { status: "Rejected" }],
    ["GetCompositeSchedule", { connectorId: -1, duration: 60 }, { status: "Rejected" }],
    ["GetCompositeSchedule", { connectorId: 1, duration: 0 }, { status: "Rejected" }],
  ])("%s %o", (action, request, expected) => {
    expect(new Rig().online().call(action, request)).toEqual(expected);
  });

  it("clears", () => {
    const rig = new Rig().online();
    set(rig, {});
    expect(rig.call("ClearChargingProfile", { chargingProfilePurpose: "TxDefaultProfile" })).toEqual(ACCEPTED);
    expect(rig.call("ClearChargingProfile", { id: 1 })).toEqual({ status: "Unknown" });
  });

  it("knows no composite schedule while it does not know the time", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Accepted" });
    rig.online();
    expect(rig.call("GetCompositeSchedule", { connectorId: 1, duration: 60 })).toEqual(REJECTED);
  });

  it("tells the composite schedule, in amperes and in watts", () => {
    const rig = new Rig().online();
    const ask = (duration: number, unit?: string): Payload => {
      const more = unit === undefined ? {} : { chargingRateUnit: unit };
      return rig.call("GetCompositeSchedule", { connectorId: 0, duration, ...more }) as Payload;
    };
    expect(ask(600)).toMatchObject({
      status: "Accepted",
      connectorId: 0,
      scheduleStart: expect.stringMatching(/^2026-03-01T12:00:/),
      chargingSchedule: {
        duration: 600,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }],
      },
    });
    set(rig, {
      periods: [
        { startPeriod: 0, limit: 8.3 },
        { startPeriod: 60, limit: 32 },
        { startPeriod: 90, limit: 99 },
      ],
    });
    const periods = (p: Payload): unknown => (p["chargingSchedule"] as Payload)["chargingSchedulePeriod"];
    expect(periods(ask(600, "A"))).toEqual([
      { startPeriod: 0, limit: 8.3, numberPhases: 3 },
      { startPeriod: 60, limit: 16, numberPhases: 3 },
    ]);
    expect(periods(ask(600, "W"))).toEqual([
      { startPeriod: 0, limit: 5727, numberPhases: 3 },
      { startPeriod: 60, limit: 11040, numberPhases: 3 },
    ]);
    expect(periods(ask(60))).toHaveLength(1);
  });

  it("cuts a schedule that changes too often, and says where", () => {
    const rig = new Rig().online();
    const limits = [10, 11, 12, 13, 12, 11, 10, 9].map((limit, i) => ({ startPeriod: i * 3600, limit }));
    set(rig, { kind: "Recurring", recurrencyKind: "Daily", start: "2026-03-01T00:00:00Z", periods: limits });
    const week = rig.call("GetCompositeSchedule", { connectorId: 1, duration: 1_000_000 }) as Payload;
    const schedule = week["chargingSchedule"] as {
      duration: number;
      chargingSchedulePeriod: { startPeriod: number }[];
    };
    expect(schedule.chargingSchedulePeriod).toHaveLength(16);
    expect(schedule.duration).toBeGreaterThan(schedule.chargingSchedulePeriod.at(-1)?.startPeriod ?? 0);
    expect(schedule.duration).toBeLessThan(604_800);
    const flat = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ startPeriod: i * 60, limit: 10 }));
    set(rig, { kind: "Recurring", recurrencyKind: "Daily", start: "2026-03-01T12:00:00Z", periods: flat });
    const day = rig.call("GetCompositeSchedule", { connectorId: 1, duration: 1_000_000 }) as Payload;
    expect((day["chargingSchedule"] as Payload)["duration"]).toBeLessThan(604_800);
  });
});
