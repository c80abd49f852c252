import { describe, expect, it } from "vitest";
import { applyLimits } from "./limits";
import { element, tariff } from "./testing/examples";
import { allocate, vatLine } from "./vat";

describe("applyLimits", () => {
  const lines = [vatLine(1000, 3000, false), vatLine(2000, 1000, false)];
  const elements = [element("ENERGY", 1, 19)];

  it("leaves a price between the limits alone", () => {
    const t = tariff(elements, {
      min_price: { excl_vat: 4000, incl_vat: 4500 },
      max_price: { excl_vat: 4000, incl_vat: 4500 },
    });
    expect(applyLimits(lines, t)).toEqual({ vatLines: lines, limit: null });
  });

  it("meets the maximum that binds harder to the minor unit and keeps the rates", () => {
    const byGross = applyLimits(lines, tariff(elements, { max_price: { excl_vat: 2000, incl_vat: 2200 } }));
    expect(byGross).toEqual({
      vatLines: [
        { vat: 1000, net: 1466, tax: 147, gross: 1613 },
        { vat: 2000, net: 489, tax: 98, gross: 587 },
      ],
      limit: { kind: "max", amount: 1466 + 489 - 4000 },
    });
    const byNet = applyLimits(lines, tariff(elements, { max_price: { excl_vat: 2000, incl_vat: 4000 } }));
    expect(byNet.vatLines.map((line) => line.net)).toEqual([1500, 500]);
    expect(byNet.limit).toEqual({ kind: "max", amount: -2000 });
    expect(applyLimits(lines, tariff(elements, { max_price: { excl_vat: 4000, incl_vat: 4499 } })).vatLines).toEqual([
      { vat: 1000, net: 2999, tax: 300, gross: 3299 },
      { vat: 2000, net: 1000, tax: 200, gross: 1200 },
    ]);
  });

  it("meets the minimum on the side that needs more", () => {
    const byGross = applyLimits(lines, tariff(elements, { min_price: { excl_vat: 0, incl_vat: 9000 } }));
    expect(byGross.vatLines.map((line) => line.gross)).toEqual([6600, 2400]);
    expect(byGross.limit).toEqual({ kind: "min", amount: 4000 });
    const byNet = applyLimits(
      lines,
      tariff(elements, { tax_included: true, min_price: { excl_vat: 8000, incl_vat: 8000 } }),
    );
    expect(byNet.vatLines.map((line) => line.net)).toEqual([6000, 2000]);
    expect(byNet.limit).toEqual({ kind: "min", amount: 9000 - 4500 });
  });

  it("lets the maximum win where the rates allow no price within both", () => {
    const both = { min_price: { excl_vat: 100, incl_vat: 150 }, max_price: { excl_vat: 120, incl_vat: 200 } };
    expect(applyLimits([], tariff(elements, both))).toEqual({
      vatLines: [{ vat: 1900, net: 120, tax: 23, gross: 143 }],
      limit: { kind: "max", amount: 120 },
    });
  });

  it("gives a minimum for nothing used to the first component's VAT rate", () => {
    const min_price = { excl_vat: 100, incl_vat: 119 };
    expect(applyLimits([], tariff(elements, { min_price }))).toEqual({
      vatLines: [{ vat: 1900, net: 100, tax: 19, gross: 119 }],
      limit: { kind: "min", amount: 100 },
    });
    const untaxed = tariff([element("ENERGY", 1)], { min_price });
    expect(applyLimits([], untaxed).vatLines).toEqual([{ vat: null, net: 119, tax: 0, gross: 119 }]);
  });
});

describe("allocate", () => {
  it("gives the rest to the largest remainders, the first of equals first", () => {
    expect(allocate(10, [1n, 1n, 1n])).toEqual([4, 3, 3]);
    expect(allocate(2, [1n, 2n, 2n])).toEqual([0, 1, 1]);
    expect(allocate(5, [3n, 0n, 4n])).toEqual([2, 0, 3]);
  });

  it("gives nothing where there is nothing to weigh", () => {
    expect(allocate(0, [0n, 0n])).toEqual([0, 0]);
    expect(allocate(0, [])).toEqual([]);
  });
});
