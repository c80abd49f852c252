import { beginRecovery, recoverAlone } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import type { HubState } from "../state/state";
import type { Decision } from "../store/types";
import { bookingOf, hasSeats } from "./state";

/** RECOVERING (Rule 10): the hub's disk may be older than its last promise. It sells nothing and admits by operator only. */

/**
 * After a start from a back-up: whoever may have sold or admitted since then is unsure. A hub that is neither paired nor sells has made no promise
 * that it could break.
 */
export function restoredEvents(state: Readonly<HubState>, newId: () => string): HubEvent[] {
  const { book } = bookingOf(state);
  const promised = state.pairing !== null || state.booking !== undefined;
  return promised && book.recovery === null ? beginRecovery(newId()) : [];
}

/**
 * The recovery that an epoch is to be asked for, begun now where none is under way; null: the hub has nothing to be unsure of. `needed`: the cloud
 * says that it has.
 */
export function recoveryFor(
  state: Readonly<HubState>,
  newId: () => string,
  needed: boolean,
): Decision<string | null, HubEvent> {
  const { book } = bookingOf(state);
  if (book.recovery !== null || !(needed || hasSeats(state))) return { reply: book.recovery, events: [] };
  const recovery = newId();
  return { reply: recovery, events: beginRecovery(recovery) };
}

/** Whether the cloud has yet to be asked for the epoch of the recovery that is under way. */
export function mustAskForEpoch({ booking }: Readonly<HubState>): boolean {
  return booking !== undefined && booking.book.recovery !== null && booking.askedFor !== booking.book.recovery;
}

/**
 * A hub without a cloud: its operator says that it may go on. What was sold before stays in doubt, and what a lost disk may have sold is not
 * for sale until it has passed. Throws AppError 409 `not_recovering`, `cloud_decides`.
 */
export function confirmedEvents(state: Readonly<HubState>, now: number): HubEvent[] {
  const { book } = bookingOf(state);
  if (book.recovery === null) {
    throw new AppError("not_recovering", "The hub is sure of its state: there is nothing to confirm.", { status: 409 });
  }
  if (state.pairing !== null) {
    throw new AppError("cloud_decides", "The hub waits for its cloud, which knows what was booked.", { status: 409 });
  }
  return recoverAlone(book, now);
}
