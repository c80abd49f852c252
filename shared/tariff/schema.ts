import { z } from "zod";
import { currencySchema, heardTextSchema, instantSchema, storableTextSchema, wattHoursSchema } from "../schema";
import { weekdays } from "./local-time";

/**
 * Tariffs in the structure and with the field names of OCPI 2.2.1 (mod_tariffs). Strict: a field or restriction that we do not
 * price is refused, since a bill that silently ignores a rule is a wrong bill. Deviations, all for exact integer arithmetic:
 * - `price` is an integer in 1/10,000 of the currency unit (per kWh, per hour, or flat): 0.45 EUR/kWh is 4500.
 * - `vat` is an integer in 1/100 percent: 19 % is 1900. Left out, no VAT applies, as in OCPI.
 * - `min_price` and `max_price` are integer minor units, and both sides are required.
 * - `tax_included` (from the OCPI 2.3.0 line) says whether prices include VAT, as prices for consumers must.
 * - kWh, kW and A stay OCPI's numbers, but must be whole Wh, W and mA.
 * - `idle_grace` is ours: OCPI cannot say that PARKING_TIME begins some time after charging has ended.
 * - `min_current` and `max_current` are compared with the power at a nominal 230 V between phase and neutral: a bill must follow from energy and time
 *   alone, which every meter gives and a calibrated one gives lawfully.
 *
 * Browser code takes types from here with `import type` only, so that zod stays out of the bundle.
 */

const timeOfDaySchema = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "a local time such as 17:30 is expected");
const localDateSchema = z.iso.date("a local date such as 2026-12-24 is expected");
const thousandthsSchema = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine((value) => Math.round(value * 1000) / 1000 === value, "at most three decimals: whole Wh, W or mA");
const durationSchema = z
  .int()
  .min(0)
  .max(366 * 86_400);
const minorUnitsSchema = z.int().min(0).max(1_000_000_000);

function isAbove(low: number | string | undefined, high: number | string | undefined): boolean {
  return low === undefined || high === undefined || low < high;
}

/** When a tariff element is active. All given conditions must hold at once. Times and dates are local at the site. */
const tariffRestrictionsSchema = z
  .strictObject({
    /** Inclusive. With `end_time` at or before it, the window wraps over midnight; `00:00` as end is the end of the day. */
    start_time: timeOfDaySchema.optional(),
    /** Exclusive. */
    end_time: timeOfDaySchema.optional(),
    /** First day. */
    start_date: localDateSchema.optional(),
    /** First day on which it is over. */
    end_date: localDateSchema.optional(),
    /** Energy of the session so far, inclusive. */
    min_kwh: thousandthsSchema.optional(),
    /** Energy of the session so far, exclusive. */
    max_kwh: thousandthsSchema.optional(),
    /** A, the sum over all phases, inclusive: average between two meter readings. */
    min_current: thousandthsSchema.optional(),
    /** A, exclusive. */
    max_current: thousandthsSchema.optional(),
    /** kW, inclusive: average between two meter readings. */
    min_power: thousandthsSchema.optional(),
    /** kW, exclusive. */
    max_power: thousandthsSchema.optional(),
    /** Seconds since the session began, charging or not, inclusive. */
    min_duration: durationSchema.optional(),
    /** Seconds since the session began, exclusive. */
    max_duration: durationSchema.optional(),
    /** The local day at each moment, also in a window that wraps over midnight. */
    day_of_week: z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, "a day is listed twice")
      .optional(),
    /** The element prices a reservation, or one that expires unused, and no charging. Then it has FLAT and TIME only. */
    reservation: z.enum(["RESERVATION", "RESERVATION_EXPIRES"]).optional(),
  })
  .refine((r) => isAbove(r.start_date, r.end_date), { message: "must be after start_date", path: ["end_date"] })
  .refine((r) => isAbove(r.min_kwh, r.max_kwh), { message: "must be above min_kwh", path: ["max_kwh"] })
  .refine((r) => isAbove(r.min_current, r.max_current), { message: "must be above min_current", path: ["max_current"] })
  .refine((r) => isAbove(r.min_power, r.max_power), { message: "must be above min_power", path: ["max_power"] })
  .refine((r) => isAbove(r.min_duration, r.max_duration), {
    message: "must be above min_duration",
    path: ["max_duration"],
  });
export type TariffRestrictions = z.infer<typeof tariffRestrictionsSchema>;

/** OCPI 2.2.1 PriceComponent. */
const priceComponentSchema = z.strictObject({
  /** TIME is charging, PARKING_TIME is connected without charging. */
  type: z.enum(["FLAT", "ENERGY", "TIME", "PARKING_TIME"]),
  /** 1/10,000 of the currency unit, per session (FLAT), per kWh (ENERGY), per hour (TIME, PARKING_TIME). */
  price: z.int().min(0).max(1_000_000_000),
  /** 1/100 percent. */
  vat: z.int().min(0).max(10_000).optional(),
  /** Wh or seconds that are billed as a whole, once per session; 1 for FLAT. */
  step_size: z.int().min(1).max(1_000_000),
});
export type PriceComponent = z.infer<typeof priceComponentSchema>;
export type TariffDimension = PriceComponent["type"];

