import { cancelRequested } from "./cancel";
import type { CloudBookingEvent, HubBookingEvent } from "./events";
import type { Envelope, Link } from "./link";
import { accept } from "./link";
import { learn } from "./modify";
import { enterEpoch } from "./recover";
import { answerRequest } from "./transfer";
import type { Book } from "./types";

/**
 * Whether the hub takes a message: as `accept` says, but while it is recovering nothing except the beginning of the epoch that it asked for
 * (Rule 10): `enter`. What else comes then is for the hub that it no longer is: `gap`.
 */
export function acceptAtHub(
  book: Book,
  link: Link<unknown>,
  envelope: Envelope<CloudBookingEvent>,
): ReturnType<typeof accept> | "enter" {
  if (book.recovery === null) return accept(link, envelope);
  const { message, epoch, seq } = envelope;
  const answers = message.type === "epoch.started" && message.data.recovery === book.recovery;
  return answers && seq === 1 && epoch > link.epoch ? "enter" : "gap";
}

/**
 * What a message of the cloud makes at the hub: the events to write in the same commit as the message's position in the feed. `now` is epoch ms;
 * `sight`: at least one of its chargers is connected.
 */
export function receiveAtHub(
  book: Book,
  message: CloudBookingEvent,
  { now, sight }: { now: number; sight: boolean },
): HubBookingEvent[] {
  switch (message.type) {
    case "booking.sold":
      return learn(book, message.data.sale, sight);
    case "booking.cancelRequested":
      return cancelRequested(book, message.data, sight);
    case "cells.granted":
      return [{ type: "cells.received", data: message.data }];
    case "cells.requested":
      return answerRequest(book, message.data, now);
    case "epoch.started":
      return enterEpoch(book, message.data);
  }
}
