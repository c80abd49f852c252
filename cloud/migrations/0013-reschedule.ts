import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Bookings whose charger fails, or is taken away by its owner: what their drivers are offered instead, and what came of it. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Whose driver it was is known by the reservation. offer: null where nothing else is free.
  `create table booking_reschedules (
    site_id uuid not null, booking text not null, version integer not null, state text not null, cause text not null, offer json,
    from_slot integer not null, offered_at timestamptz not null, decided_at timestamptz, primary key (site_id, booking, version))`,
  `create index booking_reschedules_open on booking_reschedules (from_slot) where state = 'offered'`,
  // Of a block: who has booked in it is offered something else.
  `alter table booking_blocks add column reschedule boolean not null default false`,
  `create index reservations_coming on reservations (from_slot) where version > 0 and stage = 'reserved' and cancel_owed is null`,
];
