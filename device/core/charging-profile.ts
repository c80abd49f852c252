import { integerOf, textOf } from "./frame";
import type { Payload } from "./frame";
import { parseInstant } from "./time";
import type { Instant } from "./time";

/** Purposes (ChargingProfilePurposeType, OCPP 1.6 section 7.11); flash holds these numbers. */
export const PURPOSE_MAX = 0;
export const PURPOSE_DEFAULT = 1;
export const PURPOSE_TX = 2;
export const PURPOSES = ["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"];

/** Kinds (ChargingProfileKindType, section 7.10). */
const KIND_RECURRING = 1;
export const KIND_RELATIVE = 2;
const KINDS = ["Absolute", "Recurring", "Relative"];

/** What fits: one profile is one flash value of at most 224 bytes. */
export const MAX_PERIODS = 8;
export const MAX_STACK_LEVEL = 3;

const DAY_SEC = 86400;
/** No time in a schedule is later than this many seconds, and no limit larger, so that the VM's integers stay exact. */
const MAX_SEC = 9999999;
const MAX_LIMIT = 99999;

/** A charging profile (section 7.8) with its schedule (section 7.13). */
export interface ChargingProfile {
  id: number;
  /** 0: the whole charge point. */
  connectorId: number;
  purpose: number;
  stackLevel: number;
  kind: number;
  /** Seconds after which a recurring schedule begins anew; 0: never. */
  recurSec: number;
  validFrom: Instant | undefined;
  validTo: Instant | undefined;
  /** Undefined: the schedule begins with the transaction. */
  start: Instant | undefined;
  /** -1: without end. */
  durationSec: number;
  /** Limits are W over all phases, else tenths of an ampere a phase. */
  watts: boolean;
  /** Threes of start in seconds, limit, phases; by rising start. */
  periods: number[];
  /** Of a TxProfile, -1 where it names none. */
  transactionId: number;
}

interface Found {
  /** False: there, but damaged. */
  ok: boolean;
  at: Instant | undefined;
}

function instantOf(payload: Payload, key: string): Found {
  if (payload[key] === undefined) return { ok: true, at: undefined };
  const text = textOf(payload, key, 40);
  const at = text === undefined ? undefined : parseInstant(text);
  return { ok: at !== undefined, at };
}

function readPeriods(value: unknown, watts: boolean): number[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const periods: number[] = [];
  let before = -1;
  for (const item of value as unknown[]) {
    if (typeof item !== "object" || item === null) return undefined;
    const period = item as Payload;
    const start = integerOf(period, "startPeriod");
    const limit = period["limit"];
    const phases = period["numberPhases"] === undefined ? 3 : integerOf(period, "numberPhases");
    if (start === undefined || start <= before || start > MAX_SEC) return undefined;
    if (typeof limit !== "number" || !(limit >= 0)) return undefined;
    if (phases === undefined || phases < 1 || phases > 3) return undefined;
    before = start;
    const bounded = Math.min(limit, MAX_LIMIT);
    // a tenth that floating point has put just below itself stays that tenth
    periods.push(start, watts ? Math.floor(bounded) : Math.floor(bounded * 10 + 0.01), phases);
  }
  return periods;
}

function objectOf(payload: Payload, key: string): Payload | undefined {
  const value = payload[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Payload) : undefined;
}

function recurrence(text: string | undefined): number {
  if (text === "Daily") return DAY_SEC;
  return text === "Weekly" ? 7 * DAY_SEC : 0;
}

