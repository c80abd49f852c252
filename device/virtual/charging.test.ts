import { describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

const desk = new Desk(15);
const ACCEPTED = { status: "Accepted" };

function profile(limit: number, more: object = {}): object {
  return {
    chargingProfileId: 1001,
    stackLevel: 3,
    chargingProfilePurpose: "TxProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    ...more,
  };
}

function limitTo(limit: number): Promise<unknown> {
  return desk.central.call("CP1", "SetChargingProfile", { connectorId: 1, csChargingProfiles: profile(limit) });
}

describe("Smart Charging in the VM", () => {
  it("reaches the car within seconds, pauses below 6 A and goes on", async () => {
    const charger = await desk.charging();
    await until("full current", () => charger.plant.currentA === 16);
    expect(await limitTo(10.3)).toEqual(ACCEPTED);
    const told = desk.clock.now();
    await until("less current", () => charger.plant.currentA === 10.3);
    expect(desk.clock.now() - told).toBeLessThan(3000);
    expect(await limitTo(5)).toEqual(ACCEPTED);
    await desk.central.expectStatus("SuspendedEVSE");
    expect(charger.plant.contactorClosed).toBe(false);
    const from = desk.central.calls.length;
    expect(await limitTo(8)).toEqual(ACCEPTED);
    await desk.central.expectStatus("Charging", from);
    await until("current again", () => charger.plant.currentA === 8);
    expect(desk.central.sent("StopTransaction")).toHaveLength(0);
  });

  it("keeps a default over a power cycle and uses it", async () => {
    const charger = await desk.power();
    await desk.central.expectStatus("Available");
    const csChargingProfiles = profile(9, { chargingProfilePurpose: "TxDefaultProfile" });
    expect(await desk.central.call("CP1", "SetChargingProfile", { connectorId: 1, csChargingProfiles })).toEqual(
      ACCEPTED,
    );
    await desk.pass(1000); // the program's write
    const from = desk.central.calls.length;
    await charger.reset();
    await desk.central.expectStatus("Available", from);
    charger.plug({});
    await desk.central.expectStatus("Preparing", from);
    await desk.central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" });
    await until("the default's current", () => charger.plant.currentA === 9);
  });

  it("bears a full stack of full schedules, and tells what they make", async () => {
    await desk.power();
    await desk.central.expectStatus("Available");
    const chargingSchedulePeriod = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ startPeriod: i * 10_000, limit: 8.1 + i }));
    const chargingSchedule = { startSchedule: "2020-02-29T23:59:59Z", chargingRateUnit: "A", chargingSchedulePeriod };
    for (let i = 0; i < 6; i++) {
      const csChargingProfiles = profile(0, {
        chargingProfileId: 2_147_483_640 + i,
        stackLevel: i % 4,
        chargingProfilePurpose: "TxDefaultProfile",
        chargingProfileKind: "Recurring",
        recurrencyKind: i % 2 === 0 ? "Daily" : "Weekly",
        validFrom: "2020-01-01T00:00:00Z",
        validTo: "2100-01-01T00:00:00Z",
        chargingSchedule,
      });
      const connectorId = i < 4 ? 1 : 0;
      expect(await desk.central.call("CP1", "SetChargingProfile", { connectorId, csChargingProfiles })).toEqual(
        ACCEPTED,
      );
    }
    const answer = await desk.central.call("CP1", "GetCompositeSchedule", { connectorId: 1, duration: 604_800 });
    const { chargingSchedule: schedule } = answer as { chargingSchedule: typeof chargingSchedule };
    const limits = schedule.chargingSchedulePeriod.map((p) => p.limit);
    expect(limits.length).toBeGreaterThan(1);
    for (const limit of limits) expect([8.1, 9.1, 10.1, 11.1, 12.1, 13.1, 14.1, 15.1]).toContain(limit);
  });
});
