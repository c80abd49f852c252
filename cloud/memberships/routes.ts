import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { requireOrganization } from "../accounts/access";
import { organizationParam, requireOwnSites } from "../accounts/organization";
import { audit } from "../admin/audit";
import type { Db } from "../db/database";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { isVisible } from "../sites/visit";
import { join, leave, membershipsOf } from "./join";
import {
  membershipSchema,
  membershipView,
  newPlanSchema,
  ownedPlanSchema,
  percentSchema,
  planSchema,
  planView,
} from "./schemas";

const JOINS = { hits: 20, windowMs: 60 * 60_000 };
const MAX_PLANS = 50;
const tags = ["memberships"];
const planParam = organizationParam.extend({ planId: z.uuid() });
const premiumSchema = z.strictObject({ percent: percentSchema }).openapi("PremiumTerms");

const addPlan = createRoute({
  method: "post",
  path: "/v1/organizations/{organizationId}/plans",
  tags,
  summary: "Offers a plan; its terms never change, a new price is a new plan",
  request: { params: organizationParam, body: body(newPlanSchema) },
  responses: { 201: json("The plan.", planSchema), ...failures },
});
const listPlans = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/plans",
  tags,
  summary: "All plans of an organisation with the number of their members",
  request: { params: organizationParam },
  responses: { 200: json("Newest first.", z.object({ plans: z.array(ownedPlanSchema) })), ...failures },
});
const closePlan = createRoute({
  method: "delete",
  path: "/v1/organizations/{organizationId}/plans/{planId}",
  tags,
  summary: "Closes a plan: nobody can join any more, members stay",
  request: { params: planParam },
  responses: { 204: { description: "It is closed." }, ...failures },
});
const offered = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/plans",
  tags,
  summary: "The plans that hold at a site, for drivers to join",
  request: { params: siteParam },
  responses: { 200: json("The cheapest first.", z.object({ plans: z.array(planSchema) })), ...failures },
});
const joinPlan = createRoute({
  method: "post",
  path: "/v1/me/memberships",
  tags,
  summary: "Joins a plan; the first month is billed at once",
  request: { body: body(z.strictObject({ planId: z.uuid() })) },
  responses: { 201: json("The membership.", membershipSchema), ...failures },
});
const mine = createRoute({
  method: "get",
  path: "/v1/me/memberships",
  tags,
  summary: "The signed-in driver's memberships, with what the month has used",
  responses: { 200: json("Oldest first.", z.object({ memberships: z.array(membershipSchema) })), ...failures },
});
const leavePlan = createRoute({
  method: "delete",
  path: "/v1/me/memberships/{membershipId}",
  tags,
  summary: "Leaves a plan at the end of the running month",
  request: { params: z.object({ membershipId: z.uuid() }) },
  responses: { 200: json("The membership with its end.", membershipSchema), ...failures },
});
const readPremium = createRoute({
  method: "get",
  path: "/v1/admin/premium",
  tags: ["admin"],
  summary: "What the platform takes off premium drivers' bills",
  responses: {
    200: json("1/100 percent.", premiumSchema.extend({ since: instantSchema.nullable() })),
    ...failures,
  },
});
const setPremium = createRoute({
  method: "put",
  path: "/v1/admin/premium",
  tags: ["admin"],
  summary: "Sets it from now on: for sessions that begin and bookings that are made",
  request: { body: body(premiumSchema) },
  responses: { 200: json("1/100 percent.", premiumSchema), ...failures },
});

