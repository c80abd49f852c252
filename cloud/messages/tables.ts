import type { ColumnType, Generated } from "kysely";

type Instant = ColumnType<Date, Date | string, Date | string>;

/** Who somebody is in a thread: the driver it is with, one of the site's owners, or an admin of the platform whom a report called. */
export type Side = "driver" | "owner" | "admin";

/** What a driver and a site's owners write to each other, about a booking or (null) the site. */
export interface ThreadTable {
  site_id: string;
  thread_id: string;
  /** The driver. */
  user_id: string;
  booking: string | null;
  created_at: Instant;
  last_at: Instant;
  /** Number of its last message; the first is 1. */
  last_seq: Generated<number>;
  /** All three null: no report waits for an admin. */
  reported_at: ColumnType<Date | null, never, Date | null>;
  reported_by: ColumnType<"driver" | "owner" | null, never, "driver" | "owner" | null>;
  report_reason: ColumnType<string | null, never, string | null>;
}

interface MessageTable {
  site_id: string;
  thread_id: string;
  seq: number;
  /** null: its writer has left. */
  author_id: string | null;
  side: Side;
  text: string;
  at: Instant;
}

/** The last message that a person has read. */
interface MessageReadTable {
  site_id: string;
  thread_id: string;
  user_id: string;
  seq: number;
}

export interface MessageTables {
  message_threads: ThreadTable;
  messages: MessageTable;
  message_reads: MessageReadTable;
}
