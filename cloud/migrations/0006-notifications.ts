import type { Kysely } from "kysely";
import { sql } from "kysely";

/** People's inboxes, and what of them went out by which channel. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table notifications (
    id uuid primary key default gen_random_uuid(), user_id text not null references auth."user" ("id") on delete cascade, kind text not null, key text,
    site_id uuid, data json not null, created_at timestamptz not null, read_at timestamptz)`,
  `create unique index notifications_key on notifications (user_id, kind, key) where key is not null`,
  `create index notifications_newest on notifications (user_id, created_at desc, id desc)`,
  `create index notifications_unread on notifications (user_id) where read_at is null`,
];
