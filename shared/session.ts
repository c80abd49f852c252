import type { ChargingPeriod, Metering, Tariff } from "./tariff";
import { advanceMetering, beginMetering, periodsOf, priceOf, shiftMetering } from "./tariff";
import type { HubEvent } from "./events";

/** Money as the APIs give it: integer minor units, VAT included. */
export interface Money {
  amount: number;
  currency: string;
}

/**
 * What a driver pays for: one OCPP transaction. Built by folding events, by the same code on the hub and in the cloud.
 * Meter registers and energy are Wh, power W, times ISO 8601 UTC.
 */
export interface Session {
  id: string;
  cpId: string;
  connectorId: number;
  /** null: the charger never got one, as where only its stop arrived. */
  transactionId: number | null;
  idTag: string;
  /** The page's request that led to it; null for a start at the charger. */
  requestId: string | null;
  startedAt: string;
  endedAt: string | null;
  meterStart: number;
  meterStop: number | null;
  /** So far while running, final afterwards. */
  energyWh: number;
  /** Latest power; null: the charger does not say. */
  powerW: number | null;
  lastReadingAt: string;
  /** Frozen at the start. */
  tariff: Tariff;
  timeZone: string;
  metering: Metering;
  /** What is billed; given at the end. */
  periods?: ChargingPeriod[];
  cost: Money;
  /** Why it ended, in OCPP's words (OCPP 1.6 section 7.36). */
  reason: string | null;
  /** Number of the receipt in the hub's own series; given at the end. */
  receiptNumber: string | null;
  /** What an owner should look at. */
  flags: SessionFlag[];
}

/** `incomplete`: start or stop never arrived; `suspicious_meter`: registers contradict; `clock`: the charger's clock was not credible. */
export type SessionFlag = "incomplete" | "suspicious_meter" | "clock" | "corrected";

type SessionStarted = Extract<HubEvent, { type: "session.started" }>["data"];
type SessionMetered = Extract<HubEvent, { type: "session.metered" }>["data"];
type SessionEnded = Extract<HubEvent, { type: "session.ended" }>["data"];

/** The session as it stands when StartTransaction is acknowledged. */
export function startSession(data: SessionStarted): Session {
  const { id, cpId, connectorId, transactionId, idTag, requestId, startedAt, meterStart, tariff, timeZone } = data;
  const metering = beginMetering(startedAt);
  return {
    id,
    cpId,
    connectorId,
    transactionId,
    idTag,
    requestId,
    startedAt,
    endedAt: null,
    meterStart,
    meterStop: null,
    energyWh: 0,
    powerW: null,
    lastReadingAt: startedAt,
    tariff,
    timeZone,
    metering,
    cost: costOf(tariff, metering, timeZone),
    reason: null,
    receiptNumber: null,
    flags: data.flags,
  };
}

/** A running session after a meter reading. A register that falls behind what was seen changes nothing: energy is never negative. */
export function meterSession(session: Session, data: SessionMetered): Session {
  const next = countReading(session, data);
  return next.metering === session.metering ? next : priceSession(next);
}

/** As `meterSession`, but where the metering goes on, its cost is still that of before: for who hears many readings at once and asks `priceSession` after the last. */
export function countReading(session: Session, data: SessionMetered): Session {
  const powerW = data.powerW ?? session.powerW;
  if (data.registerWh === null || data.registerWh - session.meterStart < session.energyWh) {
    return { ...session, powerW, lastReadingAt: later(session.lastReadingAt, data.at) };
  }
  return { ...session, powerW, ...counted(session, data.at, data.registerWh - session.meterStart) };
}

/** A running session with the cost of what was counted. */
export function priceSession(session: Session): Session {
  return { ...session, cost: costOf(session.tariff, session.metering, session.timeZone) };
}

/** A running session whose times move by so much: they came from a clock that was wrong by that. It lasts no longer and no shorter. */
export function shiftSession(session: Session, byMs: number): Session {
  const moved = (at: string) => new Date(Date.parse(at) + byMs).toISOString();
  return {
    ...session,
    startedAt: moved(session.startedAt),
    lastReadingAt: moved(session.lastReadingAt),
    metering: shiftMetering(session.metering, byMs),
    flags: session.flags.includes("clock") ? session.flags : [...session.flags, "clock"],
  };
}

/** A session after its end. The event's periods are the truth that both sides price, whatever the readings gave; the power is over. */
export function endSession(session: Session, data: SessionEnded): Session {
  return {
    ...session,
    endedAt: data.endedAt,
    meterStop: data.meterStop,
    energyWh: data.energyWh,
    powerW: null,
    lastReadingAt: data.endedAt,
    periods: data.periods,
    cost: data.cost,
    reason: data.reason,
    receiptNumber: data.receiptNumber,
    flags: data.flags,
  };
}

/** What a connector without a tariff costs: nothing, and the receipt still has its times and energy. */
export function freeTariff(currency: string): Tariff {
  const components = [{ type: "FLAT" as const, price: 0, step_size: 1 }];
  return { id: "free", currency, tax_included: true, elements: [{ price_components: components }] };
}

/** How a session ends, before the hub adds its receipt number. */
interface SessionEnd {
  endedAt: string;
  meterStop: number;
  reason: string;
  flags: SessionFlag[];
}

/**
 * The event of a session's end: the last stretch is metered up to `meterStop`, then energy, OCPI charging periods and cost are final.
 * Energy is final minus initial register and never negative. A final register below what was seen meanwhile is billed by
 * start and stop alone, on a straight line, and flagged. A time before the last reading counts as that reading's.
 */
export function settleSession(session: Session, end: SessionEnd, receiptNumber: string): SessionEnded {
  const energyWh = Math.max(0, end.meterStop - session.meterStart);
  const doubtful = end.meterStop < session.meterStart || energyWh < session.metering.energyWh;
  const base = doubtful ? { ...session, metering: beginMetering(session.startedAt) } : session;
  const metered = new Date(Date.parse(session.startedAt) + session.metering.seconds * 1000).toISOString();
  const endedAt = later(end.endedAt, metered);
  const settled = priceSession({ ...base, ...counted(base, endedAt, energyWh) });
  const flags = [...session.flags, ...end.flags, ...(doubtful ? (["suspicious_meter"] as const) : [])];
  return {
    id: session.id,
    cpId: session.cpId,
    connectorId: session.connectorId,
    endedAt,
    meterStop: session.meterStart + energyWh,
    energyWh,
    reason: end.reason,
    periods: periodsOf(settled.metering),
    cost: settled.cost,
    receiptNumber,
    flags: [...new Set(flags)],
  };
}

function counted(session: Session, at: string, energyWh: number) {
  const metering = advanceMetering(session.metering, { at, energyWh }, session.tariff, session.timeZone);
  return { metering, energyWh, lastReadingAt: later(session.lastReadingAt, at) };
}

function costOf(tariff: Tariff, metering: Metering, timeZone: string): Money {
  return { amount: priceOf(tariff, periodsOf(metering), timeZone).total, currency: tariff.currency };
}

function later(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
