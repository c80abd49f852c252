import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { WeeklyPattern } from "../../../shared/booking/weekly";

/** The tables of bookings that come round, as kysely sees them; `cloud/migrations/0012-waiting-recurring.ts` makes them. Dates are ISO texts at the site. */

export interface SeriesTable {
  site_id: string;
  series_id: string;
  user_id: string;
  class: string;
  pattern: JSONColumnType<WeeklyPattern, string, string>;
  /** The site's when the pattern was agreed. */
  time_zone: string;
  /** Last date that was sold or refused; null: none yet. */
  handled: ColumnType<string | null, undefined, string>;
  ended: Generated<boolean>;
  created_at: ColumnType<Date, Date, never>;
}

/** What became of one date of a series. */
interface SeriesDayTable {
  site_id: string;
  series_id: string;
  date: string;
  from_slot: number | null;
  to_slot: number | null;
  booking: string | null;
  /** Why it was not sold: an AppError's code, or `no_such_time`. */
  refusal: string | null;
}

export interface RecurringTables {
  booking_series: SeriesTable;
  booking_series_days: SeriesDayTable;
}
