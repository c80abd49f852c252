import { locales } from "../../../common/translate";
import { weekdays } from "../../../../shared/tariff/local-time";
import type { Weekday } from "../../../../shared/tariff/local-time";
import type { Words } from "../../words";
import type { Series } from "../ahead-types";
import type { DriverT } from "../words";

/** The weekdays as weeks begin here, on Monday. */
export const week: readonly Weekday[] = [...weekdays.slice(1), weekdays[0]];

/** A weekday's name; 2026-11-01 was a Sunday. */
export function dayName(day: Weekday, { lang }: Pick<Words, "lang">): string {
  const date = new Date(Date.UTC(2026, 10, 1 + weekdays.indexOf(day)));
  return new Intl.DateTimeFormat(locales[lang], { weekday: "short", timeZone: "UTC" }).format(date);
}

/** A calendar date, as `2026-11-23`, in words. */
export function dateText(date: string, { lang }: Pick<Words, "lang">): string {
  const format = new Intl.DateTimeFormat(locales[lang], { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** When it is, and until when. */
export function seriesText(series: Series, words: Words, t: DriverT): string {
  const { days, from, to, until, count } = series;
  const named = week.filter((day) => days.includes(day)).map((day) => dayName(day, words));
  const last =
    until === null ? t("seriesCount", { count: count ?? 0 }) : t("seriesUntil", { date: dateText(until, words) });
  return `${named.join(", ")} \u00b7 ${t("weeklyTimes", { from, to })}, ${last}`;
}
