import type { ColumnType, Generated } from "kysely";

/** The tables of memberships as kysely sees them; `cloud/migrations/0009-tariffs.ts` makes them. */

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** What an owner offers. Its terms never change: a new price is a new plan. */
export interface PlanTable {
  plan_id: string;
  organization_id: string;
  name: string;
  currency: string;
  /** Minor units, VAT included. */
  monthly_fee: number;
  /** 1/100 percent; null: no VAT applies. */
  vat: number | null;
  /** 1/100 percent off each bill. */
  percent: number;
  /** Each month. */
  included_wh: number;
  /** Where it holds; null: at all sites of the organisation. */
  site_ids: ColumnType<string[] | null, string[] | null, never>;
  /** IANA: months begin at midnight there. */
  time_zone: string;
  created_at: Instant;
  /** Nobody can join any more; who has stays. */
  closed_at: NullableInstant;
}

export interface MembershipTable {
  membership_id: string;
  plan_id: string;
  user_id: string;
  joined_at: Instant;
  /** End of the last month; null: it goes on. */
  ends_at: NullableInstant;
}

/** A month of a membership, from 0. */
export interface MonthTable {
  membership_id: string;
  month: number;
  starts_at: Instant;
  ends_at: Instant;
  used_wh: Generated<number>;
  /** When its fee was billed. */
  charged_at: NullableInstant;
}

/** What the platform gives premium drivers since an instant, 1/100 percent. */
interface PremiumTable {
  from_at: Instant;
  percent: number;
  set_by: string;
}

export interface MembershipTables {
  membership_plans: PlanTable;
  memberships: MembershipTable;
  membership_months: MonthTable;
  premium_terms: PremiumTable;
}
