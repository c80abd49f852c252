import type { ColumnType } from "kysely";

/** The tables of maintenance as kysely sees them; `cloud/migrations/0008-reviews-maintenance.ts` makes them. */

type Instant = ColumnType<Date, Date, Date>;
type NullableInstant = ColumnType<Date | null, Date | null | undefined, Date | null>;

/** A time during which a connector (0: the whole charge point) said that it was faulted. */
export interface FaultTable {
  site_id: string;
  fault_id: string;
  cp_id: string;
  connector_id: number;
  error_code: string;
  vendor_error_code: string | null;
  info: string | null;
  opened_at: Instant;
  closed_at: NullableInstant;
}

/** Something that is to be mended; `fixed_at` null: not yet. */
export interface TicketTable {
  site_id: string;
  ticket_id: string;
  cp_id: string;
  connector_id: number;
  fault_id: string | null;
  title: string;
  opened_at: Instant;
  opened_by: string;
  cause: string | null;
  fixed_by: string | null;
  fixed_at: NullableInstant;
}

export const noteKinds = ["opened", "note", "fixed", "reopened"] as const;

/** What happened to a ticket. */
export interface TicketNoteTable {
  site_id: string;
  ticket_id: string;
  note_id: string;
  at: Instant;
  user_id: string;
  kind: (typeof noteKinds)[number];
  text: string;
}

export interface MaintenanceTables {
  faults: FaultTable;
  tickets: TicketTable;
  ticket_notes: TicketNoteTable;
}