/** What a reservation has, while there is no car. */
const ofReservations = new Set(["FLAT", "TIME"]);
const ofCharging = ["min_kwh", "max_kwh", "min_current", "max_current", "min_power", "max_power"] as const;

/** OCPI 2.2.1 TariffElement. */
export const tariffElementSchema = z
  .strictObject({
    price_components: z
      .array(priceComponentSchema)
      .min(1)
      .max(4)
      .refine(
        (components) => new Set(components.map((c) => c.type)).size === components.length,
        "a type is listed twice",
      ),
    restrictions: tariffRestrictionsSchema.optional(),
  })
  .refine(
    ({ price_components: components, restrictions: r }) =>
      !r?.reservation ||
      (components.every(({ type }) => ofReservations.has(type)) && ofCharging.every((name) => r[name] === undefined)),
    {
      message: "a reservation costs FLAT and TIME only, whatever the power or energy",
      path: ["restrictions", "reservation"],
    },
  );
export type TariffElement = z.infer<typeof tariffElementSchema>;

const priceLimitSchema = z
  .strictObject({ excl_vat: minorUnitsSchema, incl_vat: minorUnitsSchema })
  .refine((limit) => limit.excl_vat <= limit.incl_vat, { message: "must not be below excl_vat", path: ["incl_vat"] });

function tariffWith(text: z.ZodString) {
  return z
    .strictObject({
      id: text.min(1).max(36),
      currency: currencySchema.refine(
        (currency) => Intl.supportedValuesOf("currency").includes(currency),
        "an ISO 4217 currency is expected, such as EUR",
      ),
      tax_included: z.boolean(),
      tariff_alt_text: z
        .array(z.strictObject({ language: z.string().regex(/^[a-z]{2}$/), text: text.min(1).max(512) }))
        .max(50)
        .optional(),
      /** A session costs at least this; minor units. */
      min_price: priceLimitSchema.optional(),
      /** A session costs at most this; minor units. */
      max_price: priceLimitSchema.optional(),
      elements: z.array(tariffElementSchema).min(1).max(100),
      /** Seconds at the beginning of each stretch without charging that cost no PARKING_TIME: time to come back to the car. */
      idle_grace: z.int().min(0).max(86_400).optional(),
      /** For sessions that start from here on, inclusive. A running session keeps its tariff. */
      start_date_time: instantSchema.optional(),
      /** For sessions that start before it. */
      end_date_time: instantSchema.optional(),
    })
    .refine(
      ({ min_price: min, max_price: max }) =>
        !min || !max || (min.excl_vat <= max.excl_vat && min.incl_vat <= max.incl_vat),
      { message: "must not be below min_price", path: ["max_price"] },
    )
    .refine(
      (t) => !t.start_date_time || !t.end_date_time || Date.parse(t.start_date_time) < Date.parse(t.end_date_time),
      { message: "must be after start_date_time", path: ["end_date_time"] },
    );
}

/** OCPI 2.2.1 Tariff, as it is set. For each dimension the first element that has it and whose restrictions hold is the active one. */
export const tariffSchema = tariffWith(storableTextSchema);
/** The same as hub and cloud hear it of each other: texts that were set before they had to be storable are mended. */
export const heardTariffSchema = tariffWith(heardTextSchema);
export type Tariff = z.infer<typeof tariffSchema>;

/** Versions of one tariff that are known to come, each for sessions that start `from` then on. */
export const tariffScheduleSchema = z.strictObject({
  tariffId: z.string().min(1).max(36),
  versions: z.array(z.strictObject({ from: instantSchema, tariff: heardTariffSchema })).max(20),
});

/** A stretch of a session in which no price changes (OCPI 2.2.1 ChargingPeriod, mod_cdrs). Periods follow one another without a gap. */
export const chargingPeriodSchema = z.strictObject({
  start: instantSchema,
  seconds: z.int().min(0),
  energyWh: wattHoursSchema,
  /** true: OCPI dimension TIME; false: PARKING_TIME. */
  charging: z.boolean(),
  /** Average W between the meter readings at its start; only where the tariff asks for power. */
  powerW: z.int().min(0).optional(),
});
export type ChargingPeriod = z.infer<typeof chargingPeriodSchema>;

/** A session's meter as `advanceMetering` folds it: plain data for a snapshot. */
export const meteringSchema = z.strictObject({
  startedAt: instantSchema,
  /** Whole seconds from `startedAt` to the latest reading. */
  seconds: z.int().min(0),
  /** Session total at the latest reading. */
  energyWh: wattHoursSchema,
  /** What held in the last period, to know whether the next stretch belongs to it. */
  key: z.string(),
  periods: z.array(chargingPeriodSchema),
  /** Where the meter stood before a stretch without energy that may yet turn out to be slow charging; null while energy flows. */
  quiet: z
    .strictObject({
      seconds: z.int().min(0),
      key: z.string(),
      /** How many periods there were, and the last of them as it was. */
      count: z.int().min(0),
      last: chargingPeriodSchema.nullable(),
    })
    .nullable(),
});
export type Metering = z.infer<typeof meteringSchema>;
