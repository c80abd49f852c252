import type { HubBookingEvent } from "../../shared/booking";
import { beginRecovery, foldHub, isOpen, releaseToCloud } from "../../shared/booking";
import type { HubEvent } from "../../shared/events";
import type { PairAnswer } from "../../shared/sync";
import type { HubState } from "../state/state";
import { frontierOf, seatsOf } from "./connectors";
import { atPairing } from "./fold";
import { bookingOf } from "./state";

/**
 * What a pairing means for the reservations, in its commit and after `hub.paired`: the cloud hears which seats there are and what is sold, and gets what lies
 * beyond the frontier (Rule 3). Where the site had a hub before, this one has to recover that one's promises first (Rule 10). `now` is epoch ms.
 */
export function pairingEvents(
  state: Readonly<HubState>,
  answer: Pick<PairAnswer, "siteId" | "epoch" | "booking" | "recover">,
  { now, newId }: { now: number; newId: () => string },
): HubEvent[] {
  const { booking: settings, recover } = answer;
  if (!settings) return [];
  const { book } = atPairing(bookingOf(state), answer);
  const seats: HubBookingEvent = { type: "seats.set", data: { seats: seatsOf(state, settings) } };
  const events: HubEvent[] = [{ type: "booking.set", data: settings }, seats];
  if (recover) return [...events, ...beginRecovery(newId())];
  const sold = Object.values(book.sales).filter(isOpen);
  return [
    ...events,
    ...sold.map((sale): HubBookingEvent => ({ type: "booking.restated", data: { sale } })),
    ...releaseToCloud(foldHub(book, seats), frontierOf(settings, now)),
  ];
}
