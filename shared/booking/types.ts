import type { Money } from "../session";
import type { Tariff } from "../tariff";
import type { Span } from "./spans";

/** The objects of the protocol as plain JSON. Times of cells are slots (`slots.ts`), instants ISO 8601 UTC, money integer minor units. */

/** Who may sell. */
export type Side = "hub" | "cloud";

/**
 * A virtual connector of one class (connector type and power, such as `IEC_62196_T2_COMBO 50kW`). A driver books a seat; the physical
 * connector is bound on arrival. `walkIn`: the hub keeps it whole (Rule 3).
 */
export interface Seat {
  class: string;
  walkIn: boolean;
}

/**
 * What a driver agreed to, frozen in the sale. The first four are OCPI's BookingTerms (2.3.0 Bookings), in minutes; the rest are
 * minor units of the sale's currency.
 */
export interface Terms {
  early_start_time: number;
  noshow_timeout: number;
  late_stop_time: number;
  cancel_until_minutes: number;
  lateCancelFee: number;
  noShowFee: number;
  /** Paid to a driver who came and found no place. */
  compensation: number;
}

/**
 * `reserved`: sold. `admitted`: `used(booking)` is on disk, the charger is asked to start. `started`: energy may flow. `ended`: once and
 * for all, as `end` says.
 */
export type Stage = "reserved" | "admitted" | "started" | "ended";

/** OCPI's CanceledReason, as far as we give one; null where the driver changed or withdrew it. */
export type CancelReason = "FULL" | "POWER_OUTAGE" | "BROKEN_CHARGER" | "BLOCKED" | "UNKNOWN";

/** How a sale ended, in OCPI's ReservationStatus. */
export interface End {
  status: "FULFILLED" | "NO_SHOW" | "CANCELED";
  reason: CancelReason | null;
  /** What the driver owes for the booking after all, minor units; negative is a compensation. */
  owed: number;
  /** Cells that stay consumed, so that no other sale gets them. */
  keeps: Span | null;
}

/** Who let a driver in. */
export type AdmittedBy = "pass" | "operator" | "walkIn";

/** One version of a booking: the cells `[from, to)` of a seat, sold once at one price. Bookings that were never modified have version 1 only. */
export interface Sale {
  booking: string;
  version: number;
  /** The version that it takes the place of (Rule 8); null: a new booking. */
  replaces: number | null;
  hub: string;
  /** Epoch of the hub as the seller knew it. */
  epoch: number;
  seller: Side;
  seat: string;
  class: string;
  from: number;
  to: number;
  /** Of the reservation; energy is priced by the tariff. Never changes (Rule 8). */
  price: Money;
  terms: Terms;
  tariff: Tariff;
  /** Idempotency key of the call that bought it; null in the book of the side that did not sell it. */
  key: string | null;
  stage: Stage;
  /** The hub cannot know whether it was used or withdrawn (Rule 10): an operator decides. */
  doubt: boolean;
  /** A cancel that waits for its verdict (Rule 7), and what the driver owes if it stands; negative: a compensation, where the site could not keep it. */
  cancel: { owed: number } | null;
  use: { connector: string; at: string; by: AdmittedBy } | null;
  end: End | null;
}

/**
 * One side's knowledge of one hub's seats: everything that the rules decide from (I9). Hub and cloud have the same shape. A book that holds
 * only some seats, with all their cells and sales, decides alike for those seats: so the cloud loads what a decision needs.
 */
export interface Book {
  side: Side;
  hub: string;
  epoch: number;
  /** Id of the recovery that is under way (Rule 10); null: sure of its state. Of the cloud: the recovery that began this epoch. */
  recovery: string | null;
  seats: Record<string, Seat>;
  /** Cells that this side owns, by seat. */
  owned: Record<string, Span[]>;
  /** Of those, what a lost hub may have sold: not for sale until it has passed (Rule 10). */
  quarantine: Record<string, Span[]>;
  /** By `saleId`. */
  sales: Record<string, Sale>;
  /** Wrong PINs so far, by booking; five are too many. */
  pinTries: Record<string, number>;
  /** Sales that ended before this slot are forgotten, and so nothing that starts before it is admitted or sold. */
  settled: number;
}

/** What a decision gives: what has happened (nothing: nothing is written) and what to answer. */
export interface Decision<Answer, Event> {
  answer: Answer;
  events: Event[];
}

/** Key of a sale in a book. */
export function saleId({ booking, version }: { booking: string; version: number }): string {
  return `${booking}/${version}`;
}

/** Whether a sale can still be used. */
export function isOpen(sale: Sale): boolean {
  return sale.stage !== "ended";
}

/** The cells that no other booking may have on account of this sale; null: none. One that waits for a cancel verdict holds its cells (Rule 7). */
export function held(sale: Sale): Span | null {
  return sale.end ? sale.end.keeps : cellsOfSale(sale);
}

/** The cells that were sold. */
export function cellsOfSale({ from, to }: Sale): Span {
  return { from, to };
}

/** All versions of a booking that the book holds, oldest first. */
export function versionsOf(book: Book, booking: string): Sale[] {
  return Object.values(book.sales)
    .filter((sale) => sale.booking === booking)
    .toSorted((a, b) => a.version - b.version);
}
