import type { HubBookingEvent, Sale } from "../../shared/booking";
import { saleId, walkIn } from "../../shared/booking";
import { AppError } from "../../shared/error";
import { freeTariff } from "../../shared/session";
import { tariffFor } from "../ocpp/start-transaction";
import type { HubState } from "../state/state";
import { bookFor, isBlocked } from "./bookable";
import { classOf } from "./connectors";
import { dueSales, instants, leaveBy, LEAST_STAY_MS, nextOn, WALK_IN_SLOTS } from "./rules";
import type { BookingState } from "./state";
import { bookingOf, connectorKey, hasSeats, saleOn } from "./state";

/** Drivers who come without a booking (Rules 1, 4 and 9). */

interface Place {
  cpId: string;
  connectorId: number;
}

interface Claim {
  /** None: not a cell is his, so he would be a standby. */
  events: HubBookingEvent[];
  /** The cells are his for so short a time that it is not worth to begin, on account of `next`, if that is known. */
  short: { next: Sale | null } | null;
}

/**
 * What a walk-in gets at a connector now: cells of a seat of its class, or none. `name` makes it known again. The little that is left before a booking
 * that has its connector already is not taken: its driver goes there, so nobody has to leave here for him. Pure.
 */
function claim(state: Readonly<HubState>, booking: BookingState, place: Place, name: string, now: number): Claim {
  const { settings } = booking;
  const { cpId } = place;
  const chargePoint = state.chargePoints[cpId];
  const kind = chargePoint ? classOf(chargePoint) : "";
  const { currency } = state.site;
  const wish = {
    booking: name,
    key: name,
    class: kind,
    connector: connectorKey(place),
    slots: WALK_IN_SLOTS,
    price: { amount: 0, currency },
    terms: settings.terms,
    tariff: chargePoint ? tariffFor({ cpId, state, now }, true) : freeTariff(currency),
  };
  const { answer, events } = walkIn(bookFor(booking, connectorKey(place)), wish, now);
  if (!answer.ok) return { events: [], short: null };
  const sale: Sale = { ...answer.sale, use: { connector: connectorKey(place), at: "", by: "walkIn" } };
  const end = leaveBy(booking, sale);
  if (end === null || end - now >= LEAST_STAY_MS) return { events, short: null };
  const next = nextOn(booking, sale.seat);
  return next && isKept(booking, next) ? { events: [], short: null } : { events, short: { next } };
}

/** Whether a connector waits for the driver of a sale. */
function isKept({ bindings }: BookingState, sale: Sale): boolean {
  return Object.values(bindings).some((binding) => saleId(binding) === saleId(sale));
}

/** Events of the claim that a walk-in makes; none where the cells are not the hub's to sell: then it is a standby. `now` is epoch ms. */
export function claimEvents(
  state: Readonly<HubState>,
  booking: BookingState,
  place: Place,
  name: string,
  now: number,
): HubBookingEvent[] {
  return claim(state, booking, place, name, now).events;
}

/**
 * Whether somebody without a booking may begin at a connector. Throws AppError 409 `connector_reserved` (kept for a driver who is due),
 * `blocked` (by the owner), `reserved_soon` (he would have to leave at once), `standby_only` (nobody can say for how long, so he has to agree to leave with notice:
 * `standby`). Details: `from` and `until` of the booking in the way, if it is known here; one for which a connector is kept is in nobody's way.
 */
export function checkWalkIn(state: Readonly<HubState>, place: Place, now: number, standby: boolean): void {
  const booking = bookingOf(state);
  checkReserved(booking, connectorKey(place));
  if (isBlocked(booking, connectorKey(place), now))
    throw refused("blocked", "The owner has closed this connector for now.");
  if (!hasSeats(state)) return;
  const { events, short } = claim(state, booking, place, "?", now);
  if (short) throw soon(short.next);
  if (events.length > 0) return;
  const { chargePoints } = state;
  const kind = chargePoints[place.cpId];
  const due = dueSales(booking, now).find(
    (sale) => kind !== undefined && sale.class === classOf(kind) && !isKept(booking, sale),
  );
  if (due) throw soon(due);
  if (standby) return;
  throw refused(
    "standby_only",
    "The hub cannot tell whether this place is booked. You can charge if you agree to leave when a booked driver comes.",
  );
}

/** Throws AppError 409 `connector_reserved` where a connector is kept for a driver who is due. */
function checkReserved({ book, bindings }: BookingState, key: string): void {
  const binding = bindings[key];
  const sale = binding ? book.sales[`${binding.booking}/${binding.version}`] : saleOn(book, key, ["admitted"]);
  if (sale) throw refused("connector_reserved", "This connector is reserved.", sale);
}

function soon(next: Sale | null): AppError {
  return refused("reserved_soon", "This place is booked soon: there is no time left to charge.", next);
}

function refused(code: string, message: string, sale: Sale | null = null): AppError {
  return new AppError(code, message, { status: 409, ...(sale ? { details: instants(sale) } : {}) });
}
