import { owedAfterCancel } from "../../../shared/booking/money";
import { SLOT_MS } from "../../../shared/booking/slots";
import type { Reservation } from "./types";

type Booked = Pick<Reservation, "start" | "terms" | "price" | "status" | "pending">;

/** What a cancellation at `now` (epoch ms) comes to: the rule is the cloud's own, so the answer is what will happen. Minor units. */
export function cancelling({ start, terms, price }: Booked, now: number): { back: number; owed: number } {
  const owed = owedAfterCancel({ from: Date.parse(start) / SLOT_MS, terms, price }, now);
  return { back: price.amount - owed, owed };
}

/** Whether a booking can still be cancelled. */
export function canCancel({ status, pending }: Booked): boolean {
  return status === "reserved" && !pending;
}

/** Whether a booking's time can still be changed: until the free cancellation ends. */
export function canChange(booking: Booked, now: number): boolean {
  return canCancel(booking) && now <= Date.parse(booking.start) - booking.terms.cancel_until_minutes * 60_000;
}

/** Bookings to come, soonest first, and those that are over, latest first. */
export function sorted<T extends { end: string; start: string; status: Reservation["status"] }>(
  bookings: readonly T[],
  now: number,
): { upcoming: T[]; past: T[] } {
  const isUpcoming = (each: T) =>
    (each.status === "reserved" || each.status === "charging") && Date.parse(each.end) > now;
  const byStart = bookings.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
  return { upcoming: byStart.filter(isUpcoming), past: byStart.filter((each) => !isUpcoming(each)).toReversed() };
}
