import { describe, expect, it } from "vitest";
import { changeSale, freeCells, holders, newBook, withCells, withSale, withSeats, withoutCells } from "./book";
import { FOREVER } from "./slots";
import { base, cloudBook, having, hubBook, sale, seats } from "./testing/books";
import { isOpen, versionsOf } from "./types";

const over = { status: "CANCELED", reason: null, owed: 0, keeps: null } as const;

describe("a book", () => {
  it("gives a new seat's cells to the hub, and keeps those of a seat that is gone", () => {
    const hub = withSeats(withoutCells(hubBook(), "A", [{ from: base, to: FOREVER }]), {
      B: { class: "AC", walkIn: false },
      D: { class: "AC", walkIn: false },
    });
    expect(hub.owned).toMatchObject({ A: [{ from: 0, to: base }], D: [{ from: 0, to: FOREVER }] });
    expect(Object.keys(hub.seats)).toEqual(["B", "D"]);
    expect(withSeats(newBook("cloud", "h"), seats).owned).toEqual({ A: [], B: [], C: [] });
  });

  it("gives and takes cells", () => {
    const cells = [{ from: 4, to: 8 }];
    const book = withCells(newBook("cloud", "h"), "A", cells);
    expect(book.owned).toEqual({ A: cells });
    expect(withoutCells(book, "A", [{ from: 5, to: 6 }]).owned["A"]).toEqual([
      { from: 4, to: 5 },
      { from: 6, to: 8 },
    ]);
  });

  it("learns a sale once, and changes none that has ended or that it does not know", () => {
    const sold = sale(hubBook(), 4, 8);
    const book = having(hubBook(), sold);
    expect(withSale(book, { ...sold, to: sold.to + 1 })).toBe(book);
    expect(changeSale(book, { booking: "other", version: 1 }, () => ({ doubt: true }))).toBe(book);
    const ended = changeSale(book, sold, () => ({ stage: "ended", end: over }));
    expect(isOpen(ended.sales["b4/1"] ?? sold)).toBe(false);
    expect(changeSale(ended, sold, () => ({ doubt: true }))).toBe(ended);
  });

  it("knows who holds a cell, and what is free", () => {
    const kept = { ...over, keeps: { from: base + 8, to: base + 9 } };
    const book = having(
      { ...hubBook(), quarantine: { A: [{ from: 0, to: base }] } },
      sale(hubBook(), 4, 6),
      sale(hubBook(), 8, 12, { stage: "ended", end: kept }),
      sale(hubBook(), 14, 16, { stage: "ended", end: over }),
      sale(hubBook(), 4, 6, {}, { seat: "C", booking: "on C" }),
    );
    const names = (from: number, to: number, except?: string) =>
      holders(book, "A", { from: base + from, to: base + to }, except).map(({ booking }) => booking);
    expect(names(0, 20)).toEqual(["b4", "b8"]);
    expect(names(9, 20)).toEqual([]);
    expect(names(0, 20, "b4")).toEqual(["b8"]);
    expect(freeCells(book, "A")).toEqual([
      { from: base, to: base + 4 },
      { from: base + 6, to: base + 8 },
      { from: base + 9, to: FOREVER },
    ]);
    expect(freeCells(cloudBook(), "Z")).toEqual([]);
  });

  it("lists the versions of a booking, oldest first", () => {
    const third = sale(cloudBook(), 6, 8, { version: 3, replaces: 1 }, { booking: "x" });
    const book = having(cloudBook(), third, sale(cloudBook(), 4, 6, {}, { booking: "x" }), sale(cloudBook(), 9, 10));
    expect(versionsOf(book, "x").map(({ version }) => version)).toEqual([1, 3]);
  });
});