/** Reads a chargingProfile or csChargingProfiles for a connector; undefined where it is not as OCPP 1.6 wants it. */
export function readProfile(connectorId: number, payload: Payload): ChargingProfile | undefined {
  const id = integerOf(payload, "chargingProfileId");
  const stackLevel = integerOf(payload, "stackLevel");
  const purpose = PURPOSES.indexOf(`${payload["chargingProfilePurpose"]}`);
  const kind = KINDS.indexOf(`${payload["chargingProfileKind"]}`);
  const schedule = objectOf(payload, "chargingSchedule");
  if (id === undefined || stackLevel === undefined || purpose < 0 || kind < 0 || schedule === undefined) {
    return undefined;
  }
  const validFrom = instantOf(payload, "validFrom");
  const validTo = instantOf(payload, "validTo");
  const start = instantOf(schedule, "startSchedule");
  if (!validFrom.ok || !validTo.ok || !start.ok) return undefined;
  const recurSec = kind === KIND_RECURRING ? recurrence(textOf(payload, "recurrencyKind", 10)) : 0;
  if (kind === KIND_RECURRING && (recurSec === 0 || start.at === undefined)) return undefined;
  const unit = schedule["chargingRateUnit"];
  if (unit !== "A" && unit !== "W") return undefined;
  const duration = schedule["duration"] === undefined ? -1 : integerOf(schedule, "duration");
  if (duration === undefined || duration < -1) return undefined;
  const periods = readPeriods(schedule["chargingSchedulePeriod"], unit === "W");
  const transactionId = payload["transactionId"] === undefined ? -1 : integerOf(payload, "transactionId");
  if (periods === undefined || transactionId === undefined) return undefined;
  return {
    id,
    connectorId,
    purpose,
    stackLevel,
    kind,
    recurSec,
    validFrom: validFrom.at,
    validTo: validTo.at,
    // the start of a relative schedule is the transaction's, whatever else is said
    start: kind === KIND_RELATIVE ? undefined : start.at,
    durationSec: Math.min(duration, MAX_SEC),
    watts: unit === "W",
    periods,
    transactionId,
  };
}

/** Is it one that this charger can hold? What limits the whole charge point cannot begin with a transaction. */
export function canHold(p: ChargingProfile): boolean {
  if (p.stackLevel < 0 || p.stackLevel > MAX_STACK_LEVEL || p.periods.length > 3 * MAX_PERIODS) return false;
  if (p.purpose === PURPOSE_TX) return p.connectorId === 1;
  if (p.purpose === PURPOSE_DEFAULT) return p.connectorId === 0 || p.connectorId === 1;
  return p.connectorId === 0 && p.kind !== KIND_RELATIVE && p.start !== undefined;
}

const NEVER = -1;
const HEAD = 14;

/** For flash: whole numbers only, at most 211 characters. */
export function encodeProfile(p: ChargingProfile): string {
  const parts = [p.id, p.connectorId, p.purpose, p.stackLevel, p.kind, p.recurSec];
  for (const at of [p.validFrom, p.validTo, p.start]) {
    parts.push(at === undefined ? NEVER : at.day, at === undefined ? 0 : at.sec);
  }
  parts.push(p.durationSec, p.watts ? 1 : 0);
  for (const n of p.periods) parts.push(n);
  return parts.join(",");
}

/** From flash; undefined where there is none, or a damaged one. */
export function decodeProfile(text: string | undefined): ChargingProfile | undefined {
  if (text === undefined) return undefined;
  const n: number[] = [];
  for (const part of text.split(",")) {
    const value = parseInt(part);
    if (`${value}` !== part) return undefined;
    n.push(value);
  }
  if (n.length < HEAD + 3 || (n.length - HEAD) % 3 !== 0) return undefined;
  const at = (i: number): number => n[i] as number;
  const instant = (i: number): Instant | undefined =>
    at(i) === NEVER ? undefined : { day: at(i), sec: at(i + 1), ms: 0 };
  return {
    id: at(0),
    connectorId: at(1),
    purpose: at(2),
    stackLevel: at(3),
    kind: at(4),
    recurSec: at(5),
    validFrom: instant(6),
    validTo: instant(8),
    start: instant(10),
    durationSec: at(12),
    watts: at(13) === 1,
    periods: n.slice(HEAD),
    transactionId: -1,
  };
}
