import type { Kysely } from "kysely";
import { sql } from "kysely";

/**
 * Versions of tariffs, whose session was whose, drivers' cards, and what lowers a bill: memberships, promotions and the platform's premium discount (ADR 0010).
 * Plans and promotions are an organisation's, which has many sites, and memberships a person's: they are no site's tables.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...tariffs, ...sessions, ...discounts]) await sql.raw(statement).execute(db);
}

/** `tariffs` stays what holds now; `next_at` is when another version does. */
const tariffs = [
  `create table tariff_versions (
    site_id uuid not null, tariff_id text not null, version integer not null, effective_from timestamptz not null, tariff json not null,
    created_by text, created_at timestamptz not null, primary key (site_id, tariff_id, version))`,
  `insert into tariff_versions (site_id, tariff_id, version, effective_from, tariff, created_at)
    select site_id, tariff_id, 1, updated_at, tariff, updated_at from tariffs`,
  `alter table tariffs add column version integer not null default 1, add column next_at timestamptz`,
  `create index tariffs_next on tariffs (next_at) where next_at is not null`,
];

const sessions = [
  // Whose session it was, and what he had agreed when it was booked or begun.
  `create table session_drivers (
    site_id uuid not null, session_id uuid not null, user_id text not null, via text not null, started_at timestamptz not null,
    agreements json not null, included_wh bigint not null default 0, primary key (site_id, session_id))`,
  `create index session_drivers_user on session_drivers (user_id, started_at desc, session_id desc)`,
  `create table id_tags (
    site_id uuid not null, id_tag text not null, user_id text not null, label text not null, status text not null, requested_at timestamptz not null,
    decided_at timestamptz, decided_by text, primary key (site_id, id_tag))`,
  `create index id_tags_user on id_tags (user_id)`,
  // Whose a card was before: hubs tell of sessions days later.
  `create table past_id_tags (
    site_id uuid not null, id_tag text not null, ended_at timestamptz not null, approved_at timestamptz not null, user_id text not null,
    primary key (site_id, id_tag, ended_at))`,
  // Whom a remote start is for; null: nobody who is known.
  `alter table commands add column driver_id text`,
];

const discounts = [
  `create table membership_plans (
    plan_id uuid primary key, organization_id text not null, name text not null, currency text not null, monthly_fee integer not null, vat integer,
    percent integer not null, included_wh bigint not null, site_ids uuid[], time_zone text not null, created_at timestamptz not null,
    closed_at timestamptz)`,
  `create index membership_plans_organization on membership_plans (organization_id)`,
  `create table memberships (
    membership_id uuid primary key, plan_id uuid not null references membership_plans (plan_id), user_id text not null, joined_at timestamptz not null,
    ends_at timestamptz)`,
  `create index memberships_user on memberships (user_id)`,
  // One membership in a plan at a time.
  `create unique index memberships_running on memberships (plan_id, user_id) where ends_at is null`,
  `create table membership_months (
    membership_id uuid not null references memberships (membership_id), month integer not null, starts_at timestamptz not null, ends_at timestamptz not null,
    used_wh bigint not null default 0, charged_at timestamptz, primary key (membership_id, month))`,
  `create table promotions (
    promotion_id uuid primary key, organization_id text not null, name text not null, code text, percent integer, amount integer, currency text not null,
    starts_at timestamptz not null, ends_at timestamptz not null, site_ids uuid[], max_uses integer, max_uses_per_driver integer,
    uses integer not null default 0, created_at timestamptz not null, ended_at timestamptz,
    check ((percent is null) <> (amount is null)), check (starts_at < ends_at), check (max_uses is null or uses <= max_uses))`,
  `create index promotions_organization on promotions (organization_id)`,
  `create unique index promotions_code on promotions (organization_id, code) where code is not null and ended_at is null`,
  `create table coupon_redemptions (
    redemption_id uuid primary key, promotion_id uuid not null references promotions (promotion_id), user_id text not null, booking text,
    redeemed_at timestamptz not null, session_id uuid unique, returned_at timestamptz)`,
  `create index coupon_redemptions_user on coupon_redemptions (user_id)`,
  `create index coupon_redemptions_promotion on coupon_redemptions (promotion_id, user_id)`,
  `create table premium_terms (from_at timestamptz primary key, percent integer not null, set_by text not null)`,
];
