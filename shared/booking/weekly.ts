import type { Weekday } from "../tariff/local-time";
import { offsetAt, weekdays } from "../tariff/local-time";
import { slotOf } from "./slots";
import type { Span } from "./spans";

/** Bookings that come round each week, by the clock on the site's wall. Pure, so that pages can show what a pattern means. */

export interface WeeklyPattern {
  /** Days on which it begins. */
  days: Weekday[];
  /** `HH:MM` on the quarter hour; an end that is not after the start is on the next day. */
  from: string;
  to: string;
  /** First date (ISO) on which one may begin. */
  startsOn: string;
  /** Last date on which one may begin; null: the count says when it is over. */
  until: string | null;
  /** How many there are; null: the date says. */
  count: number | null;
}

export interface Occurrence {
  /** Local date on which it begins. */
  date: string;
  /** Its cells; null: the clock is put forward over all of it, so there is no such time on that day. */
  span: Span | null;
}

const DAY_MS = 86_400_000;

/**
 * Occurrences of a pattern that begin at a date of `through` or before, in order. Start and end are what the wall shows: where the clock is put forward over one, it is moved forward with
 * the clock; where an hour comes twice, its first is meant. So a booking may be an hour shorter or longer in these nights.
 */
export function occurrences(pattern: WeeklyPattern, timeZone: string, through: string): Occurrence[] {
  const { days, from, to, startsOn, until, count } = pattern;
  const last = until === null || until > through ? through : until;
  const found: Occurrence[] = [];
  const overnight = minutesOf(to) <= minutesOf(from) ? DAY_MS : 0;
  for (let day = Date.parse(startsOn); dateOf(day) <= last; day += DAY_MS) {
    if (found.length === count) break;
    if (!days.includes(weekdays[new Date(day).getUTCDay()] as Weekday)) continue;
    const start = slotOf(instantAt(timeZone, day + minutesOf(from) * 60_000));
    const end = slotOf(instantAt(timeZone, day + overnight + minutesOf(to) * 60_000));
    found.push({ date: dateOf(day), span: start < end ? { from: start, to: end } : null });
  }
  return found;
}

/** The instant (epoch ms) at which the wall shows a local time (written as if it were UTC), as Temporal's `compatible` has it. */
function instantAt(timeZone: string, wallMs: number): number {
  const before = offsetAt(timeZone, wallMs - DAY_MS);
  const after = offsetAt(timeZone, wallMs + DAY_MS);
  const [first, second] = [wallMs - before, wallMs - after];
  const isSecond = offsetAt(timeZone, first) !== before && offsetAt(timeZone, second) === after;
  return isSecond ? second : first;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
