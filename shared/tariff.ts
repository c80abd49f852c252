/**
 * Tariffs in OCPI 2.2.1 structure, metering of a session into charging periods, and the one function that prices them. Pages import
 * from the files in `tariff/` that they need (and types from anywhere): this file brings the schemas, and with them zod.
 */
export { chargingPeriodSchema, tariffElementSchema, tariffSchema } from "./tariff/schema";
export type { ChargingPeriod, Metering, Tariff } from "./tariff/schema";
export { advanceMetering, beginMetering, periodsOf, shiftMetering } from "./tariff/periods";
export { priceOf } from "./tariff/price";
export type { Price } from "./tariff/price";
export { discountsOf } from "./tariff/discounts";
export type { Agreement, DiscountLine, Discounted } from "./tariff/discounts";
export { priceOfReservation } from "./tariff/reservation";
export { versionAt } from "./tariff/versions";
export type { TariffVersion } from "./tariff/versions";
export { isOffered } from "./tariff/validity";
