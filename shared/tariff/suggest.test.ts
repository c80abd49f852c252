import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tariffElementSchema } from "./schema";
import { energyPriceOf, medianOf, suggestPrice } from "./suggest";
import { element, tariff } from "./testing/examples";

const flat = [{ start: "00:00", cost: 2800 }];

describe("suggestPrice", () => {
  it("adds profit and VAT to the cost, and says how", () => {
    expect(suggestPrice({ costs: flat, profit: 2500, vat: 1900, nearby: null })).toEqual({
      elements: [{ price_components: [{ type: "ENERGY", price: 4200, vat: 1900, step_size: 1 }] }],
      reasons: [
        { code: "cost", start: "00:00", price: 2800 },
        { code: "withProfit", start: "00:00", price: 3500 },
        { code: "withVat", start: "00:00", price: 4200 },
        { code: "suggested", start: "00:00", price: 4200 },
      ],
    });
  });

  it("goes by the time of day, and joins times of one price", () => {
    const costs = [
      { start: "00:00", cost: 2000 },
      { start: "06:00", cost: 3000 },
      { start: "12:00", cost: 3001 },
      { start: "22:00", cost: 2000 },
    ];
    const { elements } = suggestPrice({ costs, profit: 0, vat: 0, nearby: { median: 2900, count: 2 } });
    expect(elements.map(({ price_components: [c], restrictions }) => [c?.price, restrictions])).toEqual([
      [2000, { start_time: "00:00", end_time: "06:00" }],
      [3000, { start_time: "06:00", end_time: "12:00" }],
      [3100, { start_time: "12:00", end_time: "22:00" }],
      [2000, { start_time: "22:00", end_time: "00:00" }],
    ]);
    for (const each of elements) expect(tariffElementSchema.safeParse(each).success).toBe(true);
  });

  it("stays near what others take, not below cost, and tells where there is room", () => {
    const codes = (nearby: number, profit: number) =>
      suggestPrice({ costs: flat, profit, vat: 1900, nearby: { median: nearby, count: 3 } });
    const lowered = codes(4000, 5000);
    expect(lowered.reasons).toContainEqual({ code: "loweredToNearby", start: "00:00", price: 4400 });
    expect(lowered.elements[0]?.price_components[0]?.price).toBe(4400);
    const kept = codes(2000, 5000);
    expect(kept.reasons.map(({ code }) => code)).toEqual([
      "nearby",
      "cost",
      "withProfit",
      "withVat",
      "loweredToNearby",
      "keptAtCost",
      "suggested",
    ]);
    expect(kept.elements[0]?.price_components[0]?.price).toBe(3400);
    expect(codes(6000, 0).reasons).toContainEqual({ code: "roomBelowNearby", start: "00:00", price: 6000 });
  });

  it("never suggests a loss, and never less for a higher cost", () => {
    const money = fc.nat(20_000);
    fc.assert(
      fc.property(money, money, fc.nat(20_000), fc.nat(3000), fc.option(money), (a, b, profit, vat, median) => {
        const nearby = median === null ? null : { median, count: 1 };
        const priceFor = (cost: number) =>
          suggestPrice({ costs: [{ start: "00:00", cost }], profit, vat, nearby }).elements[0]!.price_components[0]!
            .price;
        expect(priceFor(a) * 10_000 + 5000).toBeGreaterThanOrEqual(a * (10_000 + vat));
        expect(priceFor(Math.max(a, b))).toBeGreaterThanOrEqual(priceFor(Math.min(a, b)));
      }),
    );
  });
});

it("compares sites by their first price of energy with VAT, in the middle", () => {
  expect(energyPriceOf(tariff([element("FLAT", 1), element("ENERGY", 0.4, 19)]))).toBe(4760);
  expect(energyPriceOf(tariff([element("ENERGY", 0.4)]))).toBe(4000);
  expect(energyPriceOf(tariff([element("ENERGY", 0.4, 19)], { tax_included: true }))).toBe(4000);
  expect(energyPriceOf(tariff([element("TIME", 1)]))).toBeNull();
  expect([medianOf([]), medianOf([5]), medianOf([9, 1, 5]), medianOf([1, 4])]).toEqual([null, 5, 5, 3]);
});
