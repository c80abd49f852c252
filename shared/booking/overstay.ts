import { minutes, startOfSlot } from "./slots";
import type { Sale } from "./types";

/** Rule 9: when a car has to go, and what happens if it stays. */

/** Minutes before the hard end at which the driver is warned. */
const WARNING_MINUTES = 10;

/**
 * Epoch ms at which a charge ends for good. A walk-in goes `buffer` minutes before what follows its cells, so that the next driver finds the place
 * free; a booking has its cells to the end, and `late_stop_time` more if the cell after them is free (`nextIsFree`).
 */
export function hardEnd(sale: Sale, buffer: number, nextIsFree: boolean): number {
  const end = startOfSlot(sale.to);
  if (nextIsFree) return end + minutes(sale.terms.late_stop_time);
  return sale.use?.by === "walkIn" ? end - minutes(buffer) : end;
}

/** `stop`: 0 A; `idle`: still there after `grace` minutes, so the idle fee runs, from `since` (epoch ms). */
type Overstay = { step: "none" | "warn" | "stop" } | { step: "idle"; since: number };

/** What to do about a car that is plugged in at `now`, whose hard end is `end` (both epoch ms). */
export function overstay(end: number, now: number, grace: number): Overstay {
  if (now < end - minutes(WARNING_MINUTES)) return { step: "none" };
  if (now < end) return { step: "warn" };
  const since = end + minutes(grace);
  return now < since ? { step: "stop" } : { step: "idle", since };
}
