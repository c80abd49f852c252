import { z } from "@hono/zod-openapi";
import type { Selectable } from "kysely";
import { currencySchema, instantSchema, storableTextSchema } from "../../shared/schema";
import type { MembershipTable, MonthTable, PlanTable } from "./tables";

/** 1/100 percent. */
export const percentSchema = z.int().min(0).max(10_000);
/** Where something holds; null: at all sites of the organisation. */
export const siteIdsSchema = z
  .array(z.uuid())
  .min(1)
  .max(200)
  .refine((ids) => new Set(ids).size === ids.length, "a site is listed twice")
  .nullable();

const terms = {
  name: storableTextSchema.min(1).max(60),
  currency: currencySchema,
  monthlyFee: z.int().min(0).max(100_000_000).openapi({ description: "Minor units, VAT included." }),
  vat: percentSchema.nullable().openapi({ description: "Of the fee, 1/100 percent; null: no VAT applies." }),
  percent: percentSchema.openapi({ description: "Off each bill, 1/100 percent." }),
  includedWh: z.int().min(0).max(100_000_000).openapi({ description: "Energy that costs nothing, each month." }),
  siteIds: siteIdsSchema,
};

export const newPlanSchema = z
  .strictObject({
    ...terms,
    siteIds: siteIdsSchema.default(null),
    percent: percentSchema.default(0),
    includedWh: terms.includedWh.default(0),
  })
  .refine(({ percent, includedWh }) => percent > 0 || includedWh > 0, "a plan gives a discount or energy");

const planFields = { planId: z.uuid(), ...terms, timeZone: z.string() };
export const planSchema = z.object(planFields).openapi("Plan");
export const ownedPlanSchema = planSchema
  .extend({ createdAt: instantSchema, closedAt: instantSchema.nullable(), members: z.number().int() })
  .openapi("OwnedPlan");
export const membershipSchema = z
  .object({
    membershipId: z.uuid(),
    plan: planSchema,
    joinedAt: instantSchema,
    endsAt: instantSchema.nullable().openapi({ description: "End of the last month; null: it goes on." }),
    month: z.object({ startsAt: instantSchema, endsAt: instantSchema, usedWh: z.number().int() }),
  })
  .openapi("Membership");

export function planView(row: Selectable<PlanTable>): z.infer<typeof planSchema> {
  return {
    planId: row.plan_id,
    name: row.name,
    currency: row.currency,
    monthlyFee: row.monthly_fee,
    vat: row.vat,
    percent: row.percent,
    includedWh: row.included_wh,
    siteIds: row.site_ids,
    timeZone: row.time_zone,
  };
}

export function membershipView(
  membership: Selectable<MembershipTable>,
  plan: Selectable<PlanTable>,
  month: Pick<Selectable<MonthTable>, "starts_at" | "ends_at" | "used_wh">,
): z.infer<typeof membershipSchema> {
  return {
    membershipId: membership.membership_id,
    plan: planView(plan),
    joinedAt: membership.joined_at.toISOString(),
    endsAt: membership.ends_at?.toISOString() ?? null,
    month: {
      startsAt: month.starts_at.toISOString(),
      endsAt: month.ends_at.toISOString(),
      usedWh: month.used_wh,
    },
  };
}
