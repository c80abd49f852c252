import type { Sale, Span } from "../../shared/booking";
import { hardEnd, isOpen, startOfSlot, windowOf } from "../../shared/booking";
import { freeCells, holders } from "../../shared/booking/book";
import { covers } from "../../shared/booking/spans";
import type { BookingState } from "./state";

/** Times of bookings as people at the charger meet them. All instants are epoch ms. */

/** A connector is kept for a driver from so long before his pass begins to admit; ms. */
const BIND_AHEAD_MS = 5 * 60_000;

/** A walk-in that could stay no longer than this is not begun; ms. */
export const LEAST_STAY_MS = 10 * 60_000;

/** How many cells a walk-in claims at once. It claims more while it charges, as long as nobody else has them. */
export const WALK_IN_SLOTS = 4;

/** Sales whose driver may come now or soon, soonest first: for these a connector is kept. */
export function dueSales({ book }: BookingState, now: number): Sale[] {
  const isDue = (sale: Sale) => {
    const { opens, closes } = windowOf(sale);
    return sale.stage === "reserved" && opens - BIND_AHEAD_MS <= now && now <= closes;
  };
  return Object.values(book.sales)
    .filter(isDue)
    .toSorted((a, b) => a.from - b.from);
}

/** Whether the cell after a sale is free, so that nobody waits for its end. */
export function isNextFree({ book }: BookingState, { seat, to }: Sale): boolean {
  return covers(freeCells(book, seat), { from: to, to: to + 1 });
}

/** Whether somebody else is known to have the cell after a sale. What the cloud may have sold while it is out of reach is not. */
export function isAwaited({ book }: BookingState, { seat, to, booking }: Sale): boolean {
  return holders(book, seat, { from: to, to: to + 1 }, booking).length > 0;
}

/**
 * When the car of a sale has to go; null: nobody waits for it yet. A walk-in whose next cells the hub cannot claim, and nobody is known to have, goes
 * on as a standby (Rule 4): a site does not stop charging because its line is down.
 */
export function leaveBy(booking: BookingState, sale: Sale): number | null {
  if (sale.use?.by === "walkIn" && !isAwaited(booking, sale)) return null;
  return hardEnd(sale, booking.settings.bufferMinutes, isNextFree(booking, sale));
}

/** The next booking of a seat that has not begun; walk-ins are none. */
export function nextOn({ book }: BookingState, seat: string): Sale | null {
  const waiting = Object.values(book.sales).filter((sale) => sale.seat === seat && isOpen(sale) && sale.use === null);
  return waiting.toSorted((a, b) => a.from - b.from)[0] ?? null;
}

/** A span of cells as instants, ISO 8601 UTC. */
export function instants({ from, to }: Span): { from: string; until: string } {
  return { from: new Date(startOfSlot(from)).toISOString(), until: new Date(startOfSlot(to)).toISOString() };
}