/** Memberships with an owner, and the platform's premium discount. */
export function membershipRoutes(deps: Deps) {
  const { db, now, newId } = deps;
  const own = async (userId: string, membershipId: string) => {
    const found = (await membershipsOf(deps, userId)).find(
      ({ membership }) => membership.membership_id === membershipId,
    );
    if (!found) throw notFound("membership");
    return membershipView(found.membership, found.plan, found.month);
  };

  return createRouter()
    .openapi(addPlan, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { siteIds, ...plan } = c.req.valid("json");
      await requireOwnSites(db, organizationId, siteIds);
      const row = await db.transaction().execute(async (trx) => {
        const [site] = await trx
          .selectFrom("sites")
          .select(["time_zone", "currency"])
          .where("organization_id", "=", organizationId)
          .$if(siteIds !== null, (query) => query.where("site_id", "in", siteIds as string[]))
          .orderBy("created_at")
          .limit(1)
          .execute();
        if (!site) throw new AppError("no_site", "The organisation has no site yet.", { status: 409 });
        if (site.currency !== plan.currency) {
          throw new AppError("other_currency", `The site's currency is ${site.currency}.`, { status: 400 });
        }
        const { plans } = await trx
          .selectFrom("membership_plans")
          .select(({ fn }) => fn.countAll<number>().as("plans"))
          .where("organization_id", "=", organizationId)
          .where("closed_at", "is", null)
          .executeTakeFirstOrThrow();
        if (plans >= MAX_PLANS) {
          throw new AppError("too_many_plans", `At most ${MAX_PLANS} plans at a time.`, { status: 409 });
        }
        return trx
          .insertInto("membership_plans")
          .values({
            plan_id: newId(),
            organization_id: organizationId,
            name: plan.name,
            currency: plan.currency,
            monthly_fee: plan.monthlyFee,
            vat: plan.vat,
            percent: plan.percent,
            included_wh: plan.includedWh,
            site_ids: siteIds,
            time_zone: site.time_zone,
            created_at: new Date(now()),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return c.json(planView(row), 201);
    })
    .openapi(listPlans, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "look");
      const rows = await db
        .selectFrom("membership_plans")
        .selectAll()
        .select(({ selectFrom }) =>
          selectFrom("memberships")
            .select(({ fn }) => fn.countAll<number>().as("members"))
            .whereRef("memberships.plan_id", "=", "membership_plans.plan_id")
            .where(({ or, eb }) => or([eb("ends_at", "is", null), eb("ends_at", ">", new Date(now()))]))
            .as("members"),
        )
        .where("organization_id", "=", organizationId)
        .orderBy("created_at", "desc")
        .execute();
      const plans = rows.map((row) => ({
        ...planView(row),
        createdAt: row.created_at.toISOString(),
        closedAt: row.closed_at?.toISOString() ?? null,
        members: Number(row.members),
      }));
      return c.json({ plans }, 200);
    })
    .openapi(closePlan, async (c) => {
      const { organizationId, planId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const closed = await db
        .updateTable("membership_plans")
        .set((eb) => ({ closed_at: eb.fn.coalesce("closed_at", eb.val(new Date(now()))) }))
        .where("organization_id", "=", organizationId)
        .where("plan_id", "=", planId)
        .returning("plan_id")
        .executeTakeFirst();
      if (!closed) throw notFound("plan");
      return c.body(null, 204);
    })
    .openapi(offered, async (c) => {
      const { siteId } = c.req.valid("param");
      if (!(await isVisible(db, siteId, c.get("user").id, now()))) return c.json({ plans: [] }, 200);
      const rows = await db
        .selectFrom("membership_plans")
        .innerJoin("sites", "sites.organization_id", "membership_plans.organization_id")
        .selectAll("membership_plans")
        .where("sites.site_id", "=", siteId)
        .where("closed_at", "is", null)
        .where(sql<boolean>`(site_ids is null or ${siteId}::uuid = any(site_ids))`)
        .orderBy("monthly_fee")
        .orderBy("plan_id")
        .execute();
      return c.json({ plans: rows.map(planView) }, 200);
    })
    .openapi(joinPlan, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `memberships:${userId}`, JOINS, now());
      const { planId } = c.req.valid("json");
      await requireOffered(db, userId, planId, now());
      const membershipId = await join(deps, userId, planId);
      return c.json(await own(userId, membershipId), 201);
    })
    .openapi(mine, async (c) => {
      const all = await membershipsOf(deps, c.get("user").id);
      return c.json(
        { memberships: all.map(({ membership, plan, month }) => membershipView(membership, plan, month)) },
        200,
      );
    })
    .openapi(leavePlan, async (c) => {
      const { membershipId } = c.req.valid("param");
      const userId = c.get("user").id;
      await leave(deps, userId, membershipId);
      return c.json(await own(userId, membershipId), 200);
    })
    .openapi(readPremium, async (c) => {
      const row = await db
        .selectFrom("premium_terms")
        .selectAll()
        .orderBy("from_at", "desc")
        .limit(1)
        .executeTakeFirst();
      return c.json({ percent: row?.percent ?? 0, since: row?.from_at.toISOString() ?? null }, 200);
    })
    .openapi(setPremium, async (c) => {
      const userId = c.get("user").id;
      const { percent } = c.req.valid("json");
      await db.transaction().execute(async (trx) => {
        const row = { from_at: new Date(now()), percent, set_by: userId };
        await trx
          .insertInto("premium_terms")
          .values(row)
          .onConflict((conflict) => conflict.column("from_at").doUpdateSet(row))
          .execute();
        await audit(trx, { now: now(), actorId: userId, action: "premium.set", subject: "premium", data: { percent } });
      });
      return c.json({ percent }, 200);
    });
}

/** A plan is joined by who is shown a site where it holds. Throws AppError `not_found` for all others, as for one that is not there. */
async function requireOffered(db: Db, userId: string, planId: string, now: number): Promise<void> {
  const sites = await db
    .selectFrom("membership_plans as p")
    .innerJoin("sites as s", "s.organization_id", "p.organization_id")
    .select("s.site_id")
    .where("p.plan_id", "=", planId)
    .where(sql<boolean>`(p.site_ids is null or s.site_id = any(p.site_ids))`)
    .orderBy("s.created_at")
    .execute();
  for (const { site_id } of sites) {
    if (await isVisible(db, site_id, userId, now)) return;
  }
  throw notFound("plan");
}
