import { pad } from "./time";
import type { Payload } from "./frame";
import type { Reservation } from "./reservation";
import type { Saved, Store } from "./store";
import type { Transaction } from "./transaction";
import type { WallClock } from "./wall-clock";

/** Places for unsent transaction messages: what RAM holds beside everything else. */
export const PLACES = 24;

export const KIND_START = "S";
export const KIND_SAMPLE = "M";
export const KIND_STOP = "E";

/** Reading contexts of a sample (OCPP 1.6 section 7.33), shortened for flash. */
export const CONTEXT_PERIODIC = "P";
export const CONTEXT_BEGIN = "B";
export const CONTEXT_END = "E";
export const CONTEXT_TRIGGER = "T";

/** One reading of the meter. */
export interface Sample {
  context: string;
  stamp: string;
  wh: number;
  powerW: number;
  currentMa: number;
  voltageMv: number;
}

/** A message of a transaction that waits for its CALLRESULT. Only what its kind needs is filled. */
export interface Entry {
  /** Increases over the life of the charger; the message id is made of it, so a repeat keeps its id. */
  seq: number;
  kind: string;
  /** Our own number of the transaction, known before the central system gives it an id. */
  tx: number;
  stamp: string;
  wh: number;
  /** Start and stop. */
  idTag: string;
  /** Stop. */
  reason: string;
  /** Start of what was reserved, -1 for none. */
  reservationId: number;
  /** Stop, where the central system wants to hear it again (StopTxnSampledData): the start's register and time. */
  startWh: number;
  startStamp: string;
  /** Sample. */
  sample: Sample | undefined;
  /** Place in flash, -1 while only in RAM. */
  place: number;
}

function blankEntry(seq: number, kind: string, tx: number, stamp: string, wh: number): Entry {
  const texts = { idTag: "", reason: "", reservationId: -1, startWh: 0, startStamp: "" };
  return { seq, kind, tx, stamp, wh, ...texts, sample: undefined, place: -1 };
}

function encode(e: Entry): string {
  const s = e.sample;
  const head: unknown[] = [e.idTag, e.reason];
  if (e.reservationId !== -1) head.push(e.reservationId);
  if (e.startStamp.length > 0) head.push(e.startWh, e.startStamp);
  const tail = s === undefined ? head : [s.context, s.powerW, s.currentMa, s.voltageMv];
  return JSON.stringify([e.seq, e.kind, e.tx, e.stamp, e.wh, tail]);
}

function decode(text: string, place: number): Entry | undefined {
  try {
    const [seq, kind, tx, stamp, wh, tail] = JSON.parse(text);
    const isSample = kind === KIND_SAMPLE;
    const sample = isSample
      ? { context: tail[0], stamp, wh, powerW: tail[1], currentMa: tail[2], voltageMv: tail[3] }
      : undefined;
    const e: Entry = { ...blankEntry(seq, kind, tx, stamp, wh), sample, place };
    if (isSample) return e;
    e.idTag = tail[0];
    e.reason = tail[1];
    if (tail.length === 3) e.reservationId = tail[2];
    if (tail.length === 4) {
      e.startWh = tail[2];
      e.startStamp = tail[3];
    }
    return e;
  } catch {
    return undefined;
  }
}

/** Thousandths as a decimal: 16040 is "16.040". */
export function decimal(thousandths: number): string {
  const rest = thousandths % 1000;
  return `${(thousandths - rest) / 1000}.${pad(rest, 3)}`;
}

function contextName(context: string): string {
  if (context === CONTEXT_END) return "Transaction.End";
  if (context === CONTEXT_BEGIN) return "Transaction.Begin";
  return context === CONTEXT_TRIGGER ? "Trigger" : "Sample.Periodic";
}

function energyOf(wh: number, context: string): Payload {
  return { value: `${wh}`, context: contextName(context), measurand: "Energy.Active.Import.Register", unit: "Wh" };
}

function energyValue(wh: number, stamp: string, context: string, clock: WallClock): Payload {
  return { timestamp: clock.resolve(stamp), sampledValue: [energyOf(wh, context)] };
}

/** A MeterValue of OCPP 1.6 section 7.36 with energy, power, current and voltage. */
export function meterValue(sample: Sample, clock: WallClock): Payload {
  const context = contextName(sample.context);
  const energy = energyOf(sample.wh, sample.context);
  const power = { value: `${sample.powerW}`, context, measurand: "Power.Active.Import", unit: "W" };
  const current = { value: decimal(sample.currentMa), context, measurand: "Current.Import", unit: "A" };
  const voltage = { value: decimal(sample.voltageMv), context, measurand: "Voltage", unit: "V" };
  return { timestamp: clock.resolve(sample.stamp), sampledValue: [energy, power, current, voltage] };
}

/** The request of an entry; `transactionId` as the central system gave it, -1 where it never did. */
export function payloadOf(e: Entry, transactionId: number, clock: WallClock): Payload {
  if (e.sample !== undefined) {
    return { connectorId: 1, transactionId, meterValue: [meterValue(e.sample, clock)] };
  }
  const timestamp = clock.resolve(e.stamp);
  if (e.kind === KIND_START) {
    const start: Payload = { connectorId: 1, idTag: e.idTag, meterStart: e.wh, timestamp };
    if (e.reservationId !== -1) start["reservationId"] = e.reservationId;
    return start;
  }
  const stop: Payload = { transactionId, meterStop: e.wh, timestamp, reason: e.reason };
  if (e.idTag.length > 0) stop["idTag"] = e.idTag;
  if (e.startStamp.length > 0) {
    const begin = energyValue(e.startWh, e.startStamp, CONTEXT_BEGIN, clock);
    stop["transactionData"] = [begin, energyValue(e.wh, e.stamp, CONTEXT_END, clock)];
  }
  return stop;
}

/** The OCPP action of an entry. */
export function actionOf(e: Entry): string {
  if (e.kind === KIND_START) return "StartTransaction";
  return e.kind === KIND_STOP ? "StopTransaction" : "MeterValues";
}

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
      const entry = text === undefined ? undefined : decode(text, place);
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
    this.store.put(`q${place}`, encode(entry));
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
