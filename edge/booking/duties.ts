import type { HubBookingEvent, Sale } from "../../shared/booking";
import { extend, finish, overstay, settle, slotOf, startFailed, sweep } from "../../shared/booking";
import type { HubEvent } from "../../shared/events";
import { isDoubted } from "../clock-doubt";
import { pendingOn } from "../state/requests";
import { openOn } from "../state/sessions";
import type { HubState, OpenSession } from "../state/state";
import { bookFor } from "./bookable";
import { isNextFree, leaveBy } from "./rules";
import { bookingOf, connectorOf } from "./state";

/** What the passing of time does to the book: all pure, each asked for in turns (see keeper.ts). `now` is epoch ms. */

/** A driver who was let in where somebody had to leave first has so long to begin; ms. */
const ADMITTED_MS = 15 * 60_000;

/** A walk-in claims more cells when so many are left. */
const EXTEND_AT_SLOTS = 2;

/** Ended sales stay so long, so that a pass which was used is known to be; slots. */
const KEPT_SLOTS = 2 * 96;

/** What nobody came for ends, and waiting verdicts are given (`sweep` of shared/booking); not by a clock that was set ahead, and that nobody has confirmed. */
export function overdueEvents(state: Readonly<HubState>, now: number, upSince: number | null): HubBookingEvent[] {
  if (isDoubted(state)) return [];
  return sweep(bookingOf(state).book, now, upSince);
}

/** A sale whose start came to nothing, and of which no request is left that would say so: it is not consumed. */
export function abandonedEvents(state: Readonly<HubState>, now: number): HubBookingEvent[] {
  if (isDoubted(state)) return [];
  const { book } = bookingOf(state);
  return Object.values(book.sales).flatMap((sale) => {
    if (sale.stage !== "admitted" || !sale.use || now < Date.parse(sale.use.at) + ADMITTED_MS) return [];
    const { cpId, connectorId } = connectorOf(sale.use.connector);
    if (pendingOn(state, cpId, connectorId) || openOn(state, cpId, connectorId)) return [];
    return startFailed(book, sale, now);
  });
}

/** A sale whose session this hub does not have (a lost disk had it, or it ended unheard) is over. */
export function lostEvents(state: Readonly<HubState>, now: number): HubBookingEvent[] {
  const { book } = bookingOf(state);
  if (book.recovery !== null) return [];
  return Object.values(book.sales).flatMap((sale) => {
    if (sale.stage !== "started" || !sale.use) return [];
    const { cpId, connectorId } = connectorOf(sale.use.connector);
    return openOn(state, cpId, connectorId) ? [] : finish(book, sale, now);
  });
}

/** Walk-ins that go on charging claim the next cells, as long as those are free (Rule 1). */
export function extendEvents(state: Readonly<HubState>, now: number): HubBookingEvent[] {
  const booking = bookingOf(state);
  return Object.values(booking.book.sales).flatMap((sale) => {
    if (sale.stage !== "started" || sale.use?.by !== "walkIn" || sale.to - slotOf(now) > EXTEND_AT_SLOTS) return [];
    if (!isNextFree(booking, sale)) return [];
    const { booking: id, version } = sale;
    return extend(bookFor(booking, sale.use.connector), { booking: id, version, to: sale.to + 1 }, now).events;
  });
}

/** Sales that ended long ago leave the live state. */
export function settleEvents(state: Readonly<HubState>, now: number): HubEvent[] {
  return isDoubted(state) ? [] : settle(bookingOf(state).book, slotOf(now) - KEPT_SLOTS);
}

/** Sessions whose time is over (Rule 9). */
export function overdueSessions(
  state: Readonly<HubState>,
  now: number,
): { sale: Sale; session: OpenSession["session"] }[] {
  const booking = bookingOf(state);
  return Object.values(booking.book.sales).flatMap((sale) => {
    if (sale.stage !== "started" || !sale.use) return [];
    const end = leaveBy(booking, sale);
    if (end === null) return [];
    const { step } = overstay(end, now, 0);
    if (step === "none" || step === "warn") return [];
    const { cpId, connectorId } = connectorOf(sale.use.connector);
    const open = openOn(state, cpId, connectorId);
    return open ? [{ sale, session: open.session }] : [];
  });
}
