import { formatMoney, formatUnitPrice } from "../../shared/money";
import type { Lang } from "./translate";
import { locales } from "./translate";

/** Numbers, money and times for people, through Intl, in one language and in the site's zone. */
export interface Format {
  lang: Lang;
  timeZone: string;
  /** Wh as kWh with two decimals, without the unit. */
  kwhNumber(wattHours: number): string;
  kwh(wattHours: number): string;
  /** W as kW with one decimal. */
  kw(watts: number): string;
  /** Minor units with the currency. */
  money(amount: number, currency: string): string;
  /** 1/10,000 of the currency unit, with as many decimals as it needs. */
  unitPrice(price: number, currency: string): string;
  /** 1/100 percent. */
  percent(hundredths: number): string;
  integer(value: number): string;
  decimal(value: number): string;
  /** Local time of an instant: 14:05. */
  time(at: string): string;
  timeSeconds(at: string): string;
  /** Day and time: 21 Nov 2026, 14:05. */
  dateTime(at: string): string;
  date(at: string): string;
  /** The zone's short name at an instant: CET. */
  zone(at: string): string;
  /** "3 minutes ago", from how many seconds ago it was. */
  ago(seconds: number): string;
}

const nbsp = "\u00a0";

/** Formats of a language and an IANA zone. Intl objects are made once, since making one costs far more than using it. */
export function formatsFor(lang: Lang, timeZone: string): Format {
  const locale = locales[lang];
  const fixed = (digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const instants = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    return (at: string) => format.format(Date.parse(at));
  };
  const [twoPlaces, onePlace, plain] = [
    fixed(2),
    fixed(1),
    new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }),
  ];
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" });
  return {
    lang,
    timeZone,
    kwhNumber: (wattHours) => twoPlaces.format(wattHours / 1000),
    kwh: (wattHours) => `${twoPlaces.format(wattHours / 1000)}${nbsp}kWh`,
    kw: (watts) => `${onePlace.format(watts / 1000)}${nbsp}kW`,
    money: (amount, currency) => formatMoney(amount, currency, locale),
    unitPrice: (price, currency) => formatUnitPrice(price, currency, locale),
    percent: (hundredths) => percent.format(hundredths / 10_000),
    integer: (value) => plain.format(Math.round(value)),
    decimal: (value) => plain.format(value),
    time: instants({ hour: "2-digit", minute: "2-digit" }),
    timeSeconds: instants({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    dateTime: instants({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }),
    date: instants({ day: "numeric", month: "short", year: "numeric" }),
    zone: (at) => zone.formatToParts(Date.parse(at)).find((part) => part.type === "timeZoneName")?.value as string,
    ago: (seconds) => {
      if (seconds < 60) return relative.format(-Math.max(0, Math.floor(seconds)), "second");
      if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
      if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), "hour");
      return relative.format(-Math.floor(seconds / 86_400), "day");
    },
  };
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Elapsed time as a clock that runs: 0:04:09. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** A length of time in words that are alike in every language here: 1 h 5 min, 40 s. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}${nbsp}s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const parts = [
    hours > 0 ? `${hours}${nbsp}h` : "",
    minutes > 0 ? `${minutes}${nbsp}min` : "",
    hours === 0 && rest > 0 ? `${rest}${nbsp}s` : "",
  ];
  return parts.filter(Boolean).join(" ");
}

/** Whether two zones show different clocks at an instant; then the zone of a time has to be named. */
export function clocksDiffer(zone: string, other: string, at: string): boolean {
  const show = (timeZone: string) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "short" }).format(Date.parse(at));
  return show(zone) !== show(other);
}
