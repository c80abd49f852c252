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
  // What went, or is to go, to whom: one row for each e-mail address, number or browser. target: the browser's subscription, else empty.
  `create table notification_deliveries (
    notification_id uuid not null references notifications (id) on delete cascade, channel text not null, target text not null,
    state text not null, tried_at timestamptz, primary key (notification_id, channel, target))`,
  `create table notification_settings (
    user_id text primary key references auth."user" ("id") on delete cascade, channels json not null, updated_at timestamptz not null)`,
  `create table push_subscriptions (
    id uuid primary key, user_id text not null references auth."user" ("id") on delete cascade, endpoint text not null unique, p256dh text not null,
    auth text not null, created_at timestamptz not null)`,
  `create index push_subscriptions_user on push_subscriptions (user_id)`,
  // Addresses that servers said do not exist. Nothing more goes there until their owner saves their settings.
  `create table dead_addresses (channel text not null, address text not null, since timestamptz not null, primary key (channel, address))`,
];
