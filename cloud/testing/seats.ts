import type { Book, CloudBookingEvent, HubBookingEvent } from "../../shared/booking";
import {
  beginRecovery,
  acceptAtHub,
  foldHub,
  instantOfSlot,
  newBook,
  newLink,
  receiveAtHub,
  releaseToCloud,
  slotOf,
} from "../../shared/booking";
import type { StreamEvent } from "../../shared/events";
import type { PairedSite, TestCloud } from "./cloud";
import type { TestHub } from "./hub";

/** Hours from now at which the cloud's cells of a test site begin. */
const CLOUD_FROM_HOURS = 2;

interface Down {
  position: number;
  epoch: number;
  message: CloudBookingEvent;
}

/** The booking half of a hub: the production code of shared/booking over a test hub's journal. */
export class BookHub {
  book: Book;
  /** Position of the last message of the feed that took effect. */
  private position = 0;

  constructor(
    private readonly cloud: TestCloud,
    readonly hub: TestHub,
  ) {
    this.book = newBook("hub", hub.answer.siteId);
  }

  /** Events of the hub's own, folded and journaled. */
  write(events: readonly HubBookingEvent[]): void {
    for (const { type, data } of events) {
      this.book = foldHub(this.book, { type, data } as HubBookingEvent);
      this.hub.add(type, data as Extract<StreamEvent, { type: typeof type }>["data"]);
    }
  }

  /** Booking messages that wait in the feed. */
  async waiting(): Promise<Down[]> {
    const rows = await this.cloud.db
      .selectFrom("feed")
      .select(["position", "type", "data", "epoch"])
      .where("hub_id", "=", this.hub.id)
      .where("epoch", "is not", null)
      .where("position", ">", this.position)
      .orderBy("position")
      .execute();
    return rows.map(({ position, type, data, epoch }) => ({
      position,
      epoch: epoch as number,
      message: { type, data } as CloudBookingEvent,
    }));
  }

  /** Takes what waits in the feed, and sends what it has to say. Gives the types of the messages. */
  async hear(): Promise<string[]> {
    const messages = await this.waiting();
    for (const { position, epoch, message } of messages) {
      const verdict = acceptAtHub(this.book, newLink(this.book.epoch), { epoch, seq: 1, message });
      if (verdict === "apply" || verdict === "enter") {
        this.write(receiveAtHub(this.book, message, { now: this.cloud.now(), sight: true }));
      }
      this.position = position;
    }
    await this.say();
    return messages.map(({ message }) => message.type);
  }

  /** Sends the journal; all of it is known or new. */
  async say(): Promise<void> {
    const answer = await this.hub.send();
    if (answer.status !== 200) throw new Error(JSON.stringify(answer));
  }

  /** Rule 10: asks for an epoch. Gives what the cloud says. */
  async recover(recovery: string, after = this.book.epoch): Promise<{ epoch: number; recovery: string | null }> {
    if (this.book.recovery !== recovery) this.write(beginRecovery(recovery));
    const response = await this.hub.post("epochs", { recovery, after });
    const answer = (await response.json()) as { epoch: number; recovery: string | null };
    if (response.status !== 201) throw new Error(JSON.stringify(answer));
    this.hub.epoch = answer.epoch;
    return answer;
  }
}

export interface BookingSite extends PairedSite {
  site: BookHub;
  /** First slot that the cloud owns. */
  base: number;
}

/** What a driver asks for who wants a seat of the class that `bookingSite` makes; slots. */
export const wish = (from: number, to: number) => ({ class: "AC", start: instantOfSlot(from), end: instantOfSlot(to) });

/** A site whose hub has given the cloud all cells of its seats (name -> class) from two hours ahead on. */
export async function bookingSite(
  cloud: TestCloud,
  seats: Record<string, string> = { A: "AC", B: "AC" },
): Promise<BookingSite> {
  const paired = await cloud.paired();
  const base = slotOf(cloud.now()) + CLOUD_FROM_HOURS * 4;
  const site = new BookHub(cloud, paired.hub);
  const named = Object.entries(seats).map(([seat, kind]) => [seat, { class: kind, walkIn: false }]);
  site.write([{ type: "seats.set", data: { seats: Object.fromEntries(named) } }]);
  site.write(releaseToCloud(site.book, base));
  await site.say();
  return { ...paired, site, base };
}
