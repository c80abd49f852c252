import type { Book, CloudBookingEvent, HubBookingEvent, Link } from "../../shared/booking";
import { acceptAtHub, beginRecovery, foldHub, receiveAtHub, releaseToCloud } from "../../shared/booking";
import { cloudBookingData } from "../../shared/booking/schema";
import type { BookingSettings } from "../../shared/booking-settings";
import type { HubEvent } from "../../shared/events";
import type { FeedMessage } from "../../shared/sync";
import type { HubState } from "../state/state";
import { frontierOf, seatsOf } from "./connectors";
import { bookingOf } from "./state";

/** A message of the cloud's book, as it comes by the feed. */
type BookMessage = Extract<FeedMessage, { epoch: number }>;

export function isBookMessage(message: FeedMessage): message is BookMessage {
  return "epoch" in message && Object.hasOwn(cloudBookingData, message.type);
}

/** Whether the hub sees any of its chargers: without, it cannot know what happens there. */
export function hasSight(state: Readonly<HubState>): boolean {
  return Object.values(state.chargePoints).some(({ online }) => online);
}

/**
 * What a message of the cloud makes at the hub; to be committed with the message's position in the feed. One of an older epoch, or one that a
 * recovering hub has not asked for, makes nothing; one of a newer epoch shows that another hub has taken this one's place (Rule 10).
 * `now` is epoch ms.
 */
export function receivedEvents(
  state: Readonly<HubState>,
  message: BookMessage,
  { now, newId }: { now: number; newId: () => string },
): HubEvent[] {
  const { book, settings } = bookingOf(state);
  const { epoch, type, data } = message;
  const link: Link<unknown> = { epoch: book.epoch, sent: 0, unacked: [], applied: 0 };
  const said = { type, data } as CloudBookingEvent;
  const verdict = acceptAtHub(book, link, { epoch, seq: 1, message: said });
  if (verdict === "newer") return beginRecovery(newId());
  if (verdict !== "apply" && verdict !== "enter") return [];
  const events = receiveAtHub(book, said, { now, sight: hasSight(state) });
  return verdict === "enter"
    ? [...events.map(keptHere), ...splitAgain(events.reduce(foldHub, book), settings, now)]
    : events;
}

/** The sales of a recovered book stay here: the cloud has just told them, hears again what it does not know, and takes no batch of any length. */
function keptHere(event: HubBookingEvent): HubEvent {
  if (event.type !== "hub.recovered") return event;
  const { sales, ...rest } = event.data;
  return { ...event, data: { ...rest, sales: {} }, local: { sales } };
}

/**
 * What new rules of the owner make, together with them: the split is made anew (Rule 3), and the cloud gets what is free beyond the frontier. `now` is
 * epoch ms.
 */
export function settingsEvents(state: Readonly<HubState>, settings: BookingSettings, now: number): HubEvent[] {
  const set: HubEvent = { type: "booking.set", data: settings };
  const { book } = bookingOf(state);
  if (state.pairing === null || book.recovery !== null) return [set];
  const seats: HubBookingEvent = { type: "seats.set", data: { seats: seatsOf(state, settings) } };
  return [set, seats, ...releaseToCloud(foldHub(book, seats), frontierOf(settings, now))];
}

/** The cloud counts from the recovery on: it hears again which seats there are, and gets what is its by the standing split (Rule 3). */
function splitAgain(book: Book, settings: BookingSettings, now: number): HubBookingEvent[] {
  return [{ type: "seats.set", data: { seats: book.seats } }, ...releaseToCloud(book, frontierOf(settings, now))];
}
