import { minutesOf, thousandfold } from "./elements";
import type { Weekday } from "./local-time";
import type { PriceComponent, Tariff, TariffDimension, TariffRestrictions } from "./schema";

/** When a price holds; only what the tariff says is present. Times of day are minutes since local midnight, 1440 for the end of the day. */
export interface FactCondition {
  fromSeconds?: number;
  untilSeconds?: number;
  fromWh?: number;
  untilWh?: number;
  fromW?: number;
  untilW?: number;
  /** mA, the sum over all phases. */
  fromMa?: number;
  untilMa?: number;
  /** Seconds without charging before it begins. */
  idleSeconds?: number;
  fromMinute?: number;
  untilMinute?: number;
  /** First date, inclusive. */
  fromDate?: string;
  /** First date on which it is over. */
  untilDate?: string;
  days?: Weekday[];
}

/** One price of a tariff, for display. */
export interface TariffFact {
  /** `time` is charging and parking alike; `reserved` is a reservation, `expired` one that nobody came to. */
  kind: "energy" | "charging_time" | "parking_time" | "time" | "flat" | ReservationKind;
  /** 1/10,000 of the currency unit, for one of `per`. */
  price: number;
  /** Minute where the price per minute is a whole number of 1/10,000, else hour. */
  per: "kWh" | "minute" | "hour" | "session";
  /** Wh or seconds that are billed as a whole; 1 where it does not matter. */
  step: number;
  /** Null: always. */
  condition: FactCondition | null;
  /** An earlier fact of this kind comes first where its condition holds. */
  otherwise: boolean;
}

/** What a driver must know before the start. Limits are minor units including VAT. */
interface TariffFacts {
  currency: string;
  taxIncluded: boolean;
  facts: TariffFact[];
  minPrice: number | null;
  maxPrice: number | null;
}

type ReservationKind = "reserved_time" | "reserved_flat" | "expired_time" | "expired_flat";

const kinds = { ENERGY: "energy", TIME: "charging_time", PARKING_TIME: "parking_time", FLAT: "flat" } as const;

/** The prices of a tariff as plain facts, without words, in the tariff's order; prices that can never apply are left out. */
export function tariffFacts(tariff: Tariff): TariffFacts {
  const facts: TariffFact[] = [];
  for (const { price_components: components, restrictions } of tariff.elements) {
    for (const component of components) addFact(facts, component, restrictions ?? {}, tariff.idle_grace ?? 0);
  }
  return {
    currency: tariff.currency,
    taxIncluded: tariff.tax_included,
    facts: withTimeJoined(facts),
    minPrice: tariff.min_price?.incl_vat ?? null,
    maxPrice: tariff.max_price?.incl_vat ?? null,
  };
}

function addFact(
  facts: TariffFact[],
  component: PriceComponent,
  restrictions: TariffRestrictions,
  grace: number,
): void {
  const { type, price, step_size: step } = component;
  const condition = conditionOf(restrictions, type === "PARKING_TIME" && price > 0 ? grace : 0);
  const kind = restrictions.reservation ? reservationKind(type, restrictions.reservation) : kinds[type];
  const earlier = facts.filter((fact) => fact.kind === kind);
  if (earlier.some(({ condition: before }) => isAlways(before))) return;
  const timed = kind.endsWith("_time");
  const perMinute = timed && price % 60 === 0;
  const per = perMinute ? "minute" : timed ? "hour" : type === "ENERGY" ? "kWh" : "session";
  facts.push({ kind, price: perMinute ? price / 60 : price, per, step, condition, otherwise: earlier.length > 0 });
}

/** A grace comes with every price of parking: the next element's does not begin where it ends. */
function isAlways(condition: FactCondition | null): boolean {
  return condition === null || (Object.keys(condition).length === 1 && condition.idleSeconds !== undefined);
}

function reservationKind(
  type: TariffDimension,
  reservation: NonNullable<TariffRestrictions["reservation"]>,
): ReservationKind {
  const part = type === "FLAT" ? "flat" : "time";
  return reservation === "RESERVATION" ? `reserved_${part}` : `expired_${part}`;
}

/** Where charging and parking cost the same under the same condition, one fact says both. */
function withTimeJoined(facts: TariffFact[]): TariffFact[] {
  const texts = new Set(facts.map(textOf));
  const has = (kind: TariffFact["kind"], like: TariffFact) => texts.has(textOf({ ...like, kind }));
  return facts
    .filter((fact) => fact.kind !== "parking_time" || !has("charging_time", fact))
    .map((fact) => (fact.kind === "charging_time" && has("parking_time", fact) ? { ...fact, kind: "time" } : fact));
}

/** Equal for equal facts: all of them are made in one place, with their fields in one order. */
function textOf(fact: TariffFact): string {
  return JSON.stringify(fact);
}

function conditionOf(r: TariffRestrictions, grace: number): FactCondition | null {
  const condition: FactCondition = {};
  if (grace) condition.idleSeconds = grace;
  if (r.min_duration) condition.fromSeconds = r.min_duration;
  if (r.max_duration !== undefined) condition.untilSeconds = r.max_duration;
  if (r.min_kwh) condition.fromWh = thousandfold(r.min_kwh);
  if (r.max_kwh !== undefined) condition.untilWh = thousandfold(r.max_kwh);
  if (r.min_power) condition.fromW = thousandfold(r.min_power);
  if (r.max_power !== undefined) condition.untilW = thousandfold(r.max_power);
  if (r.min_current) condition.fromMa = thousandfold(r.min_current);
  if (r.max_current !== undefined) condition.untilMa = thousandfold(r.max_current);
  if (r.start_time !== undefined || r.end_time !== undefined) {
    condition.fromMinute = minutesOf(r.start_time ?? "00:00");
    condition.untilMinute = minutesOf(r.end_time ?? "00:00") || 1440;
  }
  if (r.start_date !== undefined) condition.fromDate = r.start_date;
  if (r.end_date !== undefined) condition.untilDate = r.end_date;
  if (r.day_of_week) condition.days = r.day_of_week;
  return Object.keys(condition).length > 0 ? condition : null;
}
