import type { ConnectorView } from "../../shared/hub-page";
import type { Sale } from "../../shared/booking";
import { startOfSlot } from "../../shared/booking";
import { openOn } from "../state/sessions";
import type { HubState } from "../state/state";
import { instants, leaveBy, nextOn } from "./rules";
import { bookingOf, connectorKey, hasSeats, saleOn } from "./state";

/** What the page of a connector says of bookings. */
type Notices = Pick<ConnectorView, "reservation" | "leaveBy" | "standby">;

/** So far ahead a booking is told; ms. */
const TOLD_MS = 24 * 3_600_000;

/** The booking that a connector is kept for, else the next of its seat; when its session has to end; and whether it may have to at any time. */
export function bookingNotices(
  state: Readonly<HubState>,
  place: { cpId: string; connectorId: number },
  now: number,
): Notices {
  if (!state.booking) return { reservation: null, leaveBy: null, standby: false };
  const booking = bookingOf(state);
  const key = connectorKey(place);
  const binding = booking.bindings[key];
  const kept = binding ? booking.book.sales[`${binding.booking}/${binding.version}`] : undefined;
  const inCharge = saleOn(booking.book, key);
  const session = openOn(state, place.cpId, place.connectorId);
  const end = session && inCharge ? leaveBy(booking, inCharge) : null;
  return {
    reservation: kept ? { ...instants(kept), held: true } : upcoming(nextOn(booking, key), now),
    leaveBy: end === null ? null : new Date(end).toISOString(),
    standby: session !== null && inCharge === null && hasSeats(state),
  };
}

function upcoming(sale: Sale | null, now: number): Notices["reservation"] {
  return sale && startOfSlot(sale.from) - now <= TOLD_MS ? { ...instants(sale), held: false } : null;
}
