/** Time as the protocol counts it: quarter hours since 1970 in UTC. */

const MINUTE_MS = 60_000;

/** Length of a cell. */
export const SLOT_MS = 15 * MINUTE_MS;

/** First slot that never comes: "for ever" in an ownership. Fits a 32-bit integer. */
export const FOREVER = 2_000_000_000;

/** How far ahead either side sells: 14 days, in slots (Rule 3). */
export const AHEAD_SLOTS = 14 * 96;

/** `e` of Rules 5 and 6: the skew between two clocks that admission assumes, in ms. */
export const CLOCK_SKEW_MS = MINUTE_MS;

/**
 * Rule 10 takes a window as open this much earlier, in ms: the clock of the hub that was lost may have run 15 minutes ahead, the clock of the
 * cloud may run 15 minutes behind, and a pass that the first admitted must not be admitted again.
 */
export const RECOVERY_MARGIN_MS = 30 * MINUTE_MS;

/** The slot that holds an instant (epoch ms). */
export function slotOf(ms: number): number {
  return Math.floor(ms / SLOT_MS);
}

/** First instant of a slot, epoch ms. */
export function startOfSlot(slot: number): number {
  return slot * SLOT_MS;
}

/** Minutes as ms; OCPI's booking terms are in minutes. */
export function minutes(count: number): number {
  return count * MINUTE_MS;
}

/** First instant of a slot as ISO 8601 UTC, for people and for OCPI's `Timeslot`. */
export function instantOfSlot(slot: number): string {
  return new Date(startOfSlot(slot)).toISOString();
}
