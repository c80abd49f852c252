import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { Kind } from "./kinds";

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** One entry of somebody's inbox. */
export interface NotificationTable {
  id: Generated<string>;
  user_id: string;
  kind: Kind;
  /** What it is about, where the same thing must not be told twice. */
  key: string | null;
  site_id: string | null;
  data: JSONColumnType<Record<string, unknown>, string, never>;
  created_at: Instant;
  read_at: NullableInstant;
}

export interface NotificationTables {
  notifications: NotificationTable;
}
