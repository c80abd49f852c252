import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { Posting, Sale, Stage } from "../../shared/booking";
import type { BookingSettings } from "../../shared/booking-settings";

/** The tables of reservations as kysely sees them; `cloud/migrations` (0002 and 0004) makes them. Ranges come and go as PostgreSQL's text. */

type Instant = ColumnType<Date, Date | string, Date | string>;

interface BookingSettingsTable {
  site_id: string;
  settings: JSONColumnType<BookingSettings, string, string>;
  updated_at: Instant;
}

/** One row a site that a hub was paired with. */
interface BookTable {
  site_id: string;
  epoch: number;
  recovery: string | null;
  /** Epoch in which the hub last said what its book is: other events of its book do not count before it has. */
  heard_epoch: number;
  pin_secret: string;
}

interface SeatTable {
  site_id: string;
  seat: string;
  /** Order in which seats are offered. */
  place: number;
  class: string;
  walk_in: boolean;
  gone: Generated<boolean>;
  /** Cells that the cloud owns, an int4multirange. */
  owned: Generated<string>;
}

/** A version of a booking, or (version 0) a hold. */
export interface ReservationTable {
  site_id: string;
  booking: string;
  version: number;
  seat: string;
  class: string;
  from_slot: number;
  to_slot: number;
  /** Cells that no other booking may have, an int4range. */
  held: string | null;
  stage: Stage;
  cancel_owed: number | null;
  sale: JSONColumnType<Sale, string, string>;
  key: string | null;
  /** Who booked it in this cloud; null: sold at the hub. */
  user_id: string | null;
  pin_tag: string | null;
  expires_at: ColumnType<Date | null, Date | null, Date | null>;
  disputed: Generated<boolean>;
  created_at: Instant;
}

/** The ledger of reservations. */
interface PostingTable {
  site_id: string;
  id: Generated<string>;
  booking: string;
  version: number;
  kind: Posting["kind"];
  amount: number;
  at: Instant;
  /** Set by billing: the charge that carried it into the ledger, and when. */
  charge_id: ColumnType<string | null, never, string | null>;
  billed_at: ColumnType<Date | null, never, Date>;
}

/** Cells that the hub was asked for (Rule 2). */
interface RequestTable {
  site_id: string;
  request_id: string;
  outcome: "granted" | "refused" | null;
  created_at: Instant;
}

/** Cells that the owner does not want sold by the cloud; no seat: all of them. */
interface BlockTable {
  site_id: string;
  block_id: string;
  seat: string | null;
  cells: string;
  /** Who has booked in it is offered something else. */
  reschedule: Generated<boolean>;
  created_at: Instant;
}

export interface ReservationTables {
  booking_settings: BookingSettingsTable;
  booking_books: BookTable;
  booking_seats: SeatTable;
  reservations: ReservationTable;
  booking_postings: PostingTable;
  booking_requests: RequestTable;
  booking_blocks: BlockTable;
}
