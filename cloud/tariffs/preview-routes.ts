import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { instantSchema, timeZoneSchema } from "../../shared/schema";
import type { ChargingPeriod, Tariff } from "../../shared/tariff";
import {
  advanceMetering,
  beginMetering,
  chargingPeriodSchema,
  discountsOf,
  periodsOf,
  priceOf,
  priceOfReservation,
  tariffElementSchema,
  tariffSchema,
} from "../../shared/tariff";
import { medianOf, energyPriceOf, suggestPrice } from "../../shared/tariff/suggest";
import { requireSite } from "../accounts/access";
import type { Db } from "../db/database";
import type { Deps } from "../deps";
import { body, createRouter, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { MAX_WH, agreementSchema, named, percent } from "./agreement-schema";

const WEEK = 7 * 86_400;
/** Sites within so many km count as nearby. */
const NEARBY_KM = 20;

const vatLineSchema = z.object({
  vat: z.number().int().nullable().openapi({ description: "1/100 percent; null: no VAT applies." }),
  net: z.number().int(),
  tax: z.number().int(),
  gross: z.number().int(),
});
const totals = {
  vatLines: z.array(vatLineSchema),
  net: z.number().int(),
  tax: z.number().int(),
  total: z.number().int(),
};
const priceSchema = z
  .object({
    currency: z.string(),
    taxIncluded: z.boolean(),
    lines: z.array(
      z.object({
        type: z.enum(["FLAT", "ENERGY", "TIME", "PARKING_TIME"]),
        quantity: z.number().int(),
        unitPrice: z.number().int(),
        vat: z.number().int().nullable(),
        amount: z.number().int(),
      }),
    ),
    limit: z.object({ kind: z.enum(["min", "max"]), amount: z.number().int() }).nullable(),
    ...totals,
  })
  .openapi("Price");

const staySchema = z.strictObject({
  tariff: tariffSchema,
  timeZone: timeZoneSchema,
  startedAt: instantSchema,
  charging: z.strictObject({ seconds: z.int().min(0).max(WEEK), energyWh: z.int().min(0).max(MAX_WH) }),
  parkedSeconds: z.int().min(0).max(WEEK).default(0),
  reservation: z
    .strictObject({ start: instantSchema, seconds: z.int().min(0).max(WEEK), expired: z.boolean() })
    .optional(),
  agreements: z.array(agreementSchema).max(10).default([]),
});
const billSchema = z.object({
  periods: z.array(chargingPeriodSchema),
  price: priceSchema,
  discounted: z.object({
    lines: z.array(
      z.object({
        ...named,
        kind: z.enum(["includedEnergy", "membership", "promotion", "premium", "coupon", "voucher"]),
        energyWh: z.number().int(),
        vatLines: z.array(vatLineSchema),
        amount: z.number().int(),
      }),
    ),
    ...totals,
  }),
  reservation: priceSchema.nullable(),
});
const preview = createRoute({
  method: "post",
  path: "/v1/tariffs/preview",
  tags: ["tariffs"],
  summary: "The bill that a stay would have: energy flows evenly, then the car stays parked",
  request: { body: body(staySchema) },
  responses: { 200: json("As hub and cloud would bill it.", billSchema), ...failures },
});

const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "a local time such as 17:30 is expected");
const price = z.int().min(0).max(1_000_000);
const wishSchema = z.strictObject({
  costs: z
    .array(z.strictObject({ start: timeOfDay, cost: price }))
    .min(1)
    .max(24)
    .refine(
      (costs) =>
        costs.every(({ start }, index) => (index === 0 ? start === "00:00" : start > (costs[index - 1]?.start ?? ""))),
      "times in order from 00:00 on are expected",
    ),
  profit: z.int().min(0).max(100_000),
  vat: percent,
});
const reasonSchema = z.object({
  code: z.enum([
    "cost",
    "withProfit",
    "withVat",
    "suggested",
    "nearby",
    "loweredToNearby",
    "keptAtCost",
    "roomBelowNearby",
  ]),
  start: z.string().optional(),
  price: z.number().int(),
  count: z.number().int().optional(),
});
const suggest = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/tariffs/suggestion",
  tags: ["tariffs"],
  summary:
    "A price from the owner's energy cost, wanted profit and what listed sites within 20 km take; prices are 1/10,000 of the unit a kWh",
  request: { params: siteParam, body: body(wishSchema) },
  responses: {
    200: json(
      "OCPI elements with VAT included, and how they came about.",
      z.object({ elements: z.array(tariffElementSchema), reasons: z.array(reasonSchema) }),
    ),
    ...failures,
  },
});

