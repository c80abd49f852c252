import { createRoute, z } from "@hono/zod-openapi";
import type { Selectable } from "kysely";
import { sql } from "kysely";
import pg from "pg";
import { AppError } from "../../shared/error";
import { currencySchema, instantSchema, storableTextSchema } from "../../shared/schema";
import { requireOrganization } from "../accounts/access";
import { organizationParam, requireOwnSites } from "../accounts/organization";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { percentSchema, siteIdsSchema } from "../memberships/schemas";
import { siteParam } from "../sites/routes";
import { isVisible } from "../sites/visit";
import type { Coupon } from "./redeem";
import { couponsOf, giveBack, redeem } from "./redeem";
import type { PromotionTable } from "./tables";

/** Tries of codes by one driver: coupons must not be guessed. */
const TRIES = { hits: 20, windowMs: 10 * 60_000 };
const MAX_PROMOTIONS = 200;
const UNIQUE_VIOLATION = "23505";
const tags = ["promotions"];

const codeSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9-]{2,29}$/, "3 to 30 letters, digits or dashes");
const fields = {
  name: storableTextSchema.min(1).max(60),
  percent: percentSchema.min(1).nullable().openapi({ description: "1/100 percent off what is left of the bill." }),
  amount: z.int().min(1).max(100_000_000).nullable().openapi({ description: "Minor units off, VAT included." }),
  currency: currencySchema,
  startsAt: instantSchema,
  endsAt: instantSchema,
  siteIds: siteIdsSchema,
};
const limit = z.int().min(1).max(1_000_000).nullable();
const newPromotionSchema = z
  .strictObject({
    ...fields,
    percent: fields.percent.default(null),
    amount: fields.amount.default(null),
    siteIds: siteIdsSchema.default(null),
    code: codeSchema.nullable().default(null).openapi({ description: "null: for everybody, without a code." }),
    maxUses: limit.default(null),
    maxUsesPerDriver: limit.default(1),
  })
  .refine(({ percent, amount }) => (percent === null) !== (amount === null), "either percent or amount is expected")
  .refine(({ startsAt, endsAt }) => Date.parse(startsAt) < Date.parse(endsAt), {
    message: "must be after startsAt",
    path: ["endsAt"],
  });
const publicSchema = z.object({ promotionId: z.uuid(), ...fields }).openapi("Promotion");
const ownedSchema = publicSchema
  .extend({
    code: z.string().nullable(),
    maxUses: z.number().int().nullable(),
    maxUsesPerDriver: z.number().int().nullable(),
    uses: z.number().int(),
    endedAt: instantSchema.nullable(),
  })
  .openapi("OwnedPromotion");
const couponSchema = z
  .object({
    couponId: z.uuid(),
    name: z.string(),
    percent: z.number().int().nullable(),
    amount: z.number().int().nullable(),
    currency: z.string(),
    endsAt: instantSchema,
    siteIds: z.array(z.uuid()).nullable(),
    booking: z.string().nullable(),
    redeemedAt: instantSchema,
    sessionId: z.uuid().nullable().openapi({ description: "The session that has used it." }),
  })
  .openapi("Coupon");

const add = createRoute({
  method: "post",
  path: "/v1/organizations/{organizationId}/promotions",
  tags,
  summary: "A discount for a time, for everybody or for who has the code of its coupon",
  request: { params: organizationParam, body: body(newPromotionSchema) },
  responses: { 201: json("The promotion.", ownedSchema), ...failures },
});
const list = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/promotions",
  tags,
  summary: "All promotions of an organisation and how often they were used",
  request: { params: organizationParam },
  responses: { 200: json("Newest first.", z.object({ promotions: z.array(ownedSchema) })), ...failures },
});
const end = createRoute({
  method: "delete",
  path: "/v1/organizations/{organizationId}/promotions/{promotionId}",
  tags,
  summary: "Ends a promotion now; coupons that drivers have redeemed stay good until its date",
  request: { params: organizationParam.extend({ promotionId: z.uuid() }) },
  responses: { 204: { description: "It is over." }, ...failures },
});
const running = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/promotions",
  tags,
  summary: "The discounts that everybody gets at a site now",
  request: { params: siteParam },
  responses: { 200: json("Those that end first.", z.object({ promotions: z.array(publicSchema) })), ...failures },
});
const take = createRoute({
  method: "post",
  path: "/v1/me/coupons",
  tags,
  summary: "Redeems a code: for the next session where it holds, or for a booking",
  request: {
    body: body(
      z.strictObject({ siteId: z.uuid(), code: z.string().min(1).max(40), booking: z.string().max(64).optional() }),
    ),
  },
  responses: { 201: json("The coupon.", couponSchema), ...failures },
});
const mine = createRoute({
  method: "get",
  path: "/v1/me/coupons",
  tags,
  summary: "The signed-in driver's coupons",
  responses: { 200: json("Newest first.", z.object({ coupons: z.array(couponSchema) })), ...failures },
});
const back = createRoute({
  method: "delete",
  path: "/v1/me/coupons/{couponId}",
  tags,
  summary: "Gives a coupon back that no session has used",
  request: { params: z.object({ couponId: z.uuid() }) },
  responses: { 204: { description: "It is given back." }, ...failures },
});

