import type { Kysely } from "kysely";
import { sql } from "kysely";

/** How a site may be paid, how a booking, a start or a session is, and what was set aside for a booking. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table payment_rules (site_id uuid primary key, rules json not null, updated_at timestamptz not null)`,
  // `subject`: a booking, the command that starts, or a session. `payment_id`: what is set aside for the booking.
  `create table payment_choices (
    site_id uuid not null, about text not null check (about in ('booking', 'start', 'session')), subject text not null, method text not null, payment_id uuid,
    created_at timestamptz not null, primary key (site_id, about, subject))`,
  `create index payment_choices_payment on payment_choices (payment_id) where payment_id is not null`,
  `alter table session_drivers add column booking text`,
  `create index session_drivers_booking on session_drivers (site_id, booking) where booking is not null`,
];
