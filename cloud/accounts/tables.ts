import type { ColumnType, Generated, JSONColumnType } from "kysely";

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** A person beside their sign-in; without a row one has the defaults. */
export interface PersonTable {
  user_id: string;
  /** Of the platform, not of an organisation. */
  is_admin: Generated<boolean>;
  language: Generated<"en" | "de">;
  time_zone: Generated<string>;
  /** E.164. */
  phone: string | null;
  phone_verified_at: NullableInstant;
  premium_until: NullableInstant;
  deleted_at: NullableInstant;
}

/** Who changed what; the database refuses to change or remove a row. */
export interface AuditTable {
  id: Generated<number>;
  at: Instant;
  actor_id: string | null;
  action: string;
  subject: string;
  site_id: string | null;
  data: JSONColumnType<Record<string, unknown>, string, never>;
}

export interface AccountTables {
  people: PersonTable;
  audit_log: AuditTable;
}
