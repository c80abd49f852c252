/**
 * Tariffs in OCPI 2.2.1 structure, metering of a session into charging periods, and the one function that prices them. Pages import
 * from the files in `tariff/` that they need (and types from anywhere): this file brings the schemas, and with them zod.
 */
export {
  chargingPeriodSchema,
  meteringSchema,
  priceComponentSchema,
  tariffElementSchema,
  tariffRestrictionsSchema,
  tariffSchema,
} from "./tariff/schema";
export type {
  ChargingPeriod,
  Metering,
  PriceComponent,
  Tariff,
  TariffDimension,
  TariffElement,
  TariffRestrictions,
} from "./tariff/schema";
export { advanceMetering, beginMetering, periodsOf, shiftMetering } from "./tariff/periods";
export type { MeterReading } from "./tariff/periods";
export { priceOf } from "./tariff/price";
export type { Price, PriceLine } from "./tariff/price";
export type { VatLine } from "./tariff/vat";
export { discountsOf } from "./tariff/discounts";
export type { Agreement, AgreementTerms, DiscountLine, Discounted } from "./tariff/discounts";
export { priceOfReservation, pricesReservations } from "./tariff/reservation";
export type { ReservedTime } from "./tariff/reservation";
export { versionAt } from "./tariff/versions";
export type { TariffVersion } from "./tariff/versions";
export { tariffFacts } from "./tariff/facts";
export { isOffered } from "./tariff/validity";
export type { FactCondition, TariffFact, TariffFacts } from "./tariff/facts";
