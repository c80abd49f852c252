import { newBook, withSale, withSeats } from "../book";
import type { CloudBookingEvent, HubBookingEvent } from "../events";
import { applyAtCloud, foldCloud, foldHub } from "../fold";
import type { PassClaims } from "../pass";
import { claimsOf } from "../pass";
import type { Connector } from "../place";
import type { Offer } from "../sell";
import { saleOf } from "../sell";
import { FOREVER, slotOf, startOfSlot } from "../slots";
import type { Book, Sale, Seat } from "../types";

/** 8 o'clock on a winter morning: the first moment of slot `base`. */
export const morning = Date.UTC(2026, 10, 2, 8);
export const base = slotOf(morning);
export const MINUTE = 60_000;

export const terms = {
  early_start_time: 10,
  noshow_timeout: 15,
  late_stop_time: 5,
  cancel_until_minutes: 60,
  lateCancelFee: 120,
  noShowFee: 300,
  compensation: 500,
};

const tariff: Sale["tariff"] = {
  id: "t",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY", price: 4500, step_size: 1 }] }],
};

/** An offer for seat A from slot `base + from` to `base + to`. */
export function offer(from: number, to: number, more: Partial<Offer> = {}): Offer {
  const price = { amount: 400, currency: "EUR" };
  const name = more.booking ?? `b${from}`;
  return {
    key: `key ${name} ${from}`,
    booking: name,
    seat: "A",
    from: base + from,
    to: base + to,
    price,
    terms,
    tariff,
    ...more,
  };
}

export const seats: Record<string, Seat> = {
  A: { class: "AC", walkIn: false },
  B: { class: "AC", walkIn: true },
  C: { class: "DC", walkIn: false },
};

/** A hub with seats A, B (kept for walk-ins) and C, all of it the hub's. */
export function hubBook(): Book {
  return withSeats(newBook("hub", "hub1"), seats);
}

/** The cloud's book of that hub, owning what is asked: seats A and C from slot `base + from` on. */
export function cloudBook(from = 0): Book {
  const cells = [{ from: base + from, to: FOREVER }];
  return { ...withSeats(newBook("cloud", "hub1"), seats), owned: { A: cells, B: [], C: cells } };
}

/** A sale as `book` would make it, changed where a test wants it. */
export function sale(book: Book, from: number, to: number, more: Partial<Sale> = {}, wish: Partial<Offer> = {}): Sale {
  return { ...saleOf(book, offer(from, to, wish)), ...more };
}

/** The book with sales in it. */
export function having(book: Book, ...sales: Sale[]): Book {
  return sales.reduce(withSale, book);
}

export const hubAfter = (book: Book, events: readonly HubBookingEvent[]): Book => events.reduce(foldHub, book);
export const cloudAfter = (book: Book, events: readonly CloudBookingEvent[]): Book => events.reduce(foldCloud, book);
export const cloudHears = (book: Book, events: readonly HubBookingEvent[]): Book => events.reduce(applyAtCloud, book);

/** A pass without a holder. */
export function pass(of: Sale, more: Partial<PassClaims> = {}): PassClaims {
  return { ...claimsOf(of, null), ...more };
}

/** Connectors c1, c2, ... of class AC in these states; the last is kept for walk-ins if there are two. */
export function connectors(...states: Connector["state"][]): Connector[] {
  return states.map((state, index) => ({
    id: `c${index + 1}`,
    class: "AC",
    state,
    keptForWalkIns: states.length > 1 && index === states.length - 1,
  }));
}

/** First instant of slot `base + slot`, and so many minutes later. */
export function at(slot: number, minutes = 0): number {
  return startOfSlot(base + slot) + minutes * MINUTE;
}
