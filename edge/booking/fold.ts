import type { HubBookingEvent, Sale } from "../../shared/booking";
import { foldHub } from "../../shared/booking";
import { hubBookingData } from "../../shared/booking/schema";
import { FOREVER } from "../../shared/booking/slots";
import type { HubStored } from "../state/fold";
import type { HubState } from "../state/state";
import type { BookingState, Buyer } from "./state";
import { connectorKey, noBookings } from "./state";

type Of<T extends HubStored["type"]> = Extract<HubStored, { type: T }>;
type Paired = Of<"hub.paired">["data"];

/** Whether an event is one of the book's own. */
export function isBookEvent<E extends { type: string }>(event: E): event is Extract<E, HubBookingEvent> {
  return Object.hasOwn(hubBookingData, event.type);
}

/** Folds an event of the book. The buyer of a local sale, and the sales of a recovered book, come in its `local` part. */
export function foldBook(state: HubState, event: HubStored & HubBookingEvent): void {
  const booking = begun(state);
  booking.book = foldHub(booking.book, wholeOf(event));
  if (event.type === "booking.sold" && event.local) booking.buyers[event.data.sale.booking] = buyerOf(event.local);
  if (event.type === "book.settled") forgetBuyers(booking);
}

function wholeOf(event: HubStored & HubBookingEvent): HubBookingEvent {
  if (event.type !== "hub.recovered" || !event.local) return event;
  return { type: event.type, data: { ...event.data, sales: event.local.sales as Record<string, Sale> } };
}

export function foldSettings(state: HubState, { data }: Of<"booking.set">): void {
  begun(state).settings = data;
}

export function foldBookable(state: HubState, { data }: Of<"bookable.set">): void {
  begun(state).bookable = data;
}

export function foldReserved(state: HubState, { data }: Of<"connector.reserved">): void {
  const { booking, version, reservationId, idTag, until } = data;
  begun(state).bindings[connectorKey(data)] = { booking, version, reservationId, idTag, until };
}

export function foldReleased(state: HubState, { data }: Of<"connector.released">): void {
  delete begun(state).bindings[connectorKey(data)];
}

/**
 * Pairing gives the book its name and epoch. What another cloud was once given comes back with it: that cloud has no say any more, and what it sold
 * is known here or lost. What its owner said of connectors goes with it: this one says its own.
 */
export function foldPaired(state: HubState, data: Paired): void {
  if (state.booking) state.booking = atPairing(state.booking, data);
}

/** The reservations of a hub that is being paired. */
export function atPairing(
  { bookable: _, ...booking }: BookingState,
  { siteId, epoch }: Pick<Paired, "siteId" | "epoch">,
): BookingState {
  const owned = Object.fromEntries(Object.keys(booking.book.owned).map((seat) => [seat, [{ from: 0, to: FOREVER }]]));
  return { ...booking, book: { ...booking.book, hub: siteId, epoch, owned }, askedFor: null };
}

/** A new epoch of the stream. A book with seats enters it by `hub.recovered` only (Rule 10). */
export function foldEpoch(state: HubState, epoch: number): void {
  const { booking } = state;
  if (!booking) return;
  if (booking.book.recovery !== null) booking.askedFor = booking.book.recovery;
  else if (Object.keys(booking.book.seats).length === 0) booking.book = { ...booking.book, epoch };
}

function begun(state: HubState): BookingState {
  return (state.booking ??= noBookings(state.pairing));
}

function buyerOf({ holder, idTag }: Record<string, unknown>): Buyer {
  return { holder: (holder ?? null) as Buyer["holder"], idTag: typeof idTag === "string" ? idTag : null };
}

function forgetBuyers(booking: BookingState): void {
  const known = new Set(Object.values(booking.book.sales).map((sale) => sale.booking));
  for (const id of Object.keys(booking.buyers)) if (!known.has(id)) delete booking.buyers[id];
}
