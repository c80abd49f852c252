import { cellsOf, holders } from "./book";
import { AHEAD_SLOTS, slotOf } from "./slots";
import type { Span } from "./spans";
import { covers, overlaps } from "./spans";
import type { Book, Decision, Sale, Seat } from "./types";
import { versionsOf } from "./types";

/** What a driver wants to buy, with price and terms as shown to him. `booking` is a new id; `key` makes a repeated call harmless. */
export interface Offer extends Pick<Sale, "booking" | "seat" | "from" | "to" | "price" | "terms" | "tariff"> {
  key: string;
}

/** Why a side does not sell. `not_owner`: the other side owns a cell, or it is under way to it. */
export type SaleRefusal =
  | "recovering"
  | "unknown_seat"
  | "past"
  | "too_far"
  | "not_owner"
  | "quarantined"
  | "cancel_pending"
  | "taken"
  | "key_reused";

/** Answer to a buyer: the sale, confirmed (`repeated`: by an earlier call with this key), or why not. */
export type SaleAnswer = { ok: true; sale: Sale; repeated: boolean } | { ok: false; refusal: SaleRefusal };

/** Both sides' event of a sale. */
export interface SoldEvent {
  type: "booking.sold";
  data: { sale: Sale };
}

/**
 * Rule 1: why this side may not confirm `[from, to)` on a seat; null: it may. It must own every cell, none may be held by a live sale,
 * by one that waits for its cancel verdict (Rule 7), or by one that a lost hub may have made (Rule 10). The clock (`now`, epoch ms) only keeps
 * people from buying the past: no rule of safety needs it (Rule 6). `except` is the booking whose older version is being replaced (Rule 8).
 */
export function refusalOfSale(
  book: Book,
  cells: Span & { seat: string },
  now: number,
  except: string | null = null,
): SaleRefusal | null {
  const { seat, from, to } = cells;
  if (book.side === "hub" && book.recovery !== null) return "recovering";
  if (!Object.hasOwn(book.seats, seat)) return "unknown_seat";
  if (from < Math.max(slotOf(now), book.settled)) return "past";
  if (to > slotOf(now) + AHEAD_SLOTS) return "too_far";
  if (!covers(cellsOf(book, seat), cells)) return "not_owner";
  if (book.quarantine[seat]?.some((span) => overlaps(span, cells))) return "quarantined";
  const inTheWay = holders(book, seat, cells, except);
  if (inTheWay.length === 0) return null;
  return inTheWay.every((sale) => sale.cancel && !sale.end) ? "cancel_pending" : "taken";
}

/**
 * Rule 1: sells to a driver, from cells of this side's own and nobody else's say (I9). The caller persists the event before it answers; the event is the log entry SOLD. A call with a key that was used
 * before gets the sale of then, if it asks for the same; `key_reused` otherwise.
 */
export function sell(book: Book, offer: Offer, now: number): Decision<SaleAnswer, SoldEvent> {
  const earlier = repeatOf(book, offer);
  if (earlier) return { events: [], answer: earlier };
  const refusal = refusalOfSale(book, offer, now);
  if (refusal) return { events: [], answer: { ok: false, refusal } };
  const sale = saleOf(book, offer);
  return { events: [{ type: "booking.sold", data: { sale } }], answer: { ok: true, sale, repeated: false } };
}

/** The answer that a key has had; null: a new key. Ids and seats are chosen anew at each call, so class and time must be the same. */
export function repeatOf(book: Book, offer: Offer): SaleAnswer | null {
  const sale = Object.values(book.sales).find(({ key }) => key === offer.key);
  if (!sale) return null;
  const same = sale.class === book.seats[offer.seat]?.class && sale.from === offer.from && sale.to === offer.to;
  return same ? { ok: true, sale, repeated: true } : { ok: false, refusal: "key_reused" };
}

/**
 * The sale that an offer becomes. A new booking begins with version 1. Of a change (Rule 8) the cloud makes the next odd version and the hub the next even
 * one, so that two changes at the same time never have one name.
 */
export function saleOf(book: Book, offer: Offer, old: Sale | null = null): Sale {
  const { booking, seat, from, to, price, terms, tariff, key } = offer;
  return {
    booking,
    version: old ? nextVersion(book, old) : 1,
    replaces: old?.version ?? null,
    hub: book.hub,
    epoch: book.epoch,
    seller: book.side,
    seat,
    class: (book.seats[seat] as Seat).class,
    from,
    to,
    price,
    terms,
    tariff,
    key,
    stage: "reserved",
    doubt: false,
    cancel: null,
    use: null,
    end: null,
  };
}

function nextVersion(book: Book, { booking }: Sale): number {
  const last = Math.max(...versionsOf(book, booking).map(({ version }) => version));
  const parity = book.side === "cloud" ? 1 : 0;
  return last + (last % 2 === parity ? 2 : 1);
}
