import type { Transaction } from "kysely";
import type { Agreement, Discounted } from "../../shared/tariff";
import type { Database } from "../db/schema";
import { monthAt } from "./months";

/** A session as its bill is made: its month is that of its start. */
export interface BilledSession {
  siteId: string;
  sessionId: string;
  /** ISO 8601. */
  startedAt: string;
}

/** Whose session it is, and what takes off from its bill. */
interface Agreed {
  userId: string;
  /** With what is left of the month's energy, for this session to use. */
  agreements: Agreement[];
}

/**
 * Who drove and what was agreed when the session was booked or begun; null: nobody knows the driver. What is left of a month is locked until the caller commits, and what an
 * earlier bill of this session used is his to use again: `keepIncluded` says what this bill used.
 */
export async function agreedOf(trx: Transaction<Database>, session: BilledSession): Promise<Agreed | null> {
  const row = await trx
    .selectFrom("session_drivers")
    .select(["user_id", "agreements", "included_wh"])
    .where("site_id", "=", session.siteId)
    .where("session_id", "=", session.sessionId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return null;
  const agreements: Agreement[] = [];
  for (const agreement of row.agreements) {
    if (agreement.kind !== "includedEnergy") agreements.push(agreement);
    else {
      const used = await usedInMonth(trx, agreement.id, session.startedAt);
      const includedWh = Math.max(0, agreement.includedWh - used + row.included_wh);
      agreements.push({ ...agreement, includedWh });
    }
  }
  return { userId: row.user_id, agreements };
}

/** Notes the energy of the membership that a bill has used, in place of what an earlier bill of the session did. */
export async function keepIncluded(
  trx: Transaction<Database>,
  { siteId, sessionId, startedAt }: BilledSession,
  { lines }: Pick<Discounted, "lines">,
): Promise<void> {
  const row = await trx
    .selectFrom("session_drivers")
    .select(["agreements", "included_wh"])
    .where("site_id", "=", siteId)
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  const membership = row?.agreements.find(({ kind }) => kind === "includedEnergy");
  if (!row || !membership) return;
  const used = lines.reduce((sum, line) => sum + (line.id === membership.id ? line.energyWh : 0), 0);
  if (used === row.included_wh) return;
  await trx
    .updateTable("session_drivers")
    .set({ included_wh: used })
    .where("site_id", "=", siteId)
    .where("session_id", "=", sessionId)
    .execute();
  const { month } = await monthOf(trx, membership.id, startedAt);
  await trx
    .updateTable("membership_months")
    .set((eb) => ({ used_wh: eb("used_wh", "+", used - row.included_wh) }))
    .where("membership_id", "=", membership.id)
    .where("month", "=", month)
    .execute();
}

/** All of it, and more, where the membership has ended before: that month was paid by nobody. */
async function usedInMonth(trx: Transaction<Database>, membershipId: string, at: string): Promise<number> {
  const { month, startsAt, endsAt, isOver } = await monthOf(trx, membershipId, at);
  if (isOver) return Infinity;
  await trx
    .insertInto("membership_months")
    .values({ membership_id: membershipId, month, starts_at: new Date(startsAt), ends_at: new Date(endsAt) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { used_wh } = await trx
    .selectFrom("membership_months")
    .select("used_wh")
    .where("membership_id", "=", membershipId)
    .where("month", "=", month)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return used_wh;
}

async function monthOf(trx: Transaction<Database>, membershipId: string, at: string) {
  const { joined_at, ends_at, time_zone } = await trx
    .selectFrom("memberships")
    .innerJoin("membership_plans", "membership_plans.plan_id", "memberships.plan_id")
    .select(["memberships.joined_at", "memberships.ends_at", "membership_plans.time_zone"])
    .where("membership_id", "=", membershipId)
    .executeTakeFirstOrThrow();
  const month = monthAt(joined_at.getTime(), time_zone, Date.parse(at));
  return { ...month, isOver: ends_at !== null && month.startsAt >= ends_at.getTime() };
}
