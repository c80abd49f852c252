import type { Bookable } from "../../shared/bookable";
import type { Book, Sale } from "../../shared/booking";
import { slotOf, startOfSlot } from "../../shared/booking";
import { minutes } from "../../shared/booking/slots";
import { overlaps, subtract } from "../../shared/booking/spans";
import type { BookingState } from "./state";

/** What the owner has said of the connectors: which are blocked when, and which plugs they have. Pure; `now` is epoch ms. */

/** Whoever charges where the owner blocks at once has so long to go. */
const NOTICE_MINUTES = 15;

type Block = Bookable["blocks"][number];

function blocksOf({ bookable }: Pick<BookingState, "bookable">, key: string): Block[] {
  return (bookable?.blocks ?? []).filter(({ seat }) => seat === null || seat === key);
}

/** Whether a connector is blocked now, or before the slot `until`; what is booked there stays. */
export function isBlocked(
  booking: Pick<BookingState, "bookable">,
  key: string,
  now: number,
  until = slotOf(now) + 1,
): boolean {
  const span = { from: slotOf(now), to: Math.max(until, slotOf(now) + 1) };
  return blocksOf(booking, key).some((block) => overlaps(block, span));
}

/** When a walk-in has to leave a connector since it is blocked from then, or was blocked after he came (epoch ms); null: it is not. */
export function blockedFrom(
  booking: Pick<BookingState, "bookable" | "settings">,
  key: string,
  { from: since, use }: Pick<Sale, "from" | "use">,
): number | null {
  const came = Date.parse(use?.at ?? "");
  const ends = blocksOf(booking, key)
    .filter(({ from, madeAt }) => from > since || Date.parse(madeAt) > came)
    .map(({ from, madeAt }) =>
      Math.max(
        startOfSlot(from) - minutes(booking.settings.bufferMinutes),
        Date.parse(madeAt) + minutes(NOTICE_MINUTES),
      ),
    );
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Whether a car of one connector cannot be charged at another, as far as is known. */
export function differs({ bookable }: Pick<BookingState, "bookable">, one: string, other: string): boolean {
  const [a, b] = [bookable?.plugs[one], bookable?.plugs[other]];
  return a !== undefined && b !== undefined && a !== b;
}

/** The book as walk-ins at a connector see it: without cells that the owner has blocked, and seats of another plug. What it sells is true of the whole book. */
export function bookFor(booking: BookingState, key: string): Book {
  const { book, bookable } = booking;
  if (!bookable) return book;
  const owned = Object.entries(book.owned).map(([seat, spans]): [string, typeof spans] => [
    seat,
    differs(booking, key, seat) ? [] : subtract(spans, blocksOf(booking, seat)),
  ]);
  return { ...book, owned: Object.fromEntries(owned) };
}
