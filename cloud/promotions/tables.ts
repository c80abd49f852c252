import type { ColumnType, Generated } from "kysely";

/** The tables of promotions as kysely sees them; `cloud/migrations/0009-tariffs.ts` makes them. */

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** A time-limited discount: for everybody, or (`code`) for who redeems its coupon. Either percent or amount. */
export interface PromotionTable {
  promotion_id: string;
  organization_id: string;
  name: string;
  /** Upper case. */
  code: string | null;
  /** 1/100 percent. */
  percent: number | null;
  /** Minor units, VAT included. */
  amount: number | null;
  currency: string;
  starts_at: Instant;
  ends_at: Instant;
  /** Where it holds; null: at all sites of the organisation. */
  site_ids: ColumnType<string[] | null, string[] | null, never>;
  max_uses: number | null;
  max_uses_per_driver: number | null;
  uses: Generated<number>;
  created_at: Instant;
  ended_at: NullableInstant;
}

/** One use of a coupon: of the next session of its driver where it holds, or of a booking's. */
export interface RedemptionTable {
  redemption_id: string;
  promotion_id: string;
  user_id: string;
  booking: string | null;
  redeemed_at: Instant;
  session_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** The driver gave it back unused. */
  returned_at: NullableInstant;
}

export interface PromotionTables {
  promotions: PromotionTable;
  coupon_redemptions: RedemptionTable;
}
