import type { Selectable } from "kysely";
import { AppError } from "../../shared/error";
import { dueByCard } from "../billing/charge";
import { termsOf } from "../billing/jobs";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { send } from "../jobs/send";
import { billMonths } from "./bill";
import { monthAt } from "./months";
import type { MembershipTable, PlanTable } from "./tables";

type Needs = Pick<Deps, "db" | "now" | "newId" | "platformFee">;

/**
 * A driver joins a plan; its first month is billed with it. One membership with an owner at a time: throws AppError 409 `already_member`, and `plan_closed`.
 */
export async function join(deps: Needs, userId: string, planId: string): Promise<string> {
  const membershipId = deps.newId();
  const terms = termsOf(deps);
  await deps.db.transaction().execute(async (trx) => {
    // One person's parallel requests must not join twice.
    await trx.selectFrom("auth.user").select("id").where("id", "=", userId).forUpdate().execute();
    const plan = await trx.selectFrom("membership_plans").selectAll().where("plan_id", "=", planId).executeTakeFirst();
    if (!plan) throw notFound("plan");
    if (plan.closed_at) throw new AppError("plan_closed", "Nobody can join this plan any more.", { status: 409 });
    const other = await trx
      .selectFrom("memberships")
      .innerJoin("membership_plans", "membership_plans.plan_id", "memberships.plan_id")
      .select("memberships.membership_id")
      .where("user_id", "=", userId)
      .where("membership_plans.organization_id", "=", plan.organization_id)
      .where(({ or, eb }) => or([eb("ends_at", "is", null), eb("ends_at", ">", new Date(terms.now))]))
      .executeTakeFirst();
    if (other) {
      throw new AppError("already_member", "You are a member with this owner already; leave that plan first.", {
        status: 409,
      });
    }
    const membership = { membership_id: membershipId, plan_id: planId, user_id: userId };
    const times = { joined_at: new Date(terms.now), ends_at: null };
    await trx
      .insertInto("memberships")
      .values({ ...membership, ...times })
      .execute();
    await billMonths(trx, { ...membership, ...times }, plan, terms);
  });
  return membershipId;
}

/** A driver leaves at the end of the month that he has paid for, and pays what waits for its next fee. A repeat changes nothing. Throws AppError 404 for another's. */
export async function leave({ db, now }: Needs, userId: string, membershipId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const found = await trx
      .selectFrom("memberships")
      .innerJoin("membership_plans", "membership_plans.plan_id", "memberships.plan_id")
      .select(["joined_at", "ends_at", "time_zone", "membership_plans.organization_id"])
      .where("membership_id", "=", membershipId)
      .where("user_id", "=", userId)
      .forUpdate("memberships")
      .executeTakeFirst();
    if (!found) throw notFound("membership");
    if (found.ends_at) return;
    const { endsAt } = monthAt(found.joined_at.getTime(), found.time_zone, now());
    await trx
      .updateTable("memberships")
      .set({ ends_at: new Date(endsAt) })
      .where("membership_id", "=", membershipId)
      .execute();
    // No fee comes any more that takes along what waits for it.
    const waiting = await trx
      .selectFrom("charges")
      .innerJoin("ledger_entries as e", "e.charge_id", "charges.id")
      .select("charges.id")
      .where("charges.user_id", "=", userId)
      .where("charges.organization_id", "=", found.organization_id)
      .where("charges.method", "=", "plan")
      .where("e.account", "=", "receivable")
      .groupBy("charges.id")
      .having(({ fn }) => fn.sum("e.amount"), ">", 0)
      .execute();
    for (const { id: chargeId } of waiting) await send(trx, dueByCard, { chargeId });
  });
}

interface OwnMembership {
  membership: Selectable<MembershipTable>;
  plan: Selectable<PlanTable>;
  month: { starts_at: Date; ends_at: Date; used_wh: number };
}

/** A driver's memberships that have not ended, oldest first, with the month that runs. */
export async function membershipsOf({ db, now }: Needs, userId: string): Promise<OwnMembership[]> {
  const memberships = await db
    .selectFrom("memberships")
    .selectAll()
    .where("user_id", "=", userId)
    .where(({ or, eb }) => or([eb("ends_at", "is", null), eb("ends_at", ">", new Date(now()))]))
    .orderBy("joined_at")
    .execute();
  const found: OwnMembership[] = [];
  for (const membership of memberships) {
    const plan = await db
      .selectFrom("membership_plans")
      .selectAll()
      .where("plan_id", "=", membership.plan_id)
      .executeTakeFirstOrThrow();
    const { month, startsAt, endsAt } = monthAt(membership.joined_at.getTime(), plan.time_zone, now());
    const row = await db
      .selectFrom("membership_months")
      .select("used_wh")
      .where("membership_id", "=", membership.membership_id)
      .where("month", "=", month)
      .executeTakeFirst();
    const times = { starts_at: new Date(startsAt), ends_at: new Date(endsAt) };
    found.push({ membership, plan, month: { ...times, used_wh: row?.used_wh ?? 0 } });
  }
  return found;
}
