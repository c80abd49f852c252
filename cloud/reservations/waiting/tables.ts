import type { ColumnType, GeneratedAlways } from "kysely";

/** The waiting list's tables as kysely sees them; `cloud/migrations/0012-waiting-recurring.ts` makes them. */

type Instant = ColumnType<Date, Date | string, Date | string>;

/**
 * waiting: in line; offered: a hold is theirs until it runs out; booked: they have it; missed: the offer ran out or was given back; over: it began before cells came
 * free, or the site sells such a thing no more.
 */
export const waitStates = ["waiting", "offered", "booked", "missed", "over"] as const;
type WaitState = (typeof waitStates)[number];

export interface WaitTable {
  site_id: string;
  wait_id: string;
  user_id: string;
  class: string;
  from_slot: number;
  to_slot: number;
  /** Order in line. */
  line: GeneratedAlways<number>;
  state: WaitState;
  /** Why it is over: an AppError's code. */
  reason: ColumnType<string | null, string | null | undefined, string | null>;
  /** The hold that is the offer. */
  hold: ColumnType<string | null, undefined, never>;
  offer_until: ColumnType<Date | null, undefined, never>;
  /** When the hub was last asked for these cells (Rule 2). */
  asked_at: ColumnType<Date | null, undefined, Date>;
  joined_at: Instant;
}

interface WaitSettingsTable {
  site_id: string;
  offer_minutes: number;
  updated_at: Instant;
}

export interface WaitingTables {
  booking_waits: WaitTable;
  booking_wait_settings: WaitSettingsTable;
}