/** What a tariff would cost, and what it could be. */
export function previewRoutes({ db }: Deps) {
  return createRouter()
    .openapi(preview, (c) => {
      const { tariff, timeZone, agreements, reservation, ...stay } = c.req.valid("json");
      const periods = periodsOfStay(tariff, timeZone, stay);
      const bill = priceOf(tariff, periods, timeZone);
      const discounted = discountsOf(bill, agreements);
      const reserved = reservation ? priceOfReservation(tariff, reservation, timeZone) : null;
      return c.json({ periods, price: bill, discounted, reservation: reserved }, 200);
    })
    .openapi(suggest, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const nearby = await pricesNearby(db, siteId);
      const median = medianOf(nearby);
      const found = median === null ? null : { median, count: nearby.length };
      return c.json(suggestPrice({ ...c.req.valid("json"), nearby: found }), 200);
    });
}

/** Charging on a straight line, then parked. Throws AppError 400 for energy without time. */
function periodsOfStay(
  tariff: Tariff,
  timeZone: string,
  stay: Pick<z.infer<typeof staySchema>, "startedAt" | "charging" | "parkedSeconds">,
): ChargingPeriod[] {
  const { startedAt, charging, parkedSeconds } = stay;
  if (charging.energyWh > 0 && charging.seconds === 0) {
    throw new AppError("invalid", "Energy takes time.", { status: 400 });
  }
  const at = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
  const { seconds, energyWh } = charging;
  const charged = advanceMetering(beginMetering(startedAt), { at: at(seconds), energyWh }, tariff, timeZone);
  return periodsOf(advanceMetering(charged, { at: at(seconds + parkedSeconds), energyWh }, tariff, timeZone));
}

/** What listed sites of others nearby take for a kWh, in the same currency. */
async function pricesNearby(db: Db, siteId: string): Promise<number[]> {
  const here = await db
    .selectFrom("places")
    .innerJoin("sites", "sites.site_id", "places.site_id")
    .select(["lat", "lng", "sites.currency", "sites.organization_id"])
    .where("places.site_id", "=", siteId)
    .executeTakeFirst();
  if (!here) return [];
  const dLat = NEARBY_KM / 111.2;
  const dLng = dLat / Math.max(0.01, Math.cos((here.lat * Math.PI) / 180));
  const rows = await db
    .selectFrom("places")
    .innerJoin("sites", "sites.site_id", "places.site_id")
    .innerJoin("tariffs", (join) =>
      join.onRef("tariffs.site_id", "=", "sites.site_id").onRef("tariffs.tariff_id", "=", "sites.default_tariff_id"),
    )
    .select("tariff")
    .where("places.state", "=", "approved")
    .where("places.access", "<>", "private")
    .where("sites.organization_id", "<>", here.organization_id)
    .where("sites.currency", "=", here.currency)
    .where("lat", ">=", here.lat - dLat)
    .where("lat", "<=", here.lat + dLat)
    .where("lng", ">=", here.lng - dLng)
    .where("lng", "<=", here.lng + dLng)
    .limit(500)
    .execute();
  return rows.flatMap(({ tariff }) => energyPriceOf(tariff) ?? []);
}
