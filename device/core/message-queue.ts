import { blankEntry, CONTEXT_END, decodeEntry, encodeEntry, KIND_SAMPLE, KIND_START, KIND_STOP } from "./queue-entry";
import type { Entry, Sample } from "./queue-entry";
import type { Reservation } from "./reservation";
import type { Saved, Store } from "./store";
import type { Transaction } from "./transaction";

/** Places for unsent transaction messages: what RAM holds beside everything else. */
export const PLACES = 24;

/**
 * Transaction messages in order, kept until their CALLRESULT (OCPP 1.6 section 3.7). Starts and stops are in flash at once
 * and never dropped; samples go to flash only when the line is down, and are thinned when places run short.
 */
export class MessageQueue {
  /** Oldest first. */
  entries: Entry[] = [];
  /** Samples stay in RAM: flash has no room for them. */
  private samplesInRam = false;
  private nextSeq = 1;

  constructor(
    private store: Store,
    saved: Saved,
  ) {
    for (let place = 0; place < PLACES; place++) {
      const text = saved[`q${place}`];
      const entry = text === undefined ? undefined : decodeEntry(text, place);
      if (entry !== undefined) this.insert(entry);
    }
    const last = this.entries.length - 1;
    const floor = saved["seq"] === undefined ? NaN : parseInt(`${saved["seq"]}`);
    if (floor >= this.nextSeq) this.nextSeq = floor;
    if (last >= 0) this.nextSeq = Math.max(this.nextSeq, (this.entries[last] as Entry).seq + 1);
  }

  private insert(entry: Entry): void {
    this.entries.push(entry);
    for (let i = this.entries.length - 1; i > 0; i--) {
      const before = this.entries[i - 1] as Entry;
      if (before.seq < entry.seq) return;
      this.entries[i - 1] = entry;
      this.entries[i] = before;
    }
  }

  /** Is there room for a whole further transaction, start and stop, when every sample gives way? */
  hasRoomForTransaction(): boolean {
    let kept = 0;
    for (const e of this.entries) if (e.sample === undefined) kept++;
    return kept + 2 <= PLACES;
  }

  private save(entry: Entry): void {
    const taken: boolean[] = [];
    for (let i = 0; i < PLACES; i++) taken.push(false);
    for (const e of this.entries) if (e.place >= 0) taken[e.place] = true;
    let place = 0;
    while (taken[place]) place++;
    entry.place = place;
    this.store.put(`q${place}`, encodeEntry(entry));
  }

  private drop(index: number): void {
    const entry = this.entries[index] as Entry;
    this.entries = this.entries.filter((e) => e !== entry);
    if (entry.place >= 0) this.store.remove(`q${entry.place}`);
  }

  /** Makes a place by giving up the sample that is missed least: the one whose neighbours stand closest; ends come last. */
  private thin(inFlight: number): void {
    let best = -1;
    let cost = 0;
    for (let i = 0; i < this.entries.length; i++) {
      const e = this.entries[i] as Entry;
      if (e.sample === undefined || e.seq === inFlight) continue;
      const before = i > 0 ? (this.entries[i - 1] as Entry).seq : 0;
      const after = i + 1 < this.entries.length ? (this.entries[i + 1] as Entry).seq : this.nextSeq;
      const c = after - before + (e.sample.context === CONTEXT_END ? 1000000 : 0);
      if (best < 0 || c < cost) {
        best = i;
        cost = c;
      }
    }
    if (best >= 0) this.drop(best);
  }

  private add(entry: Entry, durable: boolean, inFlight: number): void {
    if (this.entries.length >= PLACES) this.thin(inFlight);
    if (this.entries.length >= PLACES && entry.sample !== undefined) return;
    this.entries.push(entry);
    if (durable && this.mayBeSaved(entry)) this.save(entry);
  }

  private mayBeSaved(entry: Entry): boolean {
    return entry.sample === undefined || !this.samplesInRam;
  }

  /** Flash takes nothing more: samples leave it, so that starts and stops have room. They are still sent, unless the power goes. */
  flashFailed(failed: boolean): void {
    this.samplesInRam = failed;
    if (!failed) return;
    for (const e of this.entries) {
      if (e.sample === undefined || e.place < 0) continue;
      this.store.remove(`q${e.place}`);
      e.place = -1;
    }
  }

  private blank(kind: string, tx: number, stamp: string, wh: number): Entry {
    return blankEntry(this.nextSeq++, kind, tx, stamp, wh);
  }

  /** Queues a StartTransaction. `inFlight` is the seq being sent, 0 for none; it is never thinned away. */
  start(tx: number, idTag: string, wh: number, stamp: string, inFlight: number, used?: Reservation): void {
    const entry = this.blank(KIND_START, tx, stamp, wh);
    entry.idTag = idTag;
    if (used !== undefined) entry.reservationId = used.id;
    this.add(entry, true, inFlight);
  }

  /** Queues a MeterValues; `durable` when the line is down. */
  sample(tx: number, sample: Sample, durable: boolean, inFlight: number): void {
    const entry = this.blank(KIND_SAMPLE, tx, sample.stamp, sample.wh);
    entry.sample = sample;
    this.add(entry, durable, inFlight);
  }

  /** Queues a StopTransaction; `withStart` where it shall tell the start's reading too. */
  stop(tx: Transaction, idTag: string, reason: string, last: Sample, withStart: boolean, inFlight: number): void {
    const entry = this.blank(KIND_STOP, tx.no, last.stamp, last.wh);
    entry.idTag = idTag;
    entry.reason = reason;
    if (withStart) {
      entry.startWh = tx.meterStart;
      entry.startStamp = tx.stamp;
    }
    this.add(entry, true, inFlight);
    // the number must not come back once the queue has run empty, or a later message would bear an old id
    this.store.put("seq", `${this.nextSeq}`);
  }

  /** The line went down: what was only in RAM goes to flash. */
  keepAll(): void {
    for (const e of this.entries) if (e.place < 0 && this.mayBeSaved(e)) this.save(e);
  }

  /** The oldest entry, or undefined. */
  head(): Entry | undefined {
    return this.entries.length > 0 ? this.entries[0] : undefined;
  }

  /** The message with this seq is done. */
  done(seq: number): void {
    const index = this.entries.findIndex((e) => e.seq === seq);
    if (index >= 0) this.drop(index);
  }
}
