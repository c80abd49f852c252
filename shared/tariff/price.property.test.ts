import fc from "fast-check";
import { expect, it } from "vitest";
import { priceOf } from "./price";
import type { ChargingPeriod, Tariff } from "./schema";
import { berlin, element, tariff } from "./testing/examples";

const monday0930 = "2026-06-01T07:30:00Z";

const periods = fc.array(fc.record({ seconds: fc.nat(100_000), energyWh: fc.nat(80_000), charging: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});
const from = (parts: Omit<ChargingPeriod, "start">[]): ChargingPeriod[] => {
  let at = Date.parse(monday0930);
  return parts.map((part) => {
    const start = new Date(at).toISOString();
    at += part.seconds * 1000;
    return { start, ...part };
  });
};
const units = tariff(
  [
    element("FLAT", 1),
    element("ENERGY", 0.6, 19, 1, { min_current: 48 }),
    element("ENERGY", 0.45, 19, 1, { end_time: "17:00" }),
    element("ENERGY", 0.35, 19, 1, { min_kwh: 20 }),
    element("ENERGY", 0.3, 7),
    element("TIME", 1.2, 19, 1, { min_duration: 7200 }),
    element("PARKING_TIME", 6, 19, 1, { day_of_week: ["MONDAY", "WEDNESDAY"] }),
  ],
  { idle_grace: 900 },
);

it("is additive: what a session has used stays used, and each Wh is billed once", () => {
  fc.assert(
    fc.property(periods, fc.nat(8), (parts, at) => {
      const all = from(parts);
      const before = priceOf(units, all.slice(0, at), berlin);
      const whole = priceOf(units, all, berlin);
      for (const line of before.lines) {
        const later = whole.lines.find((l) => l.type === line.type && l.unitPrice === line.unitPrice);
        expect(later?.quantity).toBeGreaterThanOrEqual(line.quantity);
      }
      const energy = whole.lines.filter((line) => line.type === "ENERGY").reduce((sum, l) => sum + l.quantity, 0);
      expect(energy).toBe(all.reduce((sum, period) => sum + period.energyWh, 0));
      expect(whole.total).toBeGreaterThanOrEqual(before.total);
    }),
  );
});

it("adds up: lines to VAT lines, VAT lines to the total, within the limits", () => {
  const limits = fc.option(fc.tuple(fc.nat(3000), fc.nat(600)), { nil: undefined });
  fc.assert(
    fc.property(periods, limits, limits, fc.boolean(), (parts, min, max, taxIncluded) => {
      const t: Tariff = { ...units, tax_included: taxIncluded };
      if (min) t.min_price = { excl_vat: min[0], incl_vat: min[0] + min[1] };
      if (max) t.max_price = { excl_vat: 3000 + max[0], incl_vat: 3600 + max[0] + max[1] };
      const price = priceOf(t, from(parts), berlin);
      const side = taxIncluded ? price.total : price.net;
      const lines = price.lines.reduce((sum, line) => sum + line.amount, 0);
      expect(lines + (price.limit?.amount ?? 0)).toBe(side);
      expect(price.net + price.tax).toBe(price.total);
      for (const line of price.vatLines) {
        expect(line.net + line.tax).toBe(line.gross);
        expect(Math.min(line.net, line.tax)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(line.tax - (line.net * (line.vat ?? 0)) / 10_000)).toBeLessThanOrEqual(1);
      }
      // The side that does not bind follows from the rates and may be off by one minor unit per VAT rate.
      if (max) expect(price.net).toBeLessThanOrEqual(3000 + max[0] + 3);
      if (max) expect(price.total).toBeLessThanOrEqual(3600 + max[0] + max[1] + 3);
      if (min && !max) expect(price.net).toBeGreaterThanOrEqual(min[0] - 3);
      if (min && !max) expect(price.total).toBeGreaterThanOrEqual(min[0] + min[1] - 3);
    }),
  );
});