/** Promotions of owners and coupons of drivers. */
export function promotionRoutes(deps: Deps) {
  const { db, now, newId } = deps;
  return createRouter()
    .openapi(add, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const promotion = c.req.valid("json");
      await requireOwnSites(db, organizationId, promotion.siteIds);
      if (Date.parse(promotion.endsAt) <= now()) {
        throw new AppError("invalid", "endsAt must lie ahead.", { status: 400 });
      }
      const { running: already } = await db
        .selectFrom("promotions")
        .select(({ fn }) => fn.countAll<number>().as("running"))
        .where("organization_id", "=", organizationId)
        .where("ended_at", "is", null)
        .where("ends_at", ">", new Date(now()))
        .executeTakeFirstOrThrow();
      if (already >= MAX_PROMOTIONS) {
        throw new AppError("too_many_promotions", `At most ${MAX_PROMOTIONS} promotions at a time.`, { status: 409 });
      }
      const row = await db
        .insertInto("promotions")
        .values({
          promotion_id: newId(),
          organization_id: organizationId,
          name: promotion.name,
          code: promotion.code,
          percent: promotion.percent,
          amount: promotion.amount,
          currency: promotion.currency,
          starts_at: promotion.startsAt,
          ends_at: promotion.endsAt,
          site_ids: promotion.siteIds,
          max_uses: promotion.maxUses,
          max_uses_per_driver: promotion.maxUsesPerDriver,
          created_at: new Date(now()),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
        .catch((error: unknown) => {
          if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
          throw new AppError("code_taken", "Another promotion of yours has this code.", { status: 409 });
        });
      return c.json(ownedView(row), 201);
    })
    .openapi(list, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "look");
      const rows = await db
        .selectFrom("promotions")
        .selectAll()
        .where("organization_id", "=", organizationId)
        .orderBy("created_at", "desc")
        .orderBy("promotion_id", "desc")
        .limit(1000)
        .execute();
      return c.json({ promotions: rows.map(ownedView) }, 200);
    })
    .openapi(end, async (c) => {
      const { organizationId, promotionId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const ended = await db
        .updateTable("promotions")
        .set((eb) => ({ ended_at: eb.fn.coalesce("ended_at", eb.val(new Date(now()))) }))
        .where("organization_id", "=", organizationId)
        .where("promotion_id", "=", promotionId)
        .returning("promotion_id")
        .executeTakeFirst();
      if (!ended) throw notFound("promotion");
      return c.body(null, 204);
    })
    .openapi(running, async (c) => {
      const { siteId } = c.req.valid("param");
      if (!(await isVisible(db, siteId, c.get("user").id, now()))) return c.json({ promotions: [] }, 200);
      const at = new Date(now());
      const rows = await db
        .selectFrom("promotions")
        .innerJoin("sites", "sites.organization_id", "promotions.organization_id")
        .selectAll("promotions")
        .where("sites.site_id", "=", siteId)
        .where("code", "is", null)
        .where("starts_at", "<=", at)
        .where("ends_at", ">", at)
        .where("ended_at", "is", null)
        .where(sql<boolean>`(site_ids is null or ${siteId}::uuid = any(site_ids))`)
        .orderBy("ends_at")
        .orderBy("promotion_id")
        .execute();
      return c.json({ promotions: rows.map(publicView) }, 200);
    })
    .openapi(take, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `coupons:${userId}`, TRIES, now());
      const { siteId, code, booking = null } = c.req.valid("json");
      const couponId = await redeem(deps, userId, { siteId, code, booking });
      const coupon = (await couponsOf(deps, userId)).find(({ redemption_id }) => redemption_id === couponId);
      if (!coupon) throw notFound("coupon");
      return c.json(couponView(coupon), 201);
    })
    .openapi(mine, async (c) => c.json({ coupons: (await couponsOf(deps, c.get("user").id)).map(couponView) }, 200))
    .openapi(back, async (c) => {
      await giveBack(deps, c.get("user").id, c.req.valid("param").couponId);
      return c.body(null, 204);
    });
}

function publicView(row: Selectable<PromotionTable>): z.infer<typeof publicSchema> {
  return {
    promotionId: row.promotion_id,
    name: row.name,
    percent: row.percent,
    amount: row.amount,
    currency: row.currency,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    siteIds: row.site_ids,
  };
}

function ownedView(row: Selectable<PromotionTable>): z.infer<typeof ownedSchema> {
  const { code, uses, max_uses: maxUses, max_uses_per_driver: maxUsesPerDriver } = row;
  return { ...publicView(row), code, uses, maxUses, maxUsesPerDriver, endedAt: row.ended_at?.toISOString() ?? null };
}

function couponView({ promotion, ...coupon }: Coupon): z.infer<typeof couponSchema> {
  const { name, percent, amount, currency } = promotion;
  return {
    couponId: coupon.redemption_id,
    name,
    percent,
    amount,
    currency,
    endsAt: promotion.ends_at.toISOString(),
    siteIds: promotion.site_ids,
    booking: coupon.booking,
    redeemedAt: coupon.redeemed_at.toISOString(),
    sessionId: coupon.session_id,
  };
}
