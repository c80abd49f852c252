import { describe, expect, it } from "vitest";
import { claimsOf, saleOfPass, sameSale, windowOf } from "./pass";
import { at, base, cloudBook, pass, sale } from "./testing/books";

const sold = sale(cloudBook(), 8, 12);

describe("the pass", () => {
  it("says what was sold, and nothing of what became of it", () => {
    const used = { connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" } as const;
    const claims = claimsOf({ ...sold, stage: "admitted", use: used }, { pinTag: "tag" });
    expect(claims).toMatchObject({ booking: "b8", version: 1, issuer: "cloud", holder: { pinTag: "tag" } });
    expect(claims).toMatchObject({ hub: "hub1", epoch: 1, class: "AC", from: base + 8, to: base + 12 });
    expect(claims).not.toHaveProperty("key");
    expect(claims).not.toHaveProperty("use");
    expect(saleOfPass(claims)).toEqual({ ...sold, key: null });
  });

  it("admits from a little before the early time until a little after the no-show time", () => {
    expect(windowOf(sold)).toEqual({ opens: at(8, -11), closes: at(8, 16) });
  });

  it("is the sale that the book has, if all of it is the same; a charge may have been extended", () => {
    expect(sameSale(sold, pass(sold))).toBe(true);
    expect(sameSale({ ...sold, to: sold.to + 1 }, pass(sold))).toBe(true);
    for (const other of [{ seat: "B" }, { class: "DC" }, { from: base + 7 }, { to: base + 13 }, { epoch: 2 }]) {
      expect(sameSale(sold, pass(sold, other))).toBe(false);
    }
  });
});
