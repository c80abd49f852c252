import { localTime } from "./local-time";
import type { LocalTime } from "./local-time";
import type { PriceComponent, Tariff, TariffDimension, TariffRestrictions } from "./schema";

/** What the restrictions of a tariff look at, at one moment of a session. */
interface Moment {
  /** Seconds since the session began. */
  seconds: number;
  /** Session total so far. */
  energyWh: number;
  powerW: number;
  /** Null where the tariff does not ask for local time. */
  local: LocalTime | null;
}

/** OCPI's kWh or kW as whole Wh or W; the schema has seen that they are whole. */
export function thousandfold(value: number): number {
  return Math.round(value * 1000);
}

/** Minutes since midnight of OCPI's `HH:MM`. */
export function minutesOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}

/** Whether any element depends on the clock on the wall or the calendar. */
export function asksLocalTime(tariff: Tariff): boolean {
  return tariff.elements.some(
    ({ restrictions: r }) => r?.start_time || r?.end_time || r?.start_date || r?.end_date || r?.day_of_week,
  );
}

/** Whether any element depends on power, or on current, which follows from it. */
export function asksPower(tariff: Tariff): boolean {
  return tariff.elements.some(
    ({ restrictions: r }) => r !== undefined && powerLimits.some((name) => r[name] !== undefined),
  );
}
const powerLimits = ["min_power", "max_power", "min_current", "max_current"] as const;

/** What one ampere carries: single phases add up to OCPI's sum over all phases. */
const NOMINAL_VOLTS = 230;

/** The moment at which a stretch of a session begins, in the zone of the site. */
export function momentAt(
  tariff: Tariff,
  timeZone: string,
  atMs: number,
  seconds: number,
  energyWh: number,
  powerW: number,
): Moment {
  return { seconds, energyWh, powerW, local: asksLocalTime(tariff) ? localTime(timeZone, atMs) : null };
}

function within(value: number, min: number | undefined, max: number | undefined): boolean {
  return (min === undefined || value >= min) && (max === undefined || value < max);
}

function holdsLocally(r: TariffRestrictions, { date, weekday, minuteOfDay }: LocalTime): boolean {
  if (r.start_date !== undefined && date < r.start_date) return false;
  if (r.end_date !== undefined && date >= r.end_date) return false;
  if (r.day_of_week && !r.day_of_week.includes(weekday)) return false;
  const start = minutesOf(r.start_time ?? "00:00");
  const end = minutesOf(r.end_time ?? "00:00");
  return start < end ? minuteOfDay >= start && minuteOfDay < end : minuteOfDay >= start || minuteOfDay < end;
}

/** Whether everything but power holds. */
function holdsButPower(r: TariffRestrictions, moment: Moment): boolean {
  const minWh = r.min_kwh === undefined ? undefined : thousandfold(r.min_kwh);
  const maxWh = r.max_kwh === undefined ? undefined : thousandfold(r.max_kwh);
  return (
    within(moment.seconds, r.min_duration, r.max_duration) &&
    within(moment.energyWh, minWh, maxWh) &&
    (moment.local === null || holdsLocally(r, moment.local))
  );
}

function powerBits(r: TariffRestrictions, powerW: number): string {
  // Milliwatts on both sides: exact.
  const mA = (amperes: number | undefined) =>
    amperes === undefined ? undefined : thousandfold(amperes) * NOMINAL_VOLTS;
  const mW = (kW: number | undefined) => (kW === undefined ? undefined : thousandfold(kW) * 1000);
  const power = powerW * 1000;
  const above = within(power, mW(r.min_power), undefined) && within(power, mA(r.min_current), undefined);
  const below = within(power, undefined, mW(r.max_power)) && within(power, undefined, mA(r.max_current));
  return `${above ? 1 : 0}${below ? 1 : 0}`;
}

/**
 * Which conditions hold, as text to compare: two adjacent stretches with equal keys are priced alike. Power bounds are told apart
 * from the rest, because power is kept for the start of a period only, while the rest follows from its place in the session.
 */
export function conditionsKey(tariff: Tariff, moment: Moment): string {
  return tariff.elements
    .map(({ restrictions: r }) => (r ? `${holdsButPower(r, moment) ? 1 : 0}${powerBits(r, moment.powerW)}` : "-"))
    .join();
}

/**
 * The active price component of a dimension: of the first element that has it and whose restrictions hold; null: it costs nothing. Elements are for
 * charging, or those of a reservation (OCPI 2.2.1 ReservationRestrictionType).
 */
export function activeComponent(
  tariff: Tariff,
  type: TariffDimension,
  moment: Moment,
  reservation?: TariffRestrictions["reservation"],
): PriceComponent | null {
  for (const { price_components: components, restrictions: r } of tariff.elements) {
    if (r?.reservation !== reservation) continue;
    const component = components.find((c) => c.type === type);
    if (component && (!r || (holdsButPower(r, moment) && powerBits(r, moment.powerW) === "11"))) return component;
  }
  return null;
}
