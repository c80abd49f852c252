import { FOREVER } from "./slots";
import type { Span } from "./spans";
import { overlaps, subtract, union } from "./spans";
import type { Book, Sale, Seat, Side } from "./types";
import { held, saleId } from "./types";

/** Small changes of a book, each giving a new one: what the folds are made of. */

/** The book of a side that knows nothing yet. The hub's owns every cell of the seats that it is then told of (`withSeats`). */
export function newBook(side: Side, hub: string): Book {
  return {
    side,
    hub,
    epoch: 1,
    recovery: null,
    seats: {},
    owned: {},
    quarantine: {},
    sales: {},
    pinTries: {},
    settled: 0,
  };
}

/** The book with these seats. A new seat's cells are the hub's, for ever (Rule 3); a seat that is gone keeps its cells and is sold no more. */
export function withSeats(book: Book, seats: Record<string, Seat>): Book {
  const owned = { ...book.owned };
  for (const seat of Object.keys(seats)) owned[seat] ??= book.side === "hub" ? [{ from: 0, to: FOREVER }] : [];
  return { ...book, seats, owned };
}

/** The book with a sale that it did not know yet; one that it knows stays as it is. */
export function withSale(book: Book, sale: Sale): Book {
  const id = saleId(sale);
  return id in book.sales ? book : { ...book, sales: { ...book.sales, [id]: sale } };
}

/**
 * A sale of which the other side tells, without the key that it was bought with there: that is known to whoever called, and means nothing here. One that
 * was bought here keeps its own.
 */
export function withOwnKey(book: Book, sale: Sale): Sale {
  return { ...sale, key: book.sales[saleId(sale)]?.key ?? null };
}

/** The book with a change of a sale that it knows and that has not ended: an end is final (I8). */
export function changeSale(
  book: Book,
  which: { booking: string; version: number },
  change: (sale: Sale) => Partial<Sale>,
): Book {
  const id = saleId(which);
  const sale = book.sales[id];
  return sale && !sale.end ? { ...book, sales: { ...book.sales, [id]: { ...sale, ...change(sale) } } } : book;
}

/** The book with more cells of a seat. */
export function withCells(book: Book, seat: string, spans: readonly Span[]): Book {
  return { ...book, owned: { ...book.owned, [seat]: union(cellsOf(book, seat), spans) } };
}

/** The book without these cells of a seat. */
export function withoutCells(book: Book, seat: string, spans: readonly Span[]): Book {
  return { ...book, owned: { ...book.owned, [seat]: subtract(cellsOf(book, seat), spans) } };
}

/** The cells of a seat that this side owns. */
export function cellsOf(book: Book, seat: string): Span[] {
  return book.owned[seat] ?? [];
}

/** The sales of a seat that hold cells of a span; those of one booking may be left out, since its new version replaces the old. */
export function holders(book: Book, seat: string, span: Span, except: string | null = null): Sale[] {
  return Object.values(book.sales).filter((sale) => {
    if (sale.seat !== seat || sale.booking === except) return false;
    const cells = held(sale);
    return cells !== null && overlaps(cells, span);
  });
}

/** The cells of a seat that this side owns and nobody holds. */
export function freeCells(book: Book, seat: string): Span[] {
  const taken = Object.values(book.sales).flatMap((sale) => (sale.seat === seat ? (held(sale) ?? []) : []));
  return subtract(subtract(cellsOf(book, seat), taken), book.quarantine[seat] ?? []);
}
