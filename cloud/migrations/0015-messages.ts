import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What drivers and owners write to each other about a site or a booking. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One of a driver, a site and a booking, or none. Its messages are numbered from 1. reported_at: an admin of the platform may read it.
  `create table message_threads (
    site_id uuid not null, thread_id uuid not null, user_id text not null, booking text, created_at timestamptz not null, last_at timestamptz not null,
    last_seq integer not null default 0, reported_at timestamptz, reported_by text check (reported_by in ('driver', 'owner')), report_reason text,
    primary key (site_id, thread_id), unique nulls not distinct (site_id, user_id, booking),
    check ((reported_at is null) = (reported_by is null) and (reported_at is null) = (report_reason is null)))`,
  `create index message_threads_driver on message_threads (user_id, last_at desc, thread_id desc)`,
  `create index message_threads_site on message_threads (site_id, last_at desc, thread_id desc)`,
  `create index message_threads_reported on message_threads (reported_at) where reported_at is not null`,
  // author_id null: its writer has left.
  `create table messages (
    site_id uuid not null, thread_id uuid not null, seq integer not null, author_id text, side text not null check (side in ('driver', 'owner', 'admin')),
    text text not null, at timestamptz not null, primary key (site_id, thread_id, seq),
    foreign key (site_id, thread_id) references message_threads (site_id, thread_id) on delete cascade)`,
  `create index messages_author on messages (author_id)`,
  // How far each person has read.
  `create table message_reads (
    site_id uuid not null, thread_id uuid not null, user_id text not null, seq integer not null, primary key (site_id, thread_id, user_id),
    foreign key (site_id, thread_id) references message_threads (site_id, thread_id) on delete cascade)`,
  `create index message_reads_user on message_reads (user_id)`,
];
