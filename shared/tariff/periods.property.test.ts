import fc from "fast-check";
import { expect, it } from "vitest";
import { periodsOf } from "./periods";
import { priceOf } from "./price";
import { berlin, element, meter, tariff } from "./testing/examples";

const start = "2026-06-01T07:30:00Z"; // Monday, 09:30 in Berlin

/** A straight line to (seconds, wh), read at the given parts of it and at its end. */
function line(seconds: number, wh: number, parts: number[]): [seconds: number, wh: number][] {
  const times = parts.map((part) => Math.floor(seconds * part)).toSorted((a, b) => a - b);
  return [...times, seconds].map((at) => [at, Math.floor((wh * at) / seconds)]);
}

const everything = tariff([
  element("FLAT", 1),
  element("ENERGY", 0.6, 19, 1, { start_time: "17:00", end_time: "20:30", day_of_week: ["MONDAY", "TUESDAY"] }),
  element("ENERGY", 0.5, 19, 1, { min_kwh: 10, max_kwh: 20 }),
  element("ENERGY", 0.45, 19, 1, { min_current: 6, max_current: 20 }),
  element("ENERGY", 0.4, 19, 1, { max_power: 7 }),
  element("ENERGY", 0.3, 19),
  element("TIME", 1, 19, 1, { min_duration: 7200, max_duration: 20_000 }),
  element("TIME", 2, 19, 1, { start_date: "2026-06-03" }),
  element("PARKING_TIME", 6, 19),
]);
const readings = fc.array(fc.tuple(fc.integer({ min: -50_000, max: 400_000 }), fc.integer({ min: -5, max: 90_000 })), {
  maxLength: 20,
});

it("adds up to the session's seconds and Wh, without a gap, whatever the readings", () => {
  fc.assert(
    fc.property(readings, (list) => {
      const metering = meter(everything, start, list);
      expect(metering.seconds).toBe(Math.max(0, ...list.map(([seconds]) => seconds)));
      expect(metering.energyWh).toBe(Math.max(0, ...list.map(([, wh]) => wh)));
      let at = Date.parse(start);
      let wh = 0;
      for (const period of periodsOf(metering)) {
        expect(Date.parse(period.start)).toBe(at);
        expect(Math.min(period.seconds, period.energyWh)).toBeGreaterThanOrEqual(0);
        expect(period.charging || period.energyWh === 0).toBe(true);
        at += period.seconds * 1000;
        wh += period.energyWh;
      }
      expect(at).toBe(Date.parse(start) + metering.seconds * 1000);
      expect(wh).toBe(metering.energyWh);
    }),
  );
});

it("prices each period as if it stood alone: no price changes within one", () => {
  fc.assert(
    fc.property(readings, fc.double({ min: 0, max: 1, noNaN: true }), (list, cut) => {
      const periods = periodsOf(meter(everything, start, list));
      const halves = periods.flatMap((period) => {
        const seconds = Math.floor(period.seconds * cut);
        const energyWh = Math.floor(period.energyWh * cut);
        const middle = new Date(Date.parse(period.start) + seconds * 1000).toISOString();
        const rest = { seconds: period.seconds - seconds, energyWh: period.energyWh - energyWh };
        return [
          { ...period, seconds, energyWh },
          { ...period, ...rest, start: middle },
        ];
      });
      expect(priceOf(everything, halves, berlin).lines).toEqual(priceOf(everything, periods, berlin).lines);
    }),
  );
});

const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

it("costs the same however often a straight line is read, where the tariff has no boundary", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 90_000 }),
      fc.integer({ min: 500, max: 80_000 }),
      fractions,
      (seconds, wh, parts) => {
        const t = tariff([
          element("FLAT", 1),
          element("ENERGY", 0.45, 19),
          element("TIME", 3),
          element("PARKING_TIME", 6),
        ]);
        const often = meter(t, start, line(seconds, wh, parts));
        expect(periodsOf(often)).toEqual(periodsOf(meter(t, start, [[seconds, wh]])));
      },
    ),
  );
});

it("differs by at most one Wh a boundary in time and by the time of one Wh a boundary in energy", () => {
  const t = tariff([
    element("ENERGY", 0.6, 19, 1, { start_time: "11:00", end_time: "13:00" }),
    element("ENERGY", 0.3, 19),
    element("TIME", 1, 19, 1, { min_kwh: 5, max_kwh: 15 }),
    element("TIME", 2, 19),
    element("PARKING_TIME", 9),
  ]);
  const used = (readings: [number, number][]) => {
    const { lines } = priceOf(t, periodsOf(meter(t, start, readings)), berlin);
    return (price: number) => lines.find((l) => l.unitPrice === price)?.quantity ?? 0;
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 60_000 }),
      fc.integer({ min: 500, max: 80_000 }),
      fractions,
      (seconds, wh, parts) => {
        const once = used([[seconds, wh]]);
        const often = used(line(seconds, wh, parts));
        expect(often(90_000)).toBe(0);
        for (const price of [6000, 3000]) expect(Math.abs(often(price) - once(price))).toBeLessThanOrEqual(2);
        const slack = 2 * (Math.ceil(seconds / wh) + 1);
        for (const price of [10_000, 20_000]) expect(Math.abs(often(price) - once(price))).toBeLessThanOrEqual(slack);
      },
    ),
  );
});
