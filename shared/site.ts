import { z } from "zod";
import { currencySchema, timeZoneSchema } from "./schema";

/** Who may start at the hub's page: anyone, holders of an access key, or only a pass or PIN of a booking (the default). */
const startPolicySchema = z.enum(["open", "accessKey", "pass"]);
export type StartPolicy = z.infer<typeof startPolicySchema>;

/** What a hub knows of its site. `seller` is what a receipt must name (EU VAT directive article 226: name, address, VAT number). */
export const siteSchema = z.strictObject({
  name: z.string().min(1).max(100),
  timeZone: timeZoneSchema,
  currency: currencySchema,
  startPolicy: startPolicySchema,
  /** Tariff of connectors that name none; null: charging is free. */
  defaultTariffId: z.string().max(36).nullable(),
  seller: z.strictObject({
    name: z.string().max(100),
    address: z.string().max(300),
    vatNumber: z.string().max(30),
  }),
});
export type Site = z.infer<typeof siteSchema>;

/** The site of a hub that nobody has set up yet: it refuses page starts until an owner chooses a policy. */
export const unnamedSite: Site = {
  name: "Charging site",
  timeZone: "UTC",
  currency: "EUR",
  startPolicy: "pass",
  defaultTariffId: null,
  seller: { name: "", address: "", vatNumber: "" },
};
