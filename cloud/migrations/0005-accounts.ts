import type { Kysely } from "kysely";
import { sql } from "kysely";
import PgBoss from "pg-boss";

/** What the cloud knows of people beside their sign-in, the log of who changed what, and the tables of pg-boss for work that is done later. */
export async function up(db: Kysely<never>): Promise<void> {
  // Its own statements, without the transaction that they bring along: they are part of the migrations' one.
  const plans = PgBoss.getConstructionPlans("pgboss")
    .replace(/^\s*BEGIN;/, "")
    .replace(/COMMIT;\s*$/, "");
  for (const statement of [...people, ...audit, plans]) await sql.raw(statement).execute(db);
}

const people = [
  // A person without a row is one with the defaults.
  `create table people (
    user_id text primary key references auth."user" ("id") on delete cascade,
    is_admin boolean not null default false, language text not null default 'en', time_zone text not null default 'UTC',
    phone text, phone_verified_at timestamptz, premium_until timestamptz, blocked_at timestamptz, deleted_at timestamptz,
    check (phone_verified_at is null or phone is not null))`,
  // Codes sent to numbers that are not verified yet, hashed.
  `create table phone_codes (
    user_id text primary key references auth."user" ("id") on delete cascade, phone text not null, code_hash text not null, tries integer not null,
    expires_at timestamptz not null)`,
  // A family has one who pays, and drivers who agreed.
  `create table families (id uuid primary key, payer_id text not null unique references auth."user" ("id"), name text not null)`,
  `create table family_members (
    user_id text primary key references auth."user" ("id") on delete cascade, family_id uuid not null references families (id) on delete cascade,
    joined_at timestamptz not null)`,
  `create index family_members_family on family_members (family_id)`,
  // To an organisation, with a role, or to a family.
  `create table invitations (
    id uuid primary key, organization_id text references auth."organization" ("id") on delete cascade, role text,
    family_id uuid references families (id) on delete cascade, email text not null, inviter_id text not null references auth."user" ("id"),
    created_at timestamptz not null, expires_at timestamptz not null,
    check ((organization_id is null) <> (family_id is null)), check ((organization_id is null) = (role is null)))`,
  `create unique index invitations_once on invitations (email, coalesce(organization_id, family_id::text))`,
  `create table vehicles (
    id uuid primary key, user_id text not null references auth."user" ("id") on delete cascade, name text not null, make text not null, model text not null,
    battery_wh integer, connectors text[] not null, max_ac_w integer, max_dc_w integer, created_at timestamptz not null)`,
  `create index vehicles_user on vehicles (user_id, created_at)`,
  // Until now addresses were taken at their word: nobody is locked out by the upgrade.
  `update auth."user" set "emailVerified" = true`,
  `alter table auth."member" add constraint member_once unique ("organizationId", "userId")`,
];

/** Written once and never changed, not even by this program. */
const audit = [
  `create table audit_log (
    id bigint generated always as identity primary key, at timestamptz not null, actor_id text, action text not null, subject text not null,
    site_id uuid, data json not null)`,
  `create index audit_log_at on audit_log (at desc, id desc)`,
  `create index audit_log_actor on audit_log (actor_id) where actor_id is not null`,
  `create index audit_log_subject on audit_log (subject, id)`,
  `create function audit_log_refuse() returns trigger language plpgsql as $$
    begin raise exception 'The audit log is only ever added to.'; end $$`,
  `create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function audit_log_refuse()`,
];
