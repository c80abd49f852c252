import { blankEntry, CONTEXT_END, decodeEntry, encodeEntry, KIND_SAMPLE, KIND_START, KIND_STOP } from "./queue-entry";
import type { Entry, Sample } from "./queue-entry";
import type { Reservation } from "./reservation";
import type { Saved, Store } from "./store";
import type { Transaction } from "./transaction";

/** Places for unsent transaction messages, and one more: a sample that is being sent gives way to nothing. */
export const PLACES = 24;
export const ALL_PLACES = PLACES + 1;
/** The longest message in its text for flash, in bytes: a StopTransaction that tells its start, with a tag of quotes only, has 165. */
const LONGEST = 168;

/** What is known of a message without reading it. */
const SAMPLE = 1;
const LAST_READING = 2;
const IN_FLASH = 4;

/**
 * Transaction messages in order, kept until their CALLRESULT (OCPP 1.6 section 3.7). Starts and stops are in flash at once
 * and never dropped; samples go to flash only when the line is down, and are thinned when places run short. In RAM they are texts in one buffer that is
 * made at the start: as objects a full queue would take a quarter of the VM's heap, in small pieces.
 */
export class MessageQueue {
  private texts = Buffer.alloc(ALL_PLACES * LONGEST);
  /** By place: the text's length in bytes, 0 where it is free, the message's seq, and what is known of it. */
  private lengths: number[] = [];
  private seqs: number[] = [];
  private flags: number[] = [];
  /** Places, the oldest message first. */
  private order: number[] = [];
  private oldest: Entry | undefined;
  /** Samples stay in RAM: flash has no room for them. */
  private samplesInRam = false;
  private nextSeq = 1;

  constructor(
    private store: Store,
    saved: Saved,
  ) {
    for (let place = 0; place < ALL_PLACES; place++) {
      this.lengths.push(0);
      this.seqs.push(0);
      this.flags.push(0);
    }
    for (let place = 0; place < ALL_PLACES; place++) {
      const text = saved[`q${place}`];
      const entry = text === undefined ? undefined : decodeEntry(text);
      if (entry !== undefined) this.insert(place, entry, `${text}`, IN_FLASH);
    }
    const floor = saved["seq"] === undefined ? NaN : parseInt(`${saved["seq"]}`);
    if (floor >= this.nextSeq) this.nextSeq = floor;
    const last = this.order.length - 1;
    if (last >= 0) this.nextSeq = Math.max(this.nextSeq, this.seqAt(last) + 1);
  }

  /**
   * Puts a message into a free place; false where its text is longer than that, since the next place is another message's. It is not cut: in DeviceScript,
   * `slice` of a Buffer gives as many bytes as it was asked for, zeros where there are none, and `set` writes what has room and says nothing.
   */
  private insert(place: number, entry: Entry, text: string, flags: number): boolean {
    const bytes = Buffer.from(text);
    if (bytes.length > LONGEST) return false;
    this.texts.set(bytes, place * LONGEST);
    this.lengths[place] = bytes.length;
    this.seqs[place] = entry.seq;
    const { sample } = entry;
    if (sample === undefined) this.flags[place] = flags;
    else this.flags[place] = flags | SAMPLE | (sample.context === CONTEXT_END ? LAST_READING : 0);
    this.order.push(place);
    for (let i = this.order.length - 1; i > 0 && this.seqAt(i - 1) > entry.seq; i--) {
      this.order[i] = this.order[i - 1] as number;
      this.order[i - 1] = place;
    }
    this.oldest = undefined;
    return true;
  }

  private seqAt(index: number): number {
    return this.seqs[this.order[index] as number] as number;
  }

  private is(place: number, flag: number): boolean {
    return ((this.flags[place] as number) & flag) !== 0;
  }

  private textOf(place: number): string {
    const from = place * LONGEST;
    return this.texts.slice(from, from + (this.lengths[place] as number)).toString();
  }

  /** Messages that wait. */
  count(): number {
    return this.order.length;
  }

  /** Is there room for a whole further transaction, start and stop, when every sample gives way? */
  hasRoomForTransaction(): boolean {
    let kept = 0;
    for (const place of this.order) if (!this.is(place, SAMPLE)) kept++;
    return kept + 2 <= PLACES;
  }

  private save(place: number): void {
    this.flags[place] = (this.flags[place] as number) | IN_FLASH;
    this.store.put(`q${place}`, this.textOf(place));
  }

  private drop(index: number): void {
    const place = this.order[index] as number;
    for (let i = index + 1; i < this.order.length; i++) this.order[i - 1] = this.order[i] as number;
    this.order.pop();
    this.lengths[place] = 0;
    this.oldest = undefined;
    if (this.is(place, IN_FLASH)) this.store.remove(`q${place}`);
  }

  /** Makes a place by giving up the sample that is missed least: the one whose neighbours stand closest; ends come last. */
  private thin(inFlight: number): void {
    let best = -1;
    let cost = 0;
    for (let i = 0; i < this.order.length; i++) {
      const place = this.order[i] as number;
      if (!this.is(place, SAMPLE) || this.seqs[place] === inFlight) continue;
      const before = i > 0 ? this.seqAt(i - 1) : 0;
      const after = i + 1 < this.order.length ? this.seqAt(i + 1) : this.nextSeq;
      const c = after - before + (this.is(place, LAST_READING) ? 1000000 : 0);
      if (best < 0 || c < cost) {
        best = i;
        cost = c;
      }
    }
    if (best >= 0) this.drop(best);
  }

  private add(entry: Entry, durable: boolean, inFlight: number): void {
    if (this.order.length >= PLACES) this.thin(inFlight);
    const place = this.lengths.indexOf(0);
    if (place < 0 || (this.order.length >= PLACES && entry.sample !== undefined)) return;
    const kept = this.insert(place, entry, encodeEntry(entry), 0);
    if (kept && durable && this.mayBeSaved(place)) this.save(place);
  }

  private mayBeSaved(place: number): boolean {
    return !this.is(place, SAMPLE) || !this.samplesInRam;
  }

  /** Flash takes nothing more: samples leave it, so that starts and stops have room. They are still sent, unless the power goes. */
  flashFailed(failed: boolean): void {
    this.samplesInRam = failed;
    if (!failed) return;
    for (const place of this.order) {
      if (!this.is(place, SAMPLE) || !this.is(place, IN_FLASH)) continue;
      this.store.remove(`q${place}`);
      this.flags[place] = (this.flags[place] as number) & ~IN_FLASH;
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
    for (const place of this.order) if (!this.is(place, IN_FLASH) && this.mayBeSaved(place)) this.save(place);
  }

  /** The oldest message, or undefined. One that cannot be read holds up nothing behind it. */
  head(): Entry | undefined {
    while (this.oldest === undefined && this.order.length > 0) {
      this.oldest = this.entryAt(0);
      if (this.oldest === undefined) this.drop(0);
    }
    return this.oldest;
  }

  /** A message by its place in the order, 0 the oldest; undefined where there are not so many. */
  entryAt(index: number): Entry | undefined {
    const place = this.order[index];
    return place === undefined ? undefined : decodeEntry(this.textOf(place));
  }

  /** The message with this seq is done. */
  done(seq: number): void {
    for (let i = 0; i < this.order.length; i++) {
      if (this.seqAt(i) !== seq) continue;
      this.drop(i);
      return;
    }
  }
}
