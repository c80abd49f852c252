import { localTime, offsetAt } from "../../shared/tariff/local-time";

/** Months of a membership: from the day of the month on which it began, by the clock on the wall of a zone. */

interface Month {
  /** From 0. */
  month: number;
  /** Epoch ms, inclusive. */
  startsAt: number;
  /** Epoch ms, exclusive: the next one's start. */
  endsAt: number;
}

/**
 * The month of a membership that an instant (epoch ms) lies in; the first one for an instant before. The first begins when the membership does, each
 * later one at midnight of the same day of the month, or of the month's last where that is shorter.
 */
export function monthAt(joinedAt: number, timeZone: string, at: number): Month {
  const [year, month] = partsOf(localTime(timeZone, joinedAt).date);
  const [atYear, atMonth] = partsOf(localTime(timeZone, Math.max(at, joinedAt)).date);
  // The calendar's month or the one before, as the day has come or not.
  const latest = (atYear - year) * 12 + atMonth - month;
  const number = startOf(joinedAt, timeZone, latest) <= at ? latest : Math.max(0, latest - 1);
  return monthNumber(joinedAt, timeZone, number);
}

/** A month of a membership by its number, from 0. */
export function monthNumber(joinedAt: number, timeZone: string, month: number): Month {
  return { month, startsAt: startOf(joinedAt, timeZone, month), endsAt: startOf(joinedAt, timeZone, month + 1) };
}

function startOf(joinedAt: number, timeZone: string, number: number): number {
  if (number <= 0) return joinedAt;
  const [year, month, day] = partsOf(localTime(timeZone, joinedAt).date);
  const last = new Date(Date.UTC(year, month - 1 + number + 1, 0)).getUTCDate();
  return midnight(timeZone, Date.UTC(year, month - 1 + number, Math.min(day, last)));
}

/** When a day begins in a zone, of midnight UTC of that date: where the clocks go forward over midnight, when they have. */
function midnight(timeZone: string, utc: number): number {
  const before = utc - offsetAt(timeZone, utc - offsetAt(timeZone, utc));
  const after = utc - offsetAt(timeZone, before);
  return Math.max(before, after);
}

function partsOf(date: string): [year: number, month: number, day: number] {
  return date.split("-").map(Number) as [number, number, number];
}
