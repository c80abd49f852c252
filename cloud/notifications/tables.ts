import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { Channel, Kind } from "./kinds";

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** One entry of somebody's inbox. */
interface NotificationTable {
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

interface DeliveryTable {
  notification_id: string;
  channel: Channel;
  /** Id of a push subscription; empty for e-mail and SMS. */
  target: string;
  /** `sending` is also what a process that was killed leaves behind. */
  state: "waiting" | "sending" | "sent" | "dead";
  tried_at: NullableInstant;
}

interface NotificationSettingsTable {
  user_id: string;
  /** What differs from a kind's own channels. */
  channels: JSONColumnType<Partial<Record<Kind, Channel[]>>, string, string>;
  updated_at: Instant;
}

interface PushSubscriptionTable {
  id: string;
  user_id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
  /** Sign-in with which it goes; null: noted before that was. */
  session_id: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: Instant;
}

interface DeadAddressTable {
  channel: Channel;
  address: string;
  since: Instant;
}

export interface NotificationTables {
  notifications: NotificationTable;
  notification_deliveries: DeliveryTable;
  notification_settings: NotificationSettingsTable;
  push_subscriptions: PushSubscriptionTable;
  dead_addresses: DeadAddressTable;
}
