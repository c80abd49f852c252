import type { Connector as BookConnector, Sale } from "../../shared/booking";
import { saleId } from "../../shared/booking";
import type { HubBookingEvent, Seat } from "../../shared/booking";
import { FOREVER, slotOf, standingSplit, releaseToCloud, foldHub } from "../../shared/booking";
import type { BookingSettings } from "../../shared/booking-settings";
import { pendingOn } from "../state/requests";
import { openOn } from "../state/sessions";
import type { ChargePoint, HubState } from "../state/state";
import { differs, isBlocked } from "./bookable";
import type { Binding } from "./state";
import { bookingOf, connectorKey, saleOn } from "./state";

/** What is bolted to the wall, as the book sees it. */

/** Power of a phase at one ampere. */
const VOLTS = 230;

/** Connectors of a charge point: those that it was registered with, and those that it told of. */
function idsOf({ registration, connectors }: ChargePoint): number[] {
  const registered = Array.from({ length: registration.connectors ?? 0 }, (_, index) => index + 1);
  const ids = new Set([...registered, ...Object.keys(connectors).map(Number)]);
  return [...ids].filter((id) => id > 0).toSorted((a, b) => a - b);
}

/** Class of a charge point's connectors: what a driver books. Alike are those of the same greatest current (three phases), as far as their owner has said. */
export function classOf({ registration }: ChargePoint): string {
  const { maxCurrentA } = registration;
  return maxCurrentA === null ? "STANDARD" : `${Math.round((maxCurrentA * VOLTS * 3) / 1000)}kW`;
}

/** The site's connectors, by key, with their class; in the order in which people count them. */
export function classes(state: Readonly<HubState>): Record<string, string> {
  const all = Object.values(state.chargePoints).flatMap((chargePoint) =>
    idsOf(chargePoint).map((connectorId): [string, string] => [
      connectorKey({ cpId: chargePoint.registration.cpId, connectorId }),
      classOf(chargePoint),
    ]),
  );
  return Object.fromEntries(all.toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

/** One seat for each connector; whether one of each class is kept for walk-ins is the owner's to say. */
export function seatsOf(
  state: Readonly<HubState>,
  { walkInSeat }: Pick<BookingSettings, "walkInSeat">,
): Record<string, Seat> {
  const split = Object.entries(standingSplit(classes(state)));
  return Object.fromEntries(split.map(([name, seat]) => [name, { ...seat, walkIn: seat.walkIn && walkInSeat }]));
}

/**
 * Events that bring the book's seats in line with the connectors: one seat each (booking protocol, "Seat"). A paired hub gives the cloud the new seats'
 * cells beyond the frontier in the same step (Rule 3). `now` is epoch ms.
 */
export function seatEvents(state: Readonly<HubState>, now: number): HubBookingEvent[] {
  const { book, settings } = bookingOf(state);
  const seats = seatsOf(state, settings);
  if (JSON.stringify(seats) === JSON.stringify(book.seats)) return [];
  const set: HubBookingEvent = { type: "seats.set", data: { seats } };
  if (state.pairing === null || book.recovery !== null) return [set];
  return [set, ...releaseToCloud(foldHub(book, set), frontierOf(settings, now))];
}

/** The first slot that is not the hub's by the standing split; where the cloud sells nothing, all are. */
export function frontierOf({ open, frontierMinutes }: BookingSettings, now: number): number {
  return open ? slotOf(now) + frontierMinutes / 15 : FOREVER;
}

/** For whom a place is looked for: his sale, and where he stands. */
interface Arrival {
  sale: Pick<Sale, "booking" | "version" | "seat" | "class" | "to"> | null;
  /** Key of the connector; null: not there yet. */
  at: string | null;
  /** Epoch ms. */
  now: number;
}

/**
 * The connectors as they are now for one who comes: first his own bound one and the one where he stands, which is his even if it is usually kept for
 * walk-ins. What is kept for another booking is occupied for him. The connector of his own seat is of the class that he bought, whatever its owner
 * has said of it since.
 */
export function connectorsFor(state: Readonly<HubState>, { sale, at, now }: Arrival): BookConnector[] {
  const booking = bookingOf(state);
  const { book, bindings } = booking;
  const rank = ({ id }: BookConnector) => (id === at ? 0 : isBoundTo(bindings[id], sale) ? 1 : 2);
  const all = Object.entries(classes(state)).map(([id, kind]): BookConnector => {
    const keptForWalkIns = (book.seats[id]?.walkIn ?? false) && id !== at && !isBoundTo(bindings[id], sale);
    if (id === sale?.seat) return { id, class: sale.class, state: stateOf(state, id, { sale, now }), keptForWalkIns };
    // Another plug is of no use to him, and what the owner has closed is for those who booked it.
    const fits = sale && differs(booking, sale.seat, id) ? "" : kind;
    const current = isBlocked(booking, id, now, sale?.to) ? "out" : stateOf(state, id, { sale, now });
    return { id, class: fits, state: current, keptForWalkIns };
  });
  return all.toSorted((a, b) => rank(a) - rank(b));
}

const usable = new Set(["Available", "Preparing", "Reserved"]);
const inUse = new Set(["Charging", "SuspendedEV", "SuspendedEVSE"]);

function stateOf(
  state: Readonly<HubState>,
  key: string,
  { sale, now }: Pick<Arrival, "sale" | "now">,
): BookConnector["state"] {
  const { book, bindings } = bookingOf(state);
  const slash = key.lastIndexOf("/");
  const [cpId, connectorId] = [key.slice(0, slash), Number(key.slice(slash + 1))];
  const chargePoint = state.chargePoints[cpId];
  const status = chargePoint?.connectors[connectorId]?.status;
  if (!chargePoint?.online || status === undefined || status === "Faulted" || status === "Unavailable") return "out";
  const binding = bindings[key];
  if (binding && !isBoundTo(binding, sale)) return "occupied";
  const inCharge = saleOn(book, key);
  const isHis = inCharge !== null && sale !== null && saleId(inCharge) === saleId(sale);
  if (openOn(state, cpId, connectorId)) return isClaimed(inCharge, now) || !inUse.has(status) ? "occupied" : "standby";
  if (pendingOn(state, cpId, connectorId) || (inCharge && !isHis)) return "occupied";
  if (!usable.has(status)) return "occupied";
  // Reserved, and not by us: somebody's who used the charger's own means.
  return status === "Reserved" && !binding ? "occupied" : "free";
}

/** Whether who is charging has the cell of `now`: a walk-in that outlasts its cells has become a standby. */
function isClaimed(inCharge: Sale | null, now: number): boolean {
  return inCharge !== null && (inCharge.use?.by !== "walkIn" || slotOf(now) < inCharge.to);
}

function isBoundTo(binding: Binding | undefined, sale: Pick<Sale, "booking" | "version"> | null): boolean {
  return binding !== undefined && sale !== null && saleId(binding) === saleId(sale);
}
