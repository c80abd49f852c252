import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Agreement } from "./discounts";
import { discountsOf } from "./discounts";
import { priceOf } from "./price";
import type { Price } from "./price";
import type { ChargingPeriod, Tariff } from "./schema";
import { berlin, element, tariff } from "./testing/examples";

const period = (energyWh: number, seconds: number, charging = true): ChargingPeriod => ({
  start: "2026-06-01T07:30:00Z",
  seconds,
  energyWh,
  charging,
});
const bill = (t: Tariff, ...periods: ChargingPeriod[]): Price => priceOf(t, periods, berlin);

/** 0.45 a kWh with 19 %, 0.60 an hour with 7 %, both included. */
const mixed = tariff([element("ENERGY", 0.45, 19), element("TIME", 0.6, 7)], { tax_included: true });
const included = (includedWh: number): Agreement => ({ id: "m", text: "Plan", kind: "includedEnergy", includedWh });
const percent = (kind: "membership" | "promotion" | "premium" | "coupon", hundredths: number): Agreement => ({
  id: kind,
  text: kind,
  kind,
  percent: hundredths,
});
const voucher = (amount: number): Agreement => ({ id: "v", text: "Welcome", kind: "voucher", amount });

describe("discountsOf", () => {
  it("leaves a bill without agreements as it is", () => {
    const price = bill(mixed, period(10_000, 3600));
    const { vatLines, net, tax, total } = price;
    expect(discountsOf(price, [])).toEqual({ lines: [], vatLines, net, tax, total });
  });

  it("splits a percentage by VAT rate, each rounded half up", () => {
    // 450 with 19 %, 60 with 7 %.
    expect(discountsOf(bill(mixed, period(10_000, 3600)), [percent("membership", 1250)])).toEqual({
      lines: [
        {
          id: "membership",
          kind: "membership",
          text: "membership",
          energyWh: 0,
          vatLines: [
            { vat: 1900, net: -47, tax: -9, gross: -56 },
            { vat: 700, net: -7, tax: -1, gross: -8 },
          ],
          amount: -64,
        },
      ],
      vatLines: [
        { vat: 1900, net: 331, tax: 63, gross: 394 },
        { vat: 700, net: 49, tax: 3, gross: 52 },
      ],
      net: 380,
      tax: 66,
      total: 446,
    });
  });

  it("takes each agreement off what the one before has left, whatever order they are handed in", () => {
    const price = bill(tariff([element("ENERGY", 1)]), period(10_000, 3600));
    const agreements = [
      voucher(100),
      percent("coupon", 5000),
      percent("premium", 1000),
      percent("promotion", 2000),
      percent("membership", 1000),
      included(5000),
    ];
    const { lines, total } = discountsOf(price, agreements);
    expect(lines.map(({ kind, amount, energyWh }) => [kind, amount, energyWh])).toEqual([
      ["includedEnergy", -500, 5000],
      ["membership", -50, 0],
      ["promotion", -90, 0],
      ["premium", -36, 0],
      ["coupon", -162, 0],
      ["voucher", -100, 0],
    ]);
    expect(total).toBe(62);
  });

  it("never takes off more than there is", () => {
    const price = bill(mixed, period(10_000, 3600));
    expect(discountsOf(price, [voucher(9999)])).toMatchObject({ lines: [{ amount: -510 }], total: 0, net: 0, tax: 0 });
    expect(discountsOf(price, [percent("coupon", 10_000), voucher(100)]).lines).toHaveLength(1);
  });

  it("covers energy only, the first Wh first, at the price that they have", () => {
    const t = tariff([
      element("ENERGY", 0.4, 19, 1, { max_kwh: 10 }),
      element("ENERGY", 0.6, 19),
      element("TIME", 1, 19),
    ]);
    const price = bill(t, period(10_000, 3600), period(10_000, 3600));
    expect(discountsOf(price, [included(15_000)]).lines).toMatchObject([
      { energyWh: 15_000, vatLines: [{ net: -700 }] },
    ]);
    expect(discountsOf(price, [included(99_000)])).toMatchObject({ lines: [{ energyWh: 20_000 }], net: 200 });
    expect(discountsOf(price, [included(0)]).lines).toEqual([]);
    expect(discountsOf(bill(tariff([element("TIME", 1)]), period(1000, 3600)), [included(5000)]).lines).toEqual([]);
  });

  it("covers energy in proportion under a maximum, and leaves a minimum due", () => {
    const [most, least] = [500, 5000].map((each) => ({ excl_vat: each, incl_vat: each }));
    const capped = tariff([element("ENERGY", 1)], { max_price: most! });
    expect(discountsOf(bill(capped, period(10_000, 3600)), [included(5000)]).total).toBe(250);
    const raised = tariff([element("ENERGY", 1)], { min_price: least! });
    expect(discountsOf(bill(raised, period(10_000, 3600)), [included(10_000)]).total).toBe(4000);
    const empty = tariff([element("FLAT", 0, 19)], { min_price: least! });
    expect(discountsOf(bill(empty, period(10_000, 3600)), [included(10_000)]).total).toBe(5950);
  });

  it("adds up, for any bill and any agreements", () => {
    const share = fc.nat(10_000);
    const agreement = fc.oneof(
      fc.record({
        kind: fc.constantFrom("membership" as const, "promotion" as const, "coupon" as const),
        percent: share,
      }),
      fc.record({ kind: fc.constant("voucher" as const), amount: fc.nat(3000) }),
      fc.record({ kind: fc.constant("includedEnergy" as const), includedWh: fc.nat(60_000) }),
    );
    const use = fc.tuple(fc.nat(80_000), fc.nat(50_000), fc.boolean());
    const limits = fc.constantFrom<Partial<Tariff>>(
      {},
      { max_price: { excl_vat: 700, incl_vat: 800 } },
      { min_price: { excl_vat: 900, incl_vat: 900 } },
    );
    fc.assert(
      fc.property(
        use,
        limits,
        fc.boolean(),
        fc.array(agreement, { maxLength: 5 }),
        (used, more, taxIncluded, terms) => {
          const t = tariff([element("FLAT", 0.35, 19), element("ENERGY", 0.4567, 19), element("TIME", 0.61, 7)], {
            ...more,
            tax_included: taxIncluded,
          });
          const price = bill(t, period(...used));
          const agreements = terms.map((each, index): Agreement => ({ id: String(index), text: "", ...each }));
          const result = discountsOf(price, agreements);
          expect(price.total + result.lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(result.total);
          expect(result.net + result.tax).toBe(result.total);
          for (const { vat, net, tax, gross } of result.vatLines) {
            const taken = result.lines.flatMap(({ vatLines }) => vatLines.filter((each) => each.vat === vat));
            const before = price.vatLines.find((each) => each.vat === vat)!;
            expect(before.net + taken.reduce((sum, each) => sum + each.net, 0)).toBe(net);
            expect(before.tax + taken.reduce((sum, each) => sum + each.tax, 0)).toBe(tax);
            expect(Math.min(net, tax, gross)).toBeGreaterThanOrEqual(0);
          }
          for (const line of result.lines) {
            expect(line.amount).toBeLessThan(0);
            expect(line.amount).toBe(line.vatLines.reduce((sum, { gross }) => sum + gross, 0));
          }
        },
      ),
    );
  });
});
