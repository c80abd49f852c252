import type { HubBookingEvent, Sale } from "../../shared/booking";
import { walkIn } from "../../shared/booking";
import { AppError } from "../../shared/error";
import { freeTariff } from "../../shared/session";
import { tariffFor } from "../ocpp/start-transaction";
import type { HubState } from "../state/state";
import { classOf } from "./connectors";
import { dueSales, instants, leaveBy, LEAST_STAY_MS, nextOn, WALK_IN_SLOTS } from "./rules";
import type { BookingState } from "./state";
import { bookingOf, connectorKey, hasSeats, saleOn } from "./state";

/** Drivers who come without a booking (Rules 1, 4 and 9). */

interface Place {
  cpId: string;
  connectorId: number;
}

/** What a walk-in gets at a connector now: cells of a seat of its class, or `standby`. `name` makes it known again. Pure. */
function claim(state: Readonly<HubState>, booking: BookingState, place: Place, name: string, now: number) {
  const { book, settings } = booking;
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
  return walkIn(book, wish, now);
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
 * `reserved_soon` (he would have to leave at once), `standby_only` (nobody can say for how long, so he has to agree to leave with notice:
 * `standby`). Details: `from` and `until` of the booking in the way, if it is known here.
 */
export function checkWalkIn(state: Readonly<HubState>, place: Place, now: number, standby: boolean): void {
  const booking = bookingOf(state);
  checkReserved(booking, connectorKey(place));
  if (!hasSeats(state)) return;
  const { answer } = claim(state, booking, place, "?", now);
  if (answer.ok) {
    const sale: Sale = { ...answer.sale, use: { connector: connectorKey(place), at: "", by: "walkIn" } };
    const end = leaveBy(booking, sale);
    if (end === null || end - now >= LEAST_STAY_MS) return;
    throw refused(
      "reserved_soon",
      "This place is booked soon: there is no time left to charge.",
      nextOn(booking, sale.seat),
    );
  }
  const { chargePoints } = state;
  const kind = chargePoints[place.cpId];
  const due = dueSales(booking, now).find((sale) => kind !== undefined && sale.class === classOf(kind));
  if (due) throw refused("reserved_soon", "This place is booked soon: there is no time left to charge.", due);
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

function refused(code: string, message: string, sale: Sale | null = null): AppError {
  return new AppError(code, message, { status: 409, ...(sale ? { details: instants(sale) } : {}) });
}
