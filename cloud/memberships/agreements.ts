import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Agreement } from "../../shared/tariff";
import type { Database } from "../db/schema";

/** Whose bill it is: a session of a driver at a site, by a reservation or without. */
interface Billed {
  siteId: string;
  userId: string;
  sessionId: string;
  booking: string | null;
}

/**
 * What a driver has agreed at an instant (epoch ms: of the booking, or of the start), from what was true then: so a session that a hub tells of days later
 * gets what it had at its time. Terms of plans and promotions never change. Takes the coupon that it finds for the session, so that no other has it.
 */
export async function agreementsAt(trx: Transaction<Database>, billed: Billed, at: number): Promise<Agreement[]> {
  const { organization_id: organizationId, currency } = await trx
    .selectFrom("sites")
    .select(["organization_id", "currency"])
    .where("site_id", "=", billed.siteId)
    .executeTakeFirstOrThrow();
  const where = { ...billed, organizationId, currency, at: new Date(at) };
  const coupon = await takeCoupon(trx, where);
  return [
    ...(await memberships(trx, where)),
    ...(await promotions(trx, where)),
    ...(await premium(trx, where)),
    ...coupon,
  ];
}

interface Where extends Billed {
  organizationId: string;
  currency: string;
  at: Date;
}

async function memberships(trx: Transaction<Database>, { siteId, userId, organizationId, at }: Where) {
  const { rows } = await sql<{ id: string; name: string; percent: number; includedWh: string }>`
    select m.membership_id as id, p.name, p.percent, p.included_wh as "includedWh"
    from memberships m join membership_plans p using (plan_id)
    where m.user_id = ${userId} and p.organization_id = ${organizationId} and (p.site_ids is null or ${siteId}::uuid = any(p.site_ids))
      and m.joined_at <= ${at} and (m.ends_at is null or m.ends_at > ${at})
    order by m.joined_at`.execute(trx);
  return rows.flatMap(({ id, name: text, percent, includedWh }): Agreement[] => [
    ...(Number(includedWh) > 0 ? [{ id, text, kind: "includedEnergy" as const, includedWh: Number(includedWh) }] : []),
    ...(percent > 0 ? [{ id, text, kind: "membership" as const, percent }] : []),
  ]);
}

/** Of the discounts that are for everybody, the one that takes off most: a percentage before an amount. */
async function promotions(
  trx: Transaction<Database>,
  { siteId, organizationId, currency, at }: Where,
): Promise<Agreement[]> {
  const { rows } = await sql<Discount>`
    select promotion_id as id, name, percent, amount from promotions
    where organization_id = ${organizationId} and code is null and currency = ${currency} and (site_ids is null or ${siteId}::uuid = any(site_ids))
      and starts_at <= ${at} and ends_at > ${at} and (ended_at is null or ended_at > ${at})
    order by percent desc nulls last, amount desc, promotion_id limit 1`.execute(trx);
  return rows.map((row) => discount(row, "promotion"));
}

async function premium(trx: Transaction<Database>, { userId, at }: Where): Promise<Agreement[]> {
  const { rows } = await sql<{ percent: number }>`
    select t.percent from people p cross join lateral (
      select percent from premium_terms where from_at <= ${at} order by from_at desc limit 1) t
    where p.user_id = ${userId} and p.premium_until > ${at} and t.percent > 0`.execute(trx);
  return rows.map(({ percent }) => ({ id: "premium", text: "Premium", kind: "premium", percent }));
}

/**
 * The coupon that was redeemed first, of those for this booking or for any session: it is this session's now. What the session had taken before goes
 * back, as where it turns out to be of a booking; other owners' coupons are left alone, since a session's id is whatever its hub says.
 */
async function takeCoupon(trx: Transaction<Database>, where: Where): Promise<Agreement[]> {
  const { siteId, userId, sessionId, booking, organizationId, currency, at } = where;
  await sql`
    update coupon_redemptions r set session_id = null from promotions p
    where p.promotion_id = r.promotion_id and p.organization_id = ${organizationId} and r.session_id = ${sessionId}`.execute(
    trx,
  );
  const { rows } = await sql<Discount>`
    update coupon_redemptions r set session_id = ${sessionId} from promotions p
    where p.promotion_id = r.promotion_id and r.redemption_id = (
      select c.redemption_id from coupon_redemptions c join promotions q using (promotion_id)
      where c.user_id = ${userId} and c.session_id is null and c.returned_at is null and q.organization_id = ${organizationId} and q.currency = ${currency}
        and (q.site_ids is null or ${siteId}::uuid = any(q.site_ids))
        and (c.booking = ${booking} or (c.booking is null and c.redeemed_at <= ${at} and q.ends_at > ${at}))
      order by c.booking is null, c.redeemed_at, c.redemption_id limit 1 for update of c skip locked)
    returning r.redemption_id as id, p.name, p.percent, p.amount`.execute(trx);
  return rows.map((row) => discount(row, "coupon"));
}

interface Discount {
  id: string;
  name: string;
  percent: number | null;
  amount: number | null;
}

function discount({ id, name: text, percent, amount }: Discount, kind: "promotion" | "coupon"): Agreement {
  return percent === null ? { id, text, kind: "voucher", amount: Number(amount) } : { id, text, kind, percent };
}
