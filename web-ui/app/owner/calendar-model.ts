import { offsetAt } from "../../../shared/tariff/local-time";

/** Days of a calendar as they are drawn, and times as people type them. Instants are ISO 8601. */

const hourMs = 3_600_000;
const quarterMs = 15 * 60_000;

interface Stretch {
  start: string;
  /** null: it goes on. */
  end: string | null;
}

/** Where something lies in a day, percent of the day's own length (of 23, 24 or 25 hours), as far as it is in it. */
export function placeIn(day: { start: string; end: string }, { start, end }: Stretch): { left: number; width: number } {
  const [from, to] = [Date.parse(day.start), Date.parse(day.end)];
  const [begin, stop] = [Math.max(from, Date.parse(start)), end === null ? to : Math.min(to, Date.parse(end))];
  const share = (ms: number) => (ms / (to - from)) * 100;
  return { left: share(begin - from), width: Math.max(0.8, share(stop - begin)) };
}

/** The hours that are written below a day, every third hour that passes. */
export function ticksOf(day: { start: string; end: string }): string[] {
  const ticks: string[] = [];
  for (let at = Date.parse(day.start); at < Date.parse(day.end); at += 3 * hourMs)
    ticks.push(new Date(at).toISOString());
  return ticks;
}

/**
 * The instant of a date and a time of day at a site; null where they are not whole or not on a quarter of an hour. A time that the clock skips is as much later; of one that comes
 * twice it is the first.
 */
export function instantOf(timeZone: string, date: string, time: string): string | null {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asUtc) || asUtc % quarterMs !== 0) return null;
  const [early, late] = [offsetAt(timeZone, asUtc - 14 * hourMs), offsetAt(timeZone, asUtc + 14 * hourMs)];
  const fits = [asUtc - early, asUtc - late].filter((at) => at + offsetAt(timeZone, at) === asUtc);
  return new Date(fits.length > 0 ? Math.min(...fits) : asUtc - early).toISOString();
}
