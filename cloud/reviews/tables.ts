import type { ColumnType } from "kysely";

/** The tables of reviews as kysely sees them; `cloud/migrations/0008-reviews-maintenance.ts` makes them. */

type Instant = ColumnType<Date, Date, Date>;
type NullableInstant = ColumnType<Date | null, Date | null | undefined, Date | null>;

interface ReviewTable {
  site_id: string;
  review_id: string;
  session_id: string;
  /** null: its writer has left. */
  user_id: string | null;
  rating: number;
  text: string;
  created_at: Instant;
  answer: string | null;
  answered_at: NullableInstant;
  answered_by: string | null;
  hidden_at: NullableInstant;
  hidden_by: string | null;
  hidden_reason: string | null;
}

interface ReviewReportTable {
  site_id: string;
  review_id: string;
  user_id: string;
  reason: string;
  created_at: Instant;
  resolved_at: NullableInstant;
}

export interface ReviewTables {
  reviews: ReviewTable;
  review_reports: ReviewReportTable;
}
