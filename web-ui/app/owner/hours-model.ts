import type { DayException, OpeningHours, Period } from "../../../shared/opening-hours";
import { weekdays } from "../../../shared/tariff/local-time";
import type { Weekday } from "../../../shared/tariff/local-time";

/** Opening hours while they are edited. */

/** A week as people read it here: from Monday. */
export const week: readonly Weekday[] = [...weekdays.slice(1), weekdays[0]];

/** Of one day or one site. */
export const MAX_PERIODS = 8;
export const MAX_EXCEPTIONS = 100;

const workday: Period[] = [{ from: "08:00", to: "18:00" }];

/** Hours that begin a week: open on workdays. */
export function beginWeek(hours: OpeningHours): OpeningHours {
  const days = week.map((day) => [day, day === "SATURDAY" || day === "SUNDAY" ? [] : workday] as const);
  return { ...hours, week: Object.fromEntries(days) as NonNullable<OpeningHours["week"]> };
}

/** The end of a period as a browser's time field has it, where the day's own end is its beginning. */
export function shownEnd(to: string): string {
  return to === "24:00" ? "00:00" : to;
}

/** What such a field means. */
export function keptEnd(to: string): string {
  return to === "00:00" ? "24:00" : to;
}

/** One more period of a day, after those that it has. */
export function morePeriods(periods: readonly Period[]): Period[] {
  const last = periods.at(-1);
  if (!last) return workday;
  const from = shownEnd(last.to);
  return [...periods, { from, to: from < "20:00" ? "20:00" : "24:00" }];
}

/** A list with one thing in it changed, or, where `change` is null, without it. */
export function changedAt<T>(list: readonly T[], index: number, change: Partial<T> | null): T[] {
  return list.flatMap((each, at) => (at !== index ? [each] : change === null ? [] : [{ ...each, ...change }]));
}

/** A day that is closed, on the first date from `date` on (ISO) that has no exception yet. */
export function moreExceptions(exceptions: readonly DayException[], date: string): DayException[] {
  let day = Date.parse(date);
  const iso = () => new Date(day).toISOString().slice(0, 10);
  while (exceptions.some((each) => each.date === iso())) day += 86_400_000;
  return [...exceptions, { date: iso(), periods: [], note: "" }];
}

/** Why hours cannot be kept as they are; null: they can. */
export function hoursProblem({
  week: days,
  exceptions,
}: OpeningHours): "hoursTime" | "hoursDate" | "hoursTwice" | null {
  const periods = [...Object.values(days ?? {}).flat(), ...exceptions.flatMap((each) => each.periods)];
  if (periods.some(({ from, to }) => from === "" || to === "")) return "hoursTime";
  if (exceptions.some(({ date }) => date === "")) return "hoursDate";
  return new Set(exceptions.map(({ date }) => date)).size < exceptions.length ? "hoursTwice" : null;
}
