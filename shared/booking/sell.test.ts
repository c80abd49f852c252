import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutCells } from "./book";
import { sell } from "./sell";
import { AHEAD_SLOTS, FOREVER, instantOfSlot, slotOf, startOfSlot } from "./slots";
import { at, base, cloudBook, having, hubBook, morning, offer, sale } from "./testing/books";
import type { Book } from "./types";

const refusal = (book: Book, ...[from, to, more]: Parameters<typeof offer>) => {
  const { answer, events } = sell(book, offer(from, to, more), morning);
  expect(events.length > 0).toBe(answer.ok);
  return answer.ok ? null : answer.refusal;
};

describe("Rule 1: a side sells what it owns and nobody holds", () => {
  it("confirms with the terms as offered, at the epoch that it knows", () => {
    const { answer, events } = sell({ ...cloudBook(), epoch: 3 }, offer(4, 8), morning);
    expect(answer).toMatchObject({ ok: true, repeated: false, sale: { booking: "b4", version: 1, replaces: null } });
    expect(events).toEqual([{ type: "booking.sold", data: { sale: answer.ok && answer.sale } }]);
    expect(answer.ok && answer.sale).toMatchObject({ seller: "cloud", epoch: 3, class: "AC", price: { amount: 400 } });
  });

  it("refuses a cell of the other side, also one of many", () => {
    expect(refusal(cloudBook(6), 4, 6)).toBe("not_owner");
    expect(refusal(cloudBook(6), 5, 7)).toBe("not_owner");
    expect(refusal(cloudBook(6), 6, 7)).toBe(null);
    expect(refusal(withoutCells(hubBook(), "A", [{ from: base + 5, to: base + 6 }]), 4, 8)).toBe("not_owner");
    expect(refusal({ ...cloudBook(), owned: {} }, 4, 8)).toBe("not_owner");
  });

  it("refuses what a live sale holds, and sells right beside it and on another seat", () => {
    const book = having(hubBook(), sale(hubBook(), 4, 8));
    for (const [from, to] of [
      [4, 8],
      [3, 5],
      [7, 9],
      [5, 6],
      [0, 20],
    ] as const) {
      expect(refusal(book, from, to, { booking: "other" })).toBe("taken");
    }
    expect(refusal(book, 2, 4)).toBe(null);
    expect(refusal(book, 8, 9)).toBe(null);
    expect(refusal(book, 4, 8, { seat: "C", booking: "other", key: "k" })).toBe(null);
  });

  it("waits for the verdict on a cancel (Rule 7), and sells what an end has freed", () => {
    const pending = sale(cloudBook(), 4, 8, { cancel: { owed: 0 } });
    expect(refusal(having(cloudBook(), pending), 4, 8, { booking: "x", key: "k" })).toBe("cancel_pending");
    const end = { status: "CANCELED", reason: null, owed: 0, keeps: null } as const;
    const over = { ...pending, stage: "ended" as const, end };
    expect(refusal(having(cloudBook(), over), 4, 8, { booking: "x", key: "k" })).toBe(null);
    const kept = { ...over, end: { ...end, keeps: { from: base + 4, to: base + 5 } } };
    expect(refusal(having(cloudBook(), kept), 4, 8, { booking: "x", key: "k" })).toBe("taken");
    expect(refusal(having(cloudBook(), kept), 5, 8, { booking: "x", key: "k" })).toBe(null);
    const other = sale(cloudBook(), 8, 9, {}, { booking: "y" });
    expect(refusal(having(cloudBook(), pending, other), 4, 9, { booking: "x", key: "k" })).toBe("taken");
  });

  it("sells no quarantined cell and nothing at all while the hub is recovering (Rule 10)", () => {
    const book = { ...hubBook(), quarantine: { A: [{ from: 0, to: base + 6 }] } };
    expect(refusal(book, 5, 7)).toBe("quarantined");
    expect(refusal(book, 6, 7)).toBe(null);
    expect(refusal({ ...hubBook(), recovery: "r" }, 6, 7)).toBe("recovering");
    expect(refusal({ ...cloudBook(), recovery: "r" }, 6, 7)).toBe(null);
  });

  it("sells neither the past, nor what is 14 days ahead, nor a seat that is not there", () => {
    expect(refusal(hubBook(), -1, 3)).toBe("past");
    expect(refusal({ ...hubBook(), settled: base + 2 }, 1, 3)).toBe("past");
    expect(refusal(hubBook(), AHEAD_SLOTS - 1, AHEAD_SLOTS)).toBe(null);
    expect(refusal(hubBook(), AHEAD_SLOTS, AHEAD_SLOTS + 1)).toBe("too_far");
    expect(refusal(hubBook(), 4, 8, { seat: "Z" })).toBe("unknown_seat");
  });

  it("answers a repeated call as the first, and refuses a key for something else", () => {
    const first = sell(hubBook(), offer(4, 8, { key: "k" }), morning);
    const book = having(hubBook(), sale(hubBook(), 4, 8, {}, { key: "k" }));
    expect(sell(book, offer(4, 8, { key: "k", booking: "a new id" }), at(5))).toEqual({
      events: [],
      answer: { ok: true, sale: first.answer.ok && first.answer.sale, repeated: true },
    });
    expect(refusal(book, 4, 9, { key: "k" })).toBe("key_reused");
    expect(refusal(book, 3, 8, { key: "k" })).toBe("key_reused");
    expect(refusal(book, 4, 8, { key: "k", seat: "C" })).toBe("key_reused");
    expect(refusal(book, 4, 8, { key: "k", seat: "Z" })).toBe("key_reused");
  });

  it("never sells a cell twice, whatever is asked in whatever order", () => {
    const wish = fc.record({
      from: fc.nat(20),
      length: fc.integer({ min: 1, max: 8 }),
      seat: fc.constantFrom("A", "B"),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 25 }), (wishes) => {
        let book = hubBook();
        const taken = new Set<string>();
        for (const [index, { from, length, seat }] of wishes.entries()) {
          const name = `b${index}`;
          const cells = Array.from({ length }, (_, cell) => `${seat} ${from + cell}`);
          const { answer } = sell(book, offer(from, from + length, { seat, booking: name, key: name }), morning);
          expect(answer.ok).toBe(cells.every((cell) => !taken.has(cell)));
          if (!answer.ok) continue;
          book = having(book, answer.sale);
          for (const cell of cells) taken.add(cell);
        }
      }),
    );
  });
});

describe("slots", () => {
  it("are quarter hours in UTC", () => {
    expect(instantOfSlot(base)).toBe("2026-11-02T08:00:00.000Z");
    expect(slotOf(morning - 1)).toBe(base - 1);
    expect(slotOf(startOfSlot(base + 1))).toBe(base + 1);
    expect(FOREVER).toBeLessThan(2 ** 31);
  });
});
