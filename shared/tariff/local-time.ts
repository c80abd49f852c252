/** Local wall-clock time by IANA zone, through Intl only, so that it runs alike on the hub, in the cloud and in a page. */

/** OCPI DayOfWeek, in the order of `Date.getUTCDay`. */
export const weekdays = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"] as const;
export type Weekday = (typeof weekdays)[number];

export interface LocalTime {
  /** ISO date, such as 2026-12-24. */
  date: string;
  weekday: Weekday;
  /** Whole minutes since local midnight as the clock on the wall shows it. */
  minuteOfDay: number;
}

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs far more than using it, and a hub has one zone. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/**
 * Offset of local time from UTC in ms (positive east of Greenwich) at an instant in epoch ms.
 * Throws RangeError for a zone that this runtime does not know.
 */
export function offsetAt(timeZone: string, atMs: number): number {
  const numbers = formatOf(timeZone).format(atMs).match(/\d+/g) as string[];
  const [month, day, year, hour, minute, second] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
}

/** What calendar and clock on the wall show in a zone at an instant in epoch ms. */
export function localTime(timeZone: string, atMs: number): LocalTime {
  const local = new Date(atMs + offsetAt(timeZone, atMs));
  return {
    date: local.toISOString().slice(0, 10),
    weekday: weekdays[local.getUTCDay()] as Weekday,
    minuteOfDay: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

/** Instants in (fromMs, toMs) at which the zone's offset changes, to the second. A zone is taken to change at most once in 24 hours. */
function offsetChanges(timeZone: string, fromMs: number, toMs: number): number[] {
  const changes: number[] = [];
  for (let low = fromMs; low < toMs; low += dayMs) {
    const high = Math.min(low + dayMs, toMs);
    const before = offsetAt(timeZone, low);
    if (before === offsetAt(timeZone, high)) continue;
    let same = Math.floor(low / 1000);
    let other = Math.ceil(high / 1000);
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (offsetAt(timeZone, middle * 1000) === before) same = middle;
      else other = middle;
    }
    if (other * 1000 < toMs) changes.push(other * 1000);
  }
  return changes;
}

/**
 * Instants (epoch ms) in (fromMs, toMs) at which the clock on the wall comes to one of `minutesOfDay`, or is put forward or back: in
 * between, no comparison with one of these times of day changes. Costs one look per day of the span, not per second.
 */
export function localBoundaries(timeZone: string, fromMs: number, toMs: number, minutesOfDay: number[]): number[] {
  const changes = offsetChanges(timeZone, fromMs, toMs);
  const boundaries = [...changes];
  let pieceStart = fromMs;
  for (const pieceEnd of [...changes, toMs]) {
    const offset = offsetAt(timeZone, pieceStart);
    const firstDay = Math.floor((pieceStart + offset) / dayMs);
    const lastDay = Math.floor((pieceEnd + offset) / dayMs);
    for (let day = firstDay; day <= lastDay; day++) {
      for (const minute of minutesOfDay) {
        const at = day * dayMs + minute * 60_000 - offset;
        if (at > pieceStart && at < pieceEnd) boundaries.push(at);
      }
    }
    pieceStart = pieceEnd;
  }
  return boundaries;
}
