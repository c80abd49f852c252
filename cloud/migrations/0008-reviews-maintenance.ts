import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What drivers say of places, and what breaks at chargers and is mended. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One a session. user_id null: its writer has left.
  `create table reviews (
    site_id uuid not null, review_id uuid not null, session_id uuid not null, user_id text, rating smallint not null check (rating between 1 and 5),
    text text not null, created_at timestamptz not null, answer text, answered_at timestamptz, answered_by text, hidden_at timestamptz, hidden_by text,
    hidden_reason text, primary key (site_id, review_id), unique (site_id, session_id), check ((answer is null) = (answered_at is null)))`,
  `create index reviews_newest on reviews (site_id, created_at desc, review_id desc) where hidden_at is null`,
  `create index reviews_user on reviews (user_id)`,
  `create table review_reports (
    site_id uuid not null, review_id uuid not null, user_id text not null, reason text not null, created_at timestamptz not null, resolved_at timestamptz,
    primary key (site_id, review_id, user_id))`,
  `create index review_reports_open on review_reports (created_at) where resolved_at is null`,
  // As the chargers tell: open from Faulted until another status, or another code.
  `create table faults (
    site_id uuid not null, fault_id uuid not null, cp_id text not null, connector_id smallint not null, error_code text not null, vendor_error_code text,
    info text, opened_at timestamptz not null, closed_at timestamptz, primary key (site_id, fault_id))`,
  `create unique index faults_open on faults (site_id, cp_id, connector_id) where closed_at is null`,
  `create index faults_newest on faults (site_id, opened_at desc, fault_id desc)`,
  `create table tickets (
    site_id uuid not null, ticket_id uuid not null, cp_id text not null, connector_id smallint not null, fault_id uuid, title text not null,
    opened_at timestamptz not null, opened_by text not null, cause text, fixed_by text, fixed_at timestamptz, primary key (site_id, ticket_id))`,
  `create index tickets_newest on tickets (site_id, opened_at desc, ticket_id desc)`,
  `create table ticket_notes (
    site_id uuid not null, ticket_id uuid not null, note_id uuid not null, at timestamptz not null, user_id text not null, kind text not null,
    text text not null, primary key (site_id, ticket_id, note_id))`,
];
