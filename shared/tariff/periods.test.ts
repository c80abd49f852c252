import { describe, expect, it } from "vitest";
import { advanceMetering, beginMetering, periodsOf } from "./periods";
import type { Metering, TariffRestrictions } from "./schema";
import { berlin, element, meter, session, tariff } from "./testing/examples";

const start = "2026-06-01T07:30:00Z"; // Monday, 09:30 in Berlin
const flat = tariff([element("ENERGY", 0.45), element("PARKING_TIME", 6)]);

/** Periods as [start, seconds, Wh], with P for parking. */
function short(metering: Metering): unknown[] {
  return periodsOf(metering).map((p) => [p.start.slice(0, 19), p.seconds, p.energyWh, ...(p.charging ? [] : ["P"])]);
}

const by = (restrictions: TariffRestrictions) =>
  tariff([element("ENERGY", 0.6, undefined, 1, restrictions), element("ENERGY", 0.3)]);

describe("advanceMetering", () => {
  it("begins with nothing", () => {
    expect(beginMetering(start)).toEqual({
      startedAt: start,
      seconds: 0,
      energyWh: 0,
      key: "",
      periods: [],
      quiet: null,
    });
  });

  it("keeps a flat session in one period of charging and one of parking", () => {
    const charging = Array.from({ length: 60 }, (_, i): [number, number] => [(i + 1) * 60, (i + 1) * 180]);
    const parking = Array.from({ length: 60 }, (_, i): [number, number] => [3600 + (i + 1) * 60, 10_800]);
    const metering = meter(flat, start, [...charging, ...parking]);
    expect(short(metering)).toEqual([
      ["2026-06-01T07:30:00", 3600, 10_800],
      ["2026-06-01T08:30:00", 3600, 0, "P"],
    ]);
  });

  it("changes nothing and keeps the old value", () => {
    const one = meter(flat, start, [[60, 100]]);
    const copy = structuredClone(one);
    advanceMetering(one, { at: "2026-06-01T08:00:00Z", energyWh: 900 }, flat, berlin);
    expect(one).toEqual(copy);
    expect(advanceMetering(one, { at: "2026-06-01T07:31:00.999Z", energyWh: 100.9 }, flat, berlin)).toBe(one);
  });

  it("takes readings out of order or with less energy without going back", () => {
    const one = meter(flat, start, [[600, 1000]]);
    expect(
      meter(flat, start, [
        [600, 1000],
        [300, 900],
      ]),
    ).toEqual(one);
    expect(meter(flat, start, [[-60, 0]])).toEqual(beginMetering(start));
    // Energy that shows itself late is not lost; it took no time.
    expect(
      short(
        meter(flat, start, [
          [600, 1000],
          [300, 1001],
        ]),
      ),
    ).toEqual([["2026-06-01T07:30:00", 600, 1001]]);
    expect(
      short(
        meter(flat, start, [
          [600, 1000],
          [900, 10],
        ]),
      ),
    ).toEqual([
      ["2026-06-01T07:30:00", 600, 1000],
      ["2026-06-01T07:40:00", 300, 0, "P"],
    ]);
  });

  it("cuts at a time of day and shares the energy out", () => {
    const t = by({ start_time: "17:00", end_time: "20:00" });
    expect(short(meter(t, "2026-06-01T14:55:00Z", [[600, 1001]]))).toEqual([
      ["2026-06-01T14:55:00", 300, 500],
      ["2026-06-01T15:00:00", 300, 501],
    ]);
    // A start with milliseconds: the cut is the first whole second of the session after the boundary.
    expect(periodsOf(meter(t, "2026-06-01T14:59:00.250Z", [[120, 120]])).map((p) => [p.start, p.seconds])).toEqual([
      ["2026-06-01T14:59:00.250Z", 60],
      ["2026-06-01T15:00:00.250Z", 60],
    ]);
  });

  it("cuts a window over midnight at both ends only", () => {
    const metering = meter(by({ start_time: "22:00", end_time: "06:00" }), "2026-06-01T19:00:00Z", [[43_200, 12_000]]);
    expect(short(metering)).toEqual([
      ["2026-06-01T19:00:00", 3600, 1000],
      ["2026-06-01T20:00:00", 28_800, 8000],
      ["2026-06-02T04:00:00", 10_800, 3000],
    ]);
  });

  it("cuts at local midnight where days or dates matter", () => {
    const midnight = ["2026-06-01T22:00:00", 3600, 100];
    const first = ["2026-06-01T21:00:00", 3600, 100];
    for (const restrictions of [
      { day_of_week: ["TUESDAY" as const] },
      { start_date: "2026-06-02" },
      { end_date: "2026-06-02" },
    ]) {
      expect(short(meter(by(restrictions), "2026-06-01T21:00:00Z", [[7200, 200]]))).toEqual([first, midnight]);
    }
    expect(
      short(meter(by({ start_date: "2026-05-01", end_date: "2026-07-01" }), "2026-06-01T21:00:00Z", [[7200, 200]])),
    ).toEqual([["2026-06-01T21:00:00", 7200, 200]]);
  });

  it("cuts at durations and at energies, to the Wh", () => {
    expect(short(meter(by({ min_duration: 1800, max_duration: 5400 }), start, [[7200, 7201]]))).toEqual([
      ["2026-06-01T07:30:00", 1800, 1800],
      ["2026-06-01T08:00:00", 3600, 3600],
      ["2026-06-01T09:00:00", 1800, 1801],
    ]);
    // 7 Wh in 10 s: 2 Wh are there after 3 s (2.86), 5 Wh after 8 s (7.14).
    expect(short(meter(by({ min_kwh: 0.002, max_kwh: 0.005 }), start, [[10, 7]]))).toEqual([
      ["2026-06-01T07:30:00", 3, 2],
      ["2026-06-01T07:30:03", 5, 3],
      ["2026-06-01T07:30:08", 2, 2],
    ]);
    // Several boundaries in one instant: no time, but each Wh in its place.
    expect(short(meter(by({ min_kwh: 0.002, max_kwh: 0.005 }), start, [[0, 7]]))).toEqual([
      ["2026-06-01T07:30:00", 0, 2],
      ["2026-06-01T07:30:00", 0, 3],
      ["2026-06-01T07:30:00", 0, 2],
    ]);
  });

  it("keeps stretches of different power apart, and of like power together", () => {
    const t = by({ min_power: 10, max_power: 20 });
    const metering = meter(t, start, [
      [3600, 5000],
      [7200, 10_000],
      [10_800, 22_000],
      [14_400, 47_000],
      [14_400, 47_001],
    ]);
    expect(periodsOf(metering).map((p) => [p.energyWh, p.powerW])).toEqual([
      [10_000, 5000],
      [12_000, 12_000],
      [25_000, 25_000],
      [1, 0],
    ]);
  });

  it("takes a meter that stands still for up to five minutes as charging if energy comes back", () => {
    expect(
      short(
        meter(flat, start, [
          [60, 10],
          [120, 10],
          [180, 10],
          [360, 11],
        ]),
      ),
    ).toEqual([["2026-06-01T07:30:00", 360, 11]]);
    expect(
      short(
        meter(flat, start, [
          [60, 0],
          [120, 0],
          [180, 10],
        ]),
      ),
    ).toEqual([["2026-06-01T07:30:00", 180, 10]]);
  });

  it("takes a longer standstill as parking from its beginning, whatever comes later", () => {
    const still = [
      [60, 10],
      [180, 10],
      [361, 10],
    ] as [number, number][];
    expect(short(meter(flat, start, [...still, [390, 11]]))).toEqual([
      ["2026-06-01T07:30:00", 60, 10],
      ["2026-06-01T07:31:00", 301, 0, "P"],
      ["2026-06-01T07:36:01", 29, 1],
    ]);
    expect(short(meter(flat, start, still.slice(0, 2)))).toEqual([
      ["2026-06-01T07:30:00", 60, 10],
      ["2026-06-01T07:31:00", 120, 0, "P"],
    ]);
  });

  it("puts a short standstill right across boundaries, as if it had not been read", () => {
    const t = by({ start_time: "17:00" });
    const read = meter(t, "2026-06-01T14:58:00Z", [
      [30, 100],
      [110, 100],
      [130, 100],
      [180, 150],
    ]);
    expect(read).toEqual(
      meter(t, "2026-06-01T14:58:00Z", [
        [30, 100],
        [180, 150],
      ]),
    );
  });
});

