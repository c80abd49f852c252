import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { Agreement } from "../../shared/tariff";

/** The tables of drivers' sessions and cards as kysely sees them; `cloud/migrations/0009-tariffs.ts` makes them. */

type Instant = ColumnType<Date, Date | string, Date | string>;

/** Whose session it was. A session without a row is of somebody who is not known: a guest at the hub's page, or an owner's own card. */
export interface SessionDriverTable {
  site_id: string;
  session_id: string;
  user_id: string;
  /** How he is known: by his reservation, his remote start, or his card. */
  via: "reservation" | "command" | "idTag";
  started_at: Instant;
  /** The booking that it used. */
  booking: ColumnType<string | null, string | null | undefined, string | null>;
  /** What he had agreed when it was booked or, without a booking, begun. `includedWh` of a membership's energy is the whole month's. */
  agreements: JSONColumnType<Agreement[], string, string>;
  /** Wh of the membership's month that this session has used up, as last billed. */
  included_wh: Generated<number>;
}

/** A driver's card at one site. */
export interface IdTagTable {
  site_id: string;
  /** As OCPP compares it (shared/ocpp.ts `normaliseIdTag`). */
  id_tag: string;
  user_id: string;
  label: string;
  status: "requested" | "approved" | "refused";
  requested_at: Instant;
  decided_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  decided_by: ColumnType<string | null, string | null | undefined, string | null>;
}

/** Whose an approved card was, and until when: hubs tell of sessions days later. */
interface PastIdTagTable {
  site_id: string;
  id_tag: string;
  user_id: string;
  approved_at: Instant;
  ended_at: Instant;
}

export interface SessionTables {
  session_drivers: SessionDriverTable;
  id_tags: IdTagTable;
  past_id_tags: PastIdTagTable;
}
