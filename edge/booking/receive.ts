import type { CloudBookingEvent, HubBookingEvent, Link } from "../../shared/booking";
import { acceptAtHub, beginRecovery, foldHub, receiveAtHub, releaseToCloud } from "../../shared/booking";
import { cloudBookingData } from "../../shared/booking/schema";
import type { FeedMessage } from "../../shared/sync";
import type { HubState } from "../state/state";
import { frontierOf } from "./connectors";
import { bookingOf } from "./state";

/** A message of the cloud's book, as it comes by the feed. */
export type BookMessage = Extract<FeedMessage, { epoch: number }>;

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
): HubBookingEvent[] {
  const { book, settings } = bookingOf(state);
  const { epoch, type, data } = message;
  const link: Link<unknown> = { epoch: book.epoch, sent: 0, unacked: [], applied: 0 };
  const said = { type, data } as CloudBookingEvent;
  const verdict = acceptAtHub(book, link, { epoch, seq: 1, message: said });
  if (verdict === "newer") return beginRecovery(newId());
  if (verdict !== "apply" && verdict !== "enter") return [];
  const events = receiveAtHub(book, said, { now, sight: hasSight(state) });
  return verdict === "enter"
    ? [...events, ...splitAgain(events.reduce(foldHub, book), settings.frontierMinutes, now)]
    : events;
}

/** The cloud counts from the recovery on: it hears again which seats there are, and gets what is its by the standing split (Rule 3). */
function splitAgain(book: ReturnType<typeof bookingOf>["book"], minutes: number, now: number): HubBookingEvent[] {
  return [{ type: "seats.set", data: { seats: book.seats } }, ...releaseToCloud(book, frontierOf(minutes, now))];
}
