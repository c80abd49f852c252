import { localTime, offsetAt } from "../../../shared/tariff/local-time";
import type { OwnerSession } from "../types";
import { week } from "./hours-model";

/** What a site's sessions add up to, by the days and hours of its own clock. */

const dayMs = 86_400_000;
const stepMs = 15 * 60_000;

type Ended = Pick<OwnerSession, "startedAt" | "endedAt" | "lastReadingAt" | "energyWh" | "cost">;

interface DaySum {
  /** ISO date at the site. */
  date: string;
  sessions: number;
  energyWh: number;
  /** Minor units. */
  amount: number;
}

/** The days up to that of an instant (epoch ms), oldest first: ISO dates at the site. Days have their dates, be they of 23, 24 or 25 hours. */
export function daysUpTo(nowMs: number, timeZone: string, count: number): string[] {
  const last = Date.parse(localTime(timeZone, nowMs).date);
  return Array.from({ length: count }, (_, index) =>
    new Date(last - (count - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
}

/** Sums of sessions by the day on which they began, in one currency; days without any are there with 0. */
export function byDay(
  sessions: readonly Ended[],
  timeZone: string,
  days: readonly string[],
  currency: string,
): DaySum[] {
  const sums = new Map(days.map((date) => [date, { date, sessions: 0, energyWh: 0, amount: 0 }]));
  for (const { startedAt, energyWh, cost } of sessions) {
    const day = sums.get(localTime(timeZone, Date.parse(startedAt)).date);
    if (!day) continue;
    day.sessions += 1;
    day.energyWh += energyWh;
    if (cost.currency === currency) day.amount += cost.amount;
  }
  return [...sums.values()];
}

/**
 * How many connectors were in use on average, by weekday (from Monday) and hour of the site's clock, over so many days. Counted in quarters of an
 * hour; a session that runs counts up to its last reading.
 */
export function useByHour(sessions: readonly Ended[], timeZone: string, days: readonly string[]): number[][] {
  const minutes = week.map(() => Array.from({ length: 24 }, () => 0));
  const from = days[0] as string;
  for (const { startedAt, endedAt, lastReadingAt } of sessions) {
    const [start, end] = [Date.parse(startedAt), Date.parse(endedAt ?? lastReadingAt)];
    const [before, after] = [offsetAt(timeZone, start), offsetAt(timeZone, end)];
    for (let at = start; at < end; at += stepMs) {
      // Asking Intl is slow, and only a session over a change of the clock needs it at each step.
      const local = new Date(at + (before === after ? before : offsetAt(timeZone, at)));
      const day = minutes[(local.getUTCDay() + 6) % 7] as number[];
      if (local.toISOString().slice(0, 10) < from) continue;
      day[local.getUTCHours()] = (day[local.getUTCHours()] as number) + Math.min(stepMs, end - at) / 60_000;
    }
  }
  return minutes.map((hours, index) => {
    const count = days.filter((date) => (new Date(date).getUTCDay() + 6) % 7 === index).length;
    return hours.map((sum) => (count === 0 ? 0 : sum / 60 / count));
  });
}

/** How dark a cell is, 0 to 5, against the most of all. */
export function levelOf(value: number, most: number): number {
  return value === 0 ? 0 : Math.max(1, Math.ceil((value / most) * 5));
}
