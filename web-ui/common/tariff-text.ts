import { tariffFacts } from "../../shared/tariff/facts";
import type { FactCondition, TariffFact } from "../../shared/tariff/facts";
import type { Tariff } from "../../shared/tariff/schema";
import { duration } from "./format";
import type { Format } from "./format";
import type { tariffEn } from "./texts";
import { locales } from "./translate";
import type { Translate } from "./translate";

type T = Translate<typeof tariffEn>;

/** A tariff in plain words: the price that counts first, then every other fee and rule, one sentence each. */
export interface TariffText {
  headline: string;
  more: string[];
  /** Whether VAT is in the prices; empty where charging is free. */
  tax: string;
}

const dayKeys = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const dayNames = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"] as const;

/** What a driver must know of the price before the start, every fee included (screens: before the start). */
export function tariffText(tariff: Tariff, t: T, format: Format): TariffText {
  const { currency, taxIncluded, facts, minPrice, maxPrice } = tariffFacts(tariff);
  const limits: string[] = [];
  if (minPrice) limits.push(t("atLeast", { price: format.money(minPrice, currency) }));
  if (maxPrice !== null) limits.push(t("atMost", { price: format.money(maxPrice, currency) }));
  if (!minPrice && facts.every((fact) => fact.price === 0)) return { headline: t("free"), more: [], tax: "" };
  const ordered = facts.filter((fact) => fact.kind === "energy");
  const shown = [...ordered, ...facts.filter((fact) => fact.kind !== "energy")].filter(
    (fact) => fact.price > 0 || fact.condition !== null || fact.otherwise,
  );
  const [headline = t("free"), ...more] = shown.map((fact) => {
    const text = factText(fact, currency, t, format);
    return fact.kind === shown[0]?.kind ? text : t("plus", { text });
  });
  return { headline, more: [...more, ...limits], tax: t(taxIncluded ? "taxIncluded" : "taxExcluded") };
}

const plain = { kWh: "perKwh", minute: "perMinute", hour: "perHour", session: "perSession" } as const;
const started = { ...plain, kWh: "perStartedKwh", minute: "perStartedMinute", hour: "perStartedHour" } as const;
/** A step of just the unit reads as "per started unit". */
const wholes = { kWh: 1000, minute: 60, hour: 3600, session: 0 };

type When = "whileCharging" | "whileParked" | "whileReserved" | "forReservation" | "whenNobodyComes";

const whens: Partial<Record<TariffFact["kind"], When>> = {
  charging_time: "whileCharging",
  parking_time: "whileParked",
  reserved_time: "whileReserved",
  reserved_flat: "forReservation",
  expired_time: "whenNobodyComes",
  expired_flat: "whenNobodyComes",
};

function factText(fact: TariffFact, currency: string, t: T, format: Format): string {
  const price = { price: format.unitPrice(fact.price, currency) };
  const whole = fact.step === wholes[fact.per];
  const when = whens[fact.kind];
  const during = when ? t(when) : "";
  const [first = "", ...others] = fact.condition ? conditionTexts(fact.condition, t, format) : [];
  const parts = [[t((whole ? started : plain)[fact.per], price), during, first].filter(Boolean).join(" "), ...others];
  if (!fact.condition && fact.otherwise) parts.push(t("otherwise"));
  const step = fact.per === "kWh" ? format.decimal(fact.step / 1000) + "\u00a0kWh" : duration(fact.step);
  if (fact.step > 1 && !whole) parts.push(t("perStarted", { step }));
  return parts.join(", ");
}

/** The conditions of a price, each as words; all of them must hold. */
function conditionTexts(condition: FactCondition, t: T, format: Format): string[] {
  const texts: string[] = [];
  const { fromSeconds, untilSeconds, fromWh, untilWh, fromW, untilW, fromMa, untilMa, fromMinute, untilMinute, days } =
    condition;
  if (condition.idleSeconds !== undefined) texts.push(t("afterIdle", { time: duration(condition.idleSeconds) }));
  if (days) texts.push(daysText(days, t));
  if (fromMinute !== undefined && untilMinute !== undefined) {
    texts.push(t("betweenTimes", { from: clockText(fromMinute), until: clockText(untilMinute) }));
  }
  if (fromSeconds !== undefined) texts.push(t("afterTime", { time: duration(fromSeconds) }));
  if (untilSeconds !== undefined) texts.push(t("firstTime", { time: duration(untilSeconds) }));
  if (fromWh !== undefined) texts.push(t("afterEnergy", { energy: `${format.decimal(fromWh / 1000)}\u00a0kWh` }));
  if (untilWh !== undefined) texts.push(t("firstEnergy", { energy: `${format.decimal(untilWh / 1000)}\u00a0kWh` }));
  if (fromW !== undefined) texts.push(t("fromPower", { power: format.kw(fromW) }));
  if (untilW !== undefined) texts.push(t("belowPower", { power: format.kw(untilW) }));
  if (fromMa !== undefined) texts.push(t("fromPower", { power: `${format.decimal(fromMa / 1000)}\u00a0A` }));
  if (untilMa !== undefined) texts.push(t("belowPower", { power: `${format.decimal(untilMa / 1000)}\u00a0A` }));
  if (condition.fromDate !== undefined) texts.push(t("fromDate", { date: calendarText(condition.fromDate, format) }));
  if (condition.untilDate !== undefined) {
    texts.push(t("untilDate", { date: calendarText(condition.untilDate, format) }));
  }
  return texts;
}

/** Monday first, as Europe reads a week; three and more days in a row become a range. */
function daysText(days: readonly string[], t: T): string {
  const week = [1, 2, 3, 4, 5, 6, 0].map((day) => days.includes(dayNames[day] as string));
  const label = (place: number) => t(dayKeys[(place + 1) % 7] as (typeof dayKeys)[number]);
  const parts: string[] = [];
  for (let start = 0; start < 7; start++) {
    if (!week[start]) continue;
    let end = start;
    while (week[end + 1]) end++;
    if (end - start >= 2) parts.push(`${label(start)}\u2013${label(end)}`);
    else for (let place = start; place <= end; place++) parts.push(label(place));
    start = end;
  }
  return parts.join(", ");
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** A calendar day has no zone: noon UTC shown in UTC stays that day. */
function calendarText(date: string, format: Format): string {
  return new Intl.DateTimeFormat(locales[format.lang], { timeZone: "UTC", dateStyle: "medium" }).format(
    Date.parse(`${date}T12:00:00Z`),
  );
}
