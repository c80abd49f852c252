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
    phone text, phone_verified_at timestamptz, premium_until timestamptz, deleted_at timestamptz)`,
];

/** Written once and never changed, not even by this program. */
const audit = [
  `create table audit_log (
    id bigint generated always as identity primary key, at timestamptz not null, actor_id text, action text not null, subject text not null,
    site_id uuid, data json not null)`,
  `create index audit_log_at on audit_log (at desc, id desc)`,
  `create index audit_log_subject on audit_log (subject, id)`,
  `create function audit_log_refuse() returns trigger language plpgsql as $$
    begin raise exception 'The audit log is only ever added to.'; end $$`,
  `create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function audit_log_refuse()`,
];
