import type { Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import { z } from "zod";
import { vatLine } from "../../shared/tariff/vat";
import type { BillingTerms } from "../billing/charge";
import { charge } from "../billing/charge";
import { methodOf } from "../billing/deal";
import { forEach } from "../jobs/each";
import { termsOf } from "../billing/jobs";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import { defineJob } from "../jobs/job";
import { monthAt, monthNumber } from "./months";
import type { MembershipTable, PlanTable } from "./tables";

/** At most this many memberships a round; the next round takes the others. */
const ROUND = 1000;

/** The monthly fees that are due, each posted once however often and by how many processes this is run. */
export const membershipsJob = defineJob({
  name: "memberships.fees",
  data: z.object({}),
  retry: { limit: 3, delaySeconds: 60 },
  everySeconds: 600,
  run: async (deps) => {
    await billMemberships(deps.db, termsOf(deps));
  },
});

/** Begins and bills the months whose time has come. Gives how many memberships it looked at. */
export async function billMemberships(db: Db, terms: BillingTerms): Promise<number> {
  const due = await db
    .selectFrom("memberships as m")
    .select("m.membership_id")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("membership_months as month")
            .select("month.month")
            .whereRef("month.membership_id", "=", "m.membership_id")
            .where("month.ends_at", ">=", sql<Date>`least(m.ends_at, ${new Date(terms.now + 1)}::timestamptz)`)
            .where("month.charged_at", "is not", null),
        ),
      ),
    )
    .orderBy("m.membership_id")
    .limit(ROUND)
    .execute();
  await forEach(due, ({ membership_id: id }) =>
    db.transaction().execute(async (trx) => {
      const membership = await trx
        .selectFrom("memberships")
        .selectAll()
        .where("membership_id", "=", id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const plan = await trx
        .selectFrom("membership_plans")
        .selectAll()
        .where("plan_id", "=", membership.plan_id)
        .executeTakeFirstOrThrow();
      await billMonths(trx, membership, plan, terms);
    }),
  );
  return due.length;
}

/** Begins and bills each month of a membership up to now, in the caller's transaction, which has its row locked or has just made it. */
export async function billMonths(
  trx: Transaction<Database>,
  membership: Selectable<MembershipTable>,
  plan: Selectable<PlanTable>,
  terms: BillingTerms,
): Promise<void> {
  const { membership_id, user_id: userId, joined_at, ends_at } = membership;
  const until = Math.min(terms.now, ends_at === null ? Infinity : ends_at.getTime() - 1);
  const last = monthAt(joined_at.getTime(), plan.time_zone, until).month;
  const charged = await trx
    .selectFrom("membership_months")
    .select("month")
    .where("membership_id", "=", membership_id)
    .where("charged_at", "is not", null)
    .orderBy("month", "desc")
    .limit(1)
    .executeTakeFirst();
  for (let month = (charged?.month ?? -1) + 1; month <= last; month++) {
    const { startsAt, endsAt } = monthNumber(joined_at.getTime(), plan.time_zone, month);
    const row = { starts_at: new Date(startsAt), ends_at: new Date(endsAt), charged_at: new Date(terms.now) };
    await trx
      .insertInto("membership_months")
      .values({ membership_id, month, ...row })
      .onConflict((conflict) => conflict.columns(["membership_id", "month"]).doUpdateSet(row))
      .execute();
    if (plan.monthly_fee === 0) continue;
    const { net, tax: vat } = vatLine(plan.vat, plan.monthly_fee, true);
    const key = `membership:${membership_id}:${month}`;
    const bill = { key, kind: "membership" as const, siteId: null, organizationId: plan.organization_id, userId };
    const method = await methodOf(trx, userId);
    const lines = [{ text: plan.name, net, vat, vatRate: plan.vat }];
    await charge(trx, { ...bill, currency: plan.currency, lines, method }, terms);
  }
}