describe("nights on which clocks change, Europe/Berlin", () => {
  const night = by({ start_time: "02:00", end_time: "04:00" });

  it("has one hour less in spring", () => {
    // 00:00 CET to 06:00 CEST: 5 hours; 02:00 to 04:00 is the one hour after the change.
    expect(short(meter(night, "2026-03-28T23:00:00Z", [[18_000, 5000]]))).toEqual([
      ["2026-03-28T23:00:00", 7200, 2000],
      ["2026-03-29T01:00:00", 3600, 1000],
      ["2026-03-29T02:00:00", 7200, 2000],
    ]);
  });

  it("has one hour more in autumn", () => {
    // 00:00 CEST to 06:00 CET: 7 hours; 02:00 to 04:00 lasts three.
    expect(short(meter(night, "2026-10-24T22:00:00Z", [[25_200, 7000]]))).toEqual([
      ["2026-10-24T22:00:00", 7200, 2000],
      ["2026-10-25T00:00:00", 10_800, 3000],
      ["2026-10-25T03:00:00", 7200, 2000],
    ]);
  });

  it("leaves and enters a window twice where its edge comes twice", () => {
    expect(
      short(meter(by({ start_time: "02:30", end_time: "04:00" }), "2026-10-24T22:00:00Z", [[25_200, 7000]])),
    ).toEqual([
      ["2026-10-24T22:00:00", 9000, 2500],
      ["2026-10-25T00:30:00", 1800, 500],
      ["2026-10-25T01:00:00", 1800, 500],
      ["2026-10-25T01:30:00", 5400, 1500],
      ["2026-10-25T03:00:00", 7200, 2000],
    ]);
  });

  it("begins a day at local midnight, 23 or 25 hours after the last", () => {
    const sunday = by({ day_of_week: ["SUNDAY"] });
    const lengths = (from: string) => session(sunday, from, [4 * 1440, 9600]).map((p) => p.seconds / 3600);
    expect(lengths("2026-03-27T23:00:00Z")[1]).toBe(23);
    expect(lengths("2026-10-23T22:00:00Z")[1]).toBe(25);
  });
});

it("takes steps by boundaries, not by seconds: a year is done in a moment and in one period a switch", () => {
  const t = by({ start_time: "17:00", end_time: "20:00" });
  expect(periodsOf(meter(t, "2026-01-01T00:00:00Z", [[365 * 86_400, 5_000_000]]))).toHaveLength(2 * 365 + 1);
});
