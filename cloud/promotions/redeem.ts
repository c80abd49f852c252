import type { Selectable } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import type { PromotionTable, RedemptionTable } from "./tables";

type Needs = Pick<Deps, "db" | "now" | "newId">;

export type Coupon = Pick<Selectable<RedemptionTable>, "redemption_id" | "booking" | "redeemed_at" | "session_id"> & {
  promotion: Pick<Selectable<PromotionTable>, "name" | "percent" | "amount" | "currency" | "ends_at" | "site_ids">;
};

/**
 * Takes one use of a coupon for a driver: for the next session at a site where it holds, or for a booking of his there. The promotion's row is locked, so
 * that never more are used than there are, nor by one driver, however many ask at once. Throws AppError 404 `unknown_coupon` (which of unknown, over
 * or elsewhere, nobody learns), 409 `coupon_used_up`, `coupon_used`, and 404 for a booking that is not his.
 */
export async function redeem(
  { db, now, newId }: Needs,
  userId: string,
  { siteId, code, booking }: { siteId: string; code: string; booking: string | null },
): Promise<string> {
  const redemptionId = newId();
  const at = new Date(now());
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<Selectable<PromotionTable>>`
      select p.* from promotions p join sites s using (organization_id)
      where s.site_id = ${siteId} and p.code = ${code.trim().toUpperCase()} and p.starts_at <= ${at} and p.ends_at > ${at} and p.ended_at is null and p.currency = s.currency
        and (p.site_ids is null or ${siteId}::uuid = any(p.site_ids))
      for update of p`.execute(trx);
    const [promotion] = rows;
    if (!promotion) throw new AppError("unknown_coupon", "This code does not hold here now.", { status: 404 });
    if (booking !== null) {
      const found = await trx
        .selectFrom("reservations")
        .select("booking")
        .where("site_id", "=", siteId)
        .where("booking", "=", booking)
        .where("user_id", "=", userId)
        .where("version", ">", 0)
        .where("stage", "=", "reserved")
        .executeTakeFirst();
      if (!found) throw notFound("reservation");
    }
    if (promotion.max_uses !== null && promotion.uses >= promotion.max_uses) {
      throw new AppError("coupon_used_up", "All of these coupons are used.", { status: 409 });
    }
    const { uses } = await trx
      .selectFrom("coupon_redemptions")
      .select(({ fn }) => fn.countAll<number>().as("uses"))
      .where("promotion_id", "=", promotion.promotion_id)
      .where("user_id", "=", userId)
      .where("returned_at", "is", null)
      .executeTakeFirstOrThrow();
    if (promotion.max_uses_per_driver !== null && uses >= promotion.max_uses_per_driver) {
      throw new AppError("coupon_used", "You have used this coupon.", { status: 409 });
    }
    await trx
      .updateTable("promotions")
      .set((eb) => ({ uses: eb("uses", "+", 1) }))
      .where("promotion_id", "=", promotion.promotion_id)
      .execute();
    const row = { redemption_id: redemptionId, promotion_id: promotion.promotion_id, user_id: userId };
    await trx
      .insertInto("coupon_redemptions")
      .values({ ...row, booking, redeemed_at: at })
      .execute();
  });
  return redemptionId;
}

/** Gives a coupon back that no session has used; somebody else may have it. Throws AppError 404, and 409 `coupon_used`. */
export async function giveBack({ db, now }: Needs, userId: string, redemptionId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom("coupon_redemptions")
      .select(["promotion_id", "session_id"])
      .where("redemption_id", "=", redemptionId)
      .where("user_id", "=", userId)
      .where("returned_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notFound("coupon");
    if (row.session_id) throw new AppError("coupon_used", "A session has used this coupon.", { status: 409 });
    await trx
      .updateTable("coupon_redemptions")
      .set({ returned_at: new Date(now()) })
      .where("redemption_id", "=", redemptionId)
      .execute();
    await trx
      .updateTable("promotions")
      .set((eb) => ({ uses: eb("uses", "-", 1) }))
      .where("promotion_id", "=", row.promotion_id)
      .execute();
  });
}

/** A driver's coupons, newest first: those to be used, and those that were. */
export async function couponsOf({ db }: Pick<Deps, "db">, userId: string): Promise<Coupon[]> {
  const rows = await db
    .selectFrom("coupon_redemptions as c")
    .innerJoin("promotions as p", "p.promotion_id", "c.promotion_id")
    .select(["c.redemption_id", "c.booking", "c.redeemed_at", "c.session_id"])
    .select(["p.name", "p.percent", "p.amount", "p.currency", "p.ends_at", "p.site_ids"])
    .where("c.user_id", "=", userId)
    .where("c.returned_at", "is", null)
    .orderBy("c.redeemed_at", "desc")
    .orderBy("c.redemption_id", "desc")
    .limit(100)
    .execute();
  return rows.map(({ redemption_id, booking, redeemed_at, session_id, ...promotion }) => {
    return { redemption_id, booking, redeemed_at, session_id, promotion };
  });
}
