import type { Book, HubBookingEvent, Sale } from "../../shared/booking";
import { finish, foldHub, startFailed, started, windowOf } from "../../shared/booking";
import type { HubEvent } from "../../shared/events";
import { normaliseIdTag } from "../../shared/ocpp";
import { isDoubted } from "../clock-doubt";
import type { HubState } from "../state/state";
import { releaseOf } from "./binding";
import { classOf } from "./connectors";
import { isBookEvent } from "./fold";
import type { Binding, BookingState } from "./state";
import { bookingOf, connectorKey, hasSeats, saleOn } from "./state";
import { claimEvents } from "./walk-in";

/**
 * What events at the chargers mean for the book, in the same commit: a start without a booking claims its cells, a transaction starts and ends its
 * sale, a start that came to nothing consumes none. `now` is epoch ms by the hub's clock.
 */
export function follow(state: Readonly<HubState>, events: readonly HubEvent[], now: number): HubEvent[] {
  if (!hasSeats(state) && (state.booking === undefined || Object.keys(state.booking.book.sales).length === 0))
    return [];
  const made: HubEvent[] = [];
  let booking = bookingOf(state);
  const apply = (event: HubEvent) => {
    booking = folded(booking, event);
  };
  for (const event of events) {
    apply(event);
    for (const next of consequences(state, booking, event, now)) {
      made.push(next);
      apply(next);
    }
  }
  return made;
}

function consequences(state: Readonly<HubState>, booking: BookingState, event: HubEvent, now: number): HubEvent[] {
  const { book } = booking;
  switch (event.type) {
    case "start.requested": {
      if (saleOn(book, connectorKey(event.data)) || !hasSeats(state)) return [];
      return claimEvents(state, booking, event.data, event.data.requestId, now);
    }
    case "start.failed": {
      const sale = saleOn(book, connectorKey(event.data), ["admitted"]);
      // Whether his window is over is not for a clock to say that nobody believes.
      return sale ? startFailed(book, sale, isDoubted(state) ? 0 : now) : [];
    }
    case "session.started":
      return event.data.authorization === "Accepted" ? begun(state, booking, event.data, now) : [];
    case "session.ended": {
      const sale = state.closedSessions[event.data.id] ? null : saleOn(book, connectorKey(event.data), ["started"]);
      return sale ? finish(book, sale, now) : [];
    }
    case "booking.ended":
    case "booking.admitted":
      return stale(booking, event.data);
    default:
      return [];
  }
}

type Started = Extract<HubEvent, { type: "session.started" }>["data"];

/** A transaction: of the sale that was admitted here, of the one whose card was shown at the charger it is kept at or at another, or of somebody who just came. */
function begun(state: Readonly<HubState>, booking: BookingState, data: Started, now: number): HubEvent[] {
  const key = connectorKey(data);
  const { book, bindings } = booking;
  const binding = bindings[key];
  const admitted = saleOn(book, key, ["admitted"]);
  if (admitted) return [...started(book, admitted), ...(binding ? [releaseOf(key)] : [])];
  const sale = binding ? boundSale(booking, binding, data.idTag) : saleOfCard(state, booking, data, now);
  if (!sale && binding) return [];
  if (!sale) return hasSeats(state) ? begunAtOnce(claimEvents(state, booking, data, data.id, now), book) : [];
  const { booking: id, version } = sale;
  const use: HubBookingEvent = {
    type: "booking.admitted",
    data: { booking: id, version, connector: key, at: new Date(now).toISOString(), by: "pass" },
  };
  return [...begunAtOnce([use], book), ...(binding ? [releaseOf(key)] : [])];
}

/** The sale that a connector is kept for, if this is its driver's card. */
function boundSale({ book }: BookingState, { booking, version, idTag }: Binding, shown: string): Sale | null {
  const sale = book.sales[`${booking}/${version}`];
  return sale && normaliseIdTag(idTag) === normaliseIdTag(shown) && isUsable(book, sale) ? sale : null;
}

/** The booking of a card that is shown in time at another connector of its class than the one that is kept for it. */
function saleOfCard(
  state: Readonly<HubState>,
  { book, buyers }: BookingState,
  { cpId, idTag }: Started,
  now: number,
): Sale | null {
  const chargePoint = state.chargePoints[cpId];
  const kind = chargePoint ? classOf(chargePoint) : null;
  const tag = normaliseIdTag(idTag);
  const isHis = (sale: Sale) => {
    const card = buyers[sale.booking]?.idTag ?? null;
    const { opens, closes } = windowOf(sale);
    const inTime = opens <= now && now <= closes;
    return card !== null && normaliseIdTag(card) === tag && sale.class === kind && inTime && isUsable(book, sale);
  };
  return Object.values(book.sales).find(isHis) ?? null;
}

function isUsable({ recovery }: Book, { stage, doubt }: Sale): boolean {
  return stage === "reserved" && !doubt && recovery === null;
}

function begunAtOnce(events: HubBookingEvent[], book: Book): HubBookingEvent[] {
  const [sale] = events.flatMap((event) => (event.type === "booking.admitted" ? [event.data] : []));
  return sale ? [...events, ...started(events.reduce(foldHub, book), sale)] : events;
}

/** A connector that was kept for a sale which has ended, or was let in elsewhere, is free for others. Its own stays kept until the transaction begins. */
function stale({ bindings }: BookingState, data: { booking: string; version: number; connector?: string }): HubEvent[] {
  return Object.entries(bindings)
    .filter(
      ([key, { booking, version }]) => booking === data.booking && version === data.version && key !== data.connector,
    )
    .map(([key]) => releaseOf(key));
}

/** What is needed of the state's fold here: the book and the bindings, as they are after an event of the same commit. */
function folded(booking: BookingState, event: HubEvent): BookingState {
  if (isBookEvent(event)) return { ...booking, book: foldHub(booking.book, event) };
  if (event.type !== "connector.released") return booking;
  const { [connectorKey(event.data)]: _gone, ...bindings } = booking.bindings;
  return { ...booking, bindings };
}
