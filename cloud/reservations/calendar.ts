import { localTime, offsetAt } from "../../shared/tariff/local-time";

/** The owner's calendar: days as the clock on the site's wall has them, and what lies in each. Pure. */

const dayMs = 86_400_000;

/** A day at a site: 23 or 25 hours long where the clock is changed. Instants are epoch ms, `end` exclusive. */
interface Day {
  date: string;
  startMs: number;
  endMs: number;
}

/** The date a number of days after an ISO date. */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** Consecutive days from an ISO date on. */
export function daysFrom(timeZone: string, date: string, count: number): Day[] {
  const starts = Array.from({ length: count + 1 }, (_, index) => startOfDate(timeZone, dateAfter(date, index)));
  return starts.slice(0, count).map((startMs, index) => ({
    date: dateAfter(date, index),
    startMs,
    endMs: starts[index + 1] as number,
  }));
}

/**
 * The first instant of a date: local midnight; where the clock skips that, when it is put forward; where midnight comes twice, the first that is of this date. A date that a zone
 * left out altogether begins where it ends.
 */
function startOfDate(timeZone: string, date: string): number {
  const asUtc = Date.parse(date);
  const [first, last] = [asUtc - dayMs, asUtc + dayMs]
    .map((at) => asUtc - offsetAt(timeZone, at))
    .toSorted((a, b) => a - b) as [number, number];
  return localTime(timeZone, first).date === date ? first : last;
}

/** Something that takes time on a connector; `end` null: it goes on. Instants are ISO 8601. */
interface Entry {
  connector: string;
  start: string;
  end: string | null;
}

interface CalendarDay<E> {
  date: string;
  start: string;
  end: string;
  /** 24, or 23 or 25 where the clock is changed. */
  hours: number;
  connectors: { connector: string; entries: Omit<E, "connector">[] }[];
}

/** Entries by day and connector, by start: in each day that one touches it is there whole. */
export function calendarOf<E extends Entry>(
  days: readonly Day[],
  connectors: readonly string[],
  entries: readonly E[],
): CalendarDay<E>[] {
  const sorted = entries
    .map((entry) => ({
      entry,
      from: Date.parse(entry.start),
      to: entry.end === null ? Infinity : Date.parse(entry.end),
    }))
    .toSorted((a, b) => a.from - b.from);
  return days.map(({ date, startMs, endMs }) => {
    const within = sorted.filter(({ from, to }) => from < endMs && (to > startMs || (from === to && from === startMs)));
    return {
      date,
      start: new Date(startMs).toISOString(),
      end: new Date(endMs).toISOString(),
      hours: (endMs - startMs) / 3_600_000,
      connectors: connectors.map((connector) => ({
        connector,
        entries: within.flatMap(({ entry: { connector: at, ...rest } }) => (at === connector ? [rest] : [])),
      })),
    };
  });
}
