import { localBoundaries, localTime, weekdays } from "./tariff/local-time";
import type { Weekday } from "./tariff/local-time";

/**
 * When a site can be used, by the clock on its wall: a week that repeats, and days on which something else holds. The same rule serves a car park's
 * opening hours and the hours at which somebody lends the charger in front of the house. Pure, and of no library, so that pages have it too.
 */

/** From and to as `HH:MM`; `to` may be `24:00`. A period that ends before it begins, or when it begins, runs into the next day. */
export interface Period {
  from: string;
  to: string;
}

/** What holds on one day instead of its weekday's periods; none: closed all day. What runs over midnight belongs to the day on which it began. */
export interface DayException {
  /** ISO date at the site. */
  date: string;
  periods: Period[];
  /** Why, for people. */
  note: string;
}

/** `week` null: around the clock, but for the exceptions. */
export interface OpeningHours {
  week: Record<Weekday, Period[]> | null;
  exceptions: DayException[];
}

export const alwaysOpen: OpeningHours = { week: null, exceptions: [] };

const dayMs = 86_400_000;
const wholeDay: Period[] = [{ from: "00:00", to: "24:00" }];
/** A change further off than this is not looked for: two weeks and a day see every weekday twice. */
const AHEAD_MS = 15 * dayMs;

/** Whether it is open at an instant (epoch ms). The end of a period is not in it. On the day that the clock is put back, an hour that comes twice counts twice. */
export function isOpenAt(hours: OpeningHours, timeZone: string, atMs: number): boolean {
  const { date, weekday, minuteOfDay } = localTime(timeZone, atMs);
  const today = periodsOn(hours, date, weekday).some((period) => {
    const { from, to } = minutesOf(period);
    return from <= minuteOfDay && (minuteOfDay < to || to <= from);
  });
  if (today) return true;
  const before = yesterday(date);
  return periodsOn(hours, before.date, before.weekday).some((period) => {
    const { from, to } = minutesOf(period);
    return to <= from && minuteOfDay < to;
  });
}

/** Whether it is open from one instant up to another (epoch ms), without a gap. */
export function isOpenThroughout(hours: OpeningHours, timeZone: string, fromMs: number, toMs: number): boolean {
  const instants = [fromMs, ...localBoundaries(timeZone, fromMs, toMs, minutesIn(hours))];
  return instants.every((at) => isOpenAt(hours, timeZone, at));
}

/** Whether it is open now, and until when that holds: epoch ms, or null where nothing changes within two weeks. */
export function openState(
  hours: OpeningHours,
  timeZone: string,
  atMs: number,
): { open: boolean; until: number | null } {
  const open = isOpenAt(hours, timeZone, atMs);
  const until = localBoundaries(timeZone, atMs, atMs + AHEAD_MS, minutesIn(hours))
    .toSorted((a, b) => a - b)
    .find((at) => isOpenAt(hours, timeZone, at) !== open);
  return { open, until: until ?? null };
}

function periodsOn({ week, exceptions }: OpeningHours, date: string, weekday: Weekday): Period[] {
  const exception = exceptions.find((each) => each.date === date);
  if (exception) return exception.periods;
  return week === null ? wholeDay : week[weekday];
}

function yesterday(date: string): { date: string; weekday: Weekday } {
  const day = new Date(Date.parse(date) - dayMs);
  return { date: day.toISOString().slice(0, 10), weekday: weekdays[day.getUTCDay()] as Weekday };
}

function minutesOf({ from, to }: Period): { from: number; to: number } {
  return { from: minuteOf(from), to: minuteOf(to) };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Minutes of the day at which something may begin or end; midnight, since another day has other periods. */
function minutesIn({ week, exceptions }: OpeningHours): number[] {
  const periods = [...Object.values(week ?? {}), ...exceptions.map((each) => each.periods)].flat();
  return [...new Set([0, ...periods.flatMap((period) => Object.values(minutesOf(period)).map((m) => m % 1440))])];
}
