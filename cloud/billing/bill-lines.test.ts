import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Agreement, ChargingPeriod, Tariff } from "../../shared/tariff";
import { discountsOf, priceOf } from "../../shared/tariff";
import { backLines, grossLine, linesOfPrice, reversed, vatOfReservation, vatTable } from "./bill-lines";

const start = "2026-11-02T10:00:00Z";
const period: ChargingPeriod = { start, seconds: 3600, energyWh: 12_345, charging: true };
const component = (type: "FLAT" | "ENERGY" | "TIME", price: number, vat?: number) => ({
  type,
  price,
  step_size: 1,
  ...(vat === undefined ? {} : { vat }),
});
const tariff = (more: Partial<Tariff>): Tariff => ({
  id: "t",
  currency: "EUR",
  tax_included: true,
  elements: [
    {
      price_components: [component("FLAT", 3333, 700), component("ENERGY", 4567, 1900), component("TIME", 9999, 1900)],
    },
  ],
  ...more,
});

describe("the lines of a bill", () => {
  it("add up to the price at each rate, whatever the limits and discounts", () => {
    const agreements = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant("voucher" as const), amount: fc.integer({ min: 1, max: 2000 }) }),
        fc.record({ kind: fc.constant("membership" as const), percent: fc.integer({ min: 1, max: 10_000 }) }),
        fc.record({ kind: fc.constant("includedEnergy" as const), includedWh: fc.integer({ min: 1, max: 20_000 }) }),
      ),
      { maxLength: 3 },
    );
    const limit = fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined });
    fc.assert(
      fc.property(agreements, limit, fc.boolean(), fc.integer({ min: 0, max: 90_000 }), (terms, max, included, wh) => {
        const limits = max === undefined ? {} : { max_price: { excl_vat: max, incl_vat: max + 300 } };
        const price = priceOf(tariff({ tax_included: included, ...limits }), [{ ...period, energyWh: wh }], "UTC");
        const deals = terms.map((each, id): Agreement => ({ id: String(id), text: "off", ...each }));
        const discounted = discountsOf(price, deals);
        const lines = linesOfPrice(price, discounted);
        for (const { vat, net, tax } of discounted.vatLines) {
          expect(vatTable(lines).find(({ vatRate }) => vatRate === vat)).toEqual({ vatRate: vat, net, vat: tax });
        }
      }),
      { numRuns: 200 },
    );
  });

  it("name what was used, and what a limit changed", () => {
    const cheap = tariff({ min_price: { excl_vat: 2000, incl_vat: 2380 } });
    const price = priceOf(cheap, [{ ...period, energyWh: 100 }], "UTC");
    const lines = linesOfPrice(price, { lines: [] });
    expect(lines[0]).toMatchObject({ text: "FLAT", unitPrice: 3333, vatRate: 700 });
    expect(lines.some(({ text }) => text === "MINIMUM")).toBe(true);
    expect(lines.find(({ text }) => text === "ENERGY")).toMatchObject({ quantity: 100, unitPrice: 4567 });
    const limited = priceOf(tariff({ max_price: { excl_vat: 100, incl_vat: 119 } }), [period], "UTC");
    expect(linesOfPrice(limited, { lines: [] }).some(({ text }) => text === "MAXIMUM")).toBe(true);
  });

  it("of a gross amount are the same with the sign turned", () => {
    expect(grossLine("REFUND", -119, 1900)).toEqual({ text: "REFUND", net: -100, vat: -19, vatRate: 1900 });
    expect(grossLine("RESERVATION", 119, null)).toMatchObject({ net: 119, vat: 0 });
    expect(reversed([grossLine("RESERVATION", 119, 1900)])).toEqual([{ ...grossLine("RESERVATION", -119, 1900) }]);
    expect(Object.is(reversed([grossLine("RESERVATION", 5, null)])[0]!.vat, 0)).toBe(true);
  });

  it("give a bill back in parts, never more than there is at a rate, and in the end all of it to the cent", () => {
    const line = fc.record({
      text: fc.constant("ENERGY"),
      gross: fc.integer({ min: 1, max: 3000 }),
      vatRate: fc.constantFrom(1900, 700, 550, null),
    });
    const parts = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), parts, (sold, wishes) => {
        const lines = sold.map(({ text, gross, vatRate }) => grossLine(text, gross, vatRate));
        let left = sold.reduce((sum, { gross }) => sum + gross, 0);
        let before: typeof lines = [];
        for (const wish of [...wishes, Infinity]) {
          const amount = Math.min(wish, left);
          if (amount === 0) break;
          left -= amount;
          const note = backLines(lines, before, amount, "Back");
          expect(note.reduce((sum, { net, vat }) => sum - net - vat, 0)).toBe(amount);
          before = [...before, ...note];
          for (const { net, vat } of vatTable([...lines, ...before])) {
            expect([net >= 0, vat >= 0]).toEqual([true, true]);
          }
        }
        for (const { net, vat } of vatTable([...lines, ...before])) expect([net, vat]).toEqual([0, 0]);
      }),
    );
  });

  it("give back whole what has lines below zero", () => {
    const lines = [grossLine("ENERGY", 626, 1900), { text: "Off", net: -50, vat: 0, vatRate: null }];
    const [energy, off] = backLines(lines, [], 576, "Back");
    expect([energy, off]).toEqual([
      { ...grossLine("ENERGY", -626, 1900), text: "Back" },
      { text: "Back", net: 50, vat: 0, vatRate: null },
    ]);
    expect(backLines(lines, [energy!, off!], 0, "Back")).toEqual([]);
  });

  it("of a reservation have the VAT of what is reserved", () => {
    const element = (type: "FLAT" | "ENERGY" | "TIME", vat?: number) => ({
      price_components: [component(type, 1, vat)],
    });
    const reserved = { ...element("TIME", 500), restrictions: { reservation: "RESERVATION" as const } };
    expect(vatOfReservation(tariff({ elements: [element("ENERGY", 1900), reserved] }))).toBe(500);
    expect(vatOfReservation(tariff({ elements: [element("FLAT", 700), element("ENERGY", 1900)] }))).toBe(1900);
    expect(vatOfReservation(tariff({ elements: [element("TIME"), element("FLAT", 700)] }))).toBe(700);
    expect(vatOfReservation(tariff({ elements: [element("TIME")] }))).toBeNull();
  });
});
