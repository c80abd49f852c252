import type { Sale, Span } from "../../shared/booking";
import { hardEnd, isOpen, startOfSlot, windowOf } from "../../shared/booking";
import { freeCells } from "../../shared/booking/book";
import { covers } from "../../shared/booking/spans";
import { blockedFrom } from "./bookable";
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

/**
 * When the car of a sale has to go; null: nobody is known to wait for it. A walk-in goes before its connector is blocked. A walk-in whose next cells the hub can neither claim nor knows to be sold goes
 * on as a standby (Rule 4): a site does not stop charging because its line is down.
 */
export function leaveBy(booking: BookingState, sale: Sale): number | null {
  const { bufferMinutes } = booking.settings;
  if (sale.use?.by !== "walkIn") return hardEnd(sale, bufferMinutes, isNextFree(booking, sale));
  const ends = [leaveForNext(booking, sale), blockedFrom(booking, sale.use.connector, sale)];
  const known = ends.filter((end) => end !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function leaveForNext(booking: BookingState, sale: Sale): number | null {
  const { bufferMinutes } = booking.settings;
  const next = nextAfter(booking, sale);
  if (!next) return null;
  const between = { from: sale.to, to: next.from };
  const claimable = between.from < between.to && covers(freeCells(booking.book, sale.seat), between);
  return claimable ? null : hardEnd({ ...sale, to: next.from }, bufferMinutes, false);
}

/** The first open sale of a seat after the cells of another. */
function nextAfter({ book }: BookingState, { seat, to, booking }: Sale): Sale | null {
  const later = Object.values(book.sales).filter(
    (each) => each.seat === seat && each.booking !== booking && isOpen(each) && each.from >= to,
  );
  return later.toSorted((a, b) => a.from - b.from)[0] ?? null;
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
