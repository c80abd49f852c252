import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ending, owed, owedAfterCancel, owedAfterNoShow, postings } from "./money";
import { at, cloudBook, sale, terms } from "./testing/books";
import type { Sale } from "./types";

const sold = sale(cloudBook(), 8, 12);
const over = (end: Partial<Sale["end"]>): Sale => ({
  ...sold,
  stage: "ended",
  end: { status: "CANCELED", reason: null, owed: 0, keeps: null, ...end },
});

describe("what a driver owes", () => {
  it("is nothing until an hour before, then the fee, never more than the price", () => {
    expect(owedAfterCancel(sold, at(4))).toBe(0);
    expect(owedAfterCancel(sold, at(4) + 1)).toBe(120);
    expect(owedAfterCancel({ ...sold, price: { amount: 100, currency: "EUR" } }, at(9))).toBe(100);
    expect(owedAfterNoShow(sold)).toBe(300);
    expect(owedAfterNoShow({ ...sold, price: { amount: 100, currency: "EUR" } })).toBe(100);
  });

  it("is the price, what a pending cancel leaves of it, or what the end says", () => {
    expect(owed(sold)).toBe(400);
    expect(owed({ ...sold, cancel: { owed: 120 } })).toBe(120);
    expect(owed(over({ owed: -500 }))).toBe(-500);
  });

  it("tells the four endings apart", () => {
    const end = (more: Partial<Sale["end"]>) => ending(over(more).end as NonNullable<Sale["end"]>);
    expect(end({ status: "FULFILLED" })).toBe("fulfilled");
    expect(end({ status: "NO_SHOW" })).toBe("noShow");
    expect(end({})).toBe("cancelled");
    expect(end({ owed: -terms.compensation })).toBe("compensated");
  });
});

describe("postings", () => {
  const kinds = (before: Sale | undefined, after: Sale) =>
    postings(before, after).map(({ kind, amount }) => [kind, amount]);

  it("charge, refund, take the refund back, and compensate, each by an entry of its own", () => {
    const pending = { ...sold, cancel: { owed: 120 } };
    expect(kinds(undefined, sold)).toEqual([["charge", 400]]);
    expect(kinds(sold, pending)).toEqual([["refund", -280]]);
    expect(kinds(pending, sold)).toEqual([["reversal", 280]]);
    expect(kinds(pending, over({ owed: 120 }))).toEqual([]);
    expect(kinds(sold, over({ owed: -500 }))).toEqual([
      ["refund", -400],
      ["compensation", -500],
    ]);
  });

  it("always add up to what is owed", () => {
    const any = fc.oneof(
      fc.constant(sold),
      fc.nat(400).map((left) => ({ ...sold, cancel: { owed: left } })),
      fc.integer({ min: -500, max: 400 }).map((left) => over({ owed: left })),
    );
    fc.assert(
      fc.property(fc.array(any, { minLength: 1 }), (states) => {
        let sum = 0;
        states.forEach((state, index) => {
          for (const { amount } of postings(states[index - 1], state)) sum += amount;
        });
        expect(sum).toBe(owed(states.at(-1) as Sale));
      }),
    );
  });
});
