import { isInt } from "./frame";
import type { Payload } from "./frame";
import { pad } from "./time";
import type { WallClock } from "./wall-clock";

export const KIND_START = "S";
export const KIND_SAMPLE = "M";
export const KIND_STOP = "E";

/** Reading contexts of a sample (OCPP 1.6 section 7.33), shortened for flash. */
export const CONTEXT_PERIODIC = "P";
const CONTEXT_BEGIN = "B";
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
}

/** An entry of which only its kind's common part is filled. */
export function blankEntry(seq: number, kind: string, tx: number, stamp: string, wh: number): Entry {
  const texts = { idTag: "", reason: "", reservationId: -1, startWh: 0, startStamp: "" };
  return { seq, kind, tx, stamp, wh, ...texts, sample: undefined };
}

/** For flash. */
export function encodeEntry(e: Entry): string {
  const s = e.sample;
  const head: unknown[] = [e.idTag, e.reason];
  if (e.reservationId !== -1) head.push(e.reservationId);
  if (e.startStamp.length > 0) head.push(e.startWh, e.startStamp);
  const tail = s === undefined ? head : [s.context, s.powerW, s.currentMa, s.voltageMv];
  return JSON.stringify([e.seq, e.kind, e.tx, e.stamp, e.wh, tail]);
}

function areInts(values: unknown[]): boolean {
  return values.every((value) => isInt(value));
}

function areTexts(values: unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

/** From flash; undefined where it is damaged. */
export function decodeEntry(text: string): Entry | undefined {
  try {
    const [seq, kind, tx, stamp, wh, tail] = JSON.parse(text);
    const e = blankEntry(seq, kind, tx, stamp, wh);
    if (!areInts([seq, tx, wh]) || !areTexts([kind, stamp])) return undefined;
    if (kind === KIND_SAMPLE) {
      const [context, powerW, currentMa, voltageMv] = tail;
      e.sample = { context, stamp, wh, powerW, currentMa, voltageMv };
      return typeof context === "string" && areInts([powerW, currentMa, voltageMv]) ? e : undefined;
    }
    e.idTag = tail[0];
    e.reason = tail[1];
    if (tail.length === 3) e.reservationId = tail[2];
    if (tail.length === 4) {
      e.startWh = tail[2];
      e.startStamp = tail[3];
    }
    const whole = areTexts([e.idTag, e.reason, e.startStamp]) && areInts([e.reservationId, e.startWh]);
    return whole ? e : undefined;
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
