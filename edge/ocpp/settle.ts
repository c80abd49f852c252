import type { HubEvent } from "../../shared/events";
import type { SessionFlag } from "../../shared/session";
import { settleSession } from "../../shared/session";
import { beginMetering } from "../../shared/tariff";
import type { OpenSession } from "../state/state";

/** No charger gives more than this on average, and this much may be missing from its clock: more is a register that jumped. */
const MAX_POWER_W = 1_000_000;
const SLACK_WH = 100_000;

/** Whether so much energy can have flowed in that time. */
export function isPlausible(energyWh: number, ms: number): boolean {
  return energyWh <= SLACK_WH + (MAX_POWER_W * Math.max(0, ms)) / 3_600_000;
}

interface Ending {
  /** Epoch ms. */
  at: number;
  meterStop: number;
  reason: string;
  flags: SessionFlag[];
  /** The charger's own text for it. */
  chargerTime: string | null;
}

/**
 * The event that ends a session. Energy is final minus initial register. Where the readings in between contradict each other, start and stop
 * alone are billed; a final register that jumped beyond what can have flowed is not believed, and the last reading counts.
 */
export function endOf(open: OpenSession, end: Ending, receiptNumber: string): HubEvent {
  const { session } = open;
  const jumped = !isPlausible(end.meterStop - session.meterStart, end.at - Date.parse(session.startedAt));
  const meterStop = jumped ? session.meterStart + session.energyWh : end.meterStop;
  const suspicious = open.suspicious || jumped;
  const billed = suspicious ? { ...session, metering: beginMetering(session.startedAt) } : session;
  const flags: SessionFlag[] = suspicious ? [...end.flags, "suspicious_meter"] : end.flags;
  const endedAt = new Date(Math.max(end.at, suspicious ? Date.parse(session.lastReadingAt) : 0)).toISOString();
  const settled = settleSession(billed, { endedAt, meterStop, reason: end.reason, flags }, receiptNumber);
  return { type: "session.ended", data: { ...settled, chargerTime: end.chargerTime } };
}

/** The end of a session whose charger never told: the last known register, and flagged. */
export function endUntold(open: OpenSession, at: number, receiptNumber: string): HubEvent {
  const meterStop = open.session.meterStart + open.session.energyWh;
  return endOf(open, { at, meterStop, reason: "Other", flags: ["incomplete"], chargerTime: null }, receiptNumber);
}
