import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { ConnectorStatus } from "../../shared/ocpp";
import type { Session } from "../../shared/session";
import type { Site } from "../../shared/site";
import type { FeedMessage } from "../../shared/sync";
import type { Tariff } from "../../shared/tariff";
import type { AccountTables } from "../accounts/tables";
import type { NotificationTables } from "../notifications/tables";
import type { BillingTables } from "../billing/tables";
import type { PaymentTables } from "../payments/tables";
import type { MembershipTables } from "../memberships/tables";
import type { PromotionTables } from "../promotions/tables";
import type { RecurringTables } from "../reservations/recurring/tables";
import type { RescheduleTables } from "../reservations/reschedule/tables";
import type { ReservationTables } from "../reservations/tables";
import type { WaitingTables } from "../reservations/waiting/tables";
import type { SessionTables } from "../sessions/tables";
import type { TariffTables } from "../tariffs/tables";
import type { MaintenanceTables } from "../maintenance/tables";
import type { MessageTables } from "../messages/tables";
import type { ReviewTables } from "../reviews/tables";
import type { SiteTables } from "../sites/tables";

/**
 * The tables as kysely sees them; `cloud/migrations` makes them. Each table of a tenant leads with `site_id` in every key, so that Citus can spread it
 * by site. The tables without belong to no site: accounts (schema `auth`), people and their inboxes, the audit log, hub keys, pairing codes, rate limits.
 */

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null, Date | string | null>;
type Json<T extends object> = JSONColumnType<T, string, string>;

/** A place with one hub; the organisation's members see it. */
export interface SiteTable {
  site_id: string;
  organization_id: string;
  name: string;
  time_zone: string;
  currency: string;
  start_policy: Site["startPolicy"];
  default_tariff_id: string | null;
  seller: Json<Site["seller"]>;
  created_at: Instant;
}

interface TariffTable {
  site_id: string;
  tariff_id: string;
  tariff: Json<Tariff>;
  updated_at: Instant;
  /** Which of its versions this is. */
  version: Generated<number>;
  /** When the next one takes its place; null: none is known. */
  next_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** A hub that was ever paired with the site; the current one has no `replaced_at`. */
interface HubTable {
  site_id: string;
  hub_id: string;
  name: string;
  version: string;
  paired_at: Instant;
  replaced_at: NullableInstant;
  last_seen_at: NullableInstant;
  /** The cursor: null until the first batch of an epoch says where it starts. */
  epoch: number;
  acked_seq: number | null;
  chain_hash: string | null;
  /** The last position given out in the feed, and the last that the hub has applied. */
  feed_position: Generated<number>;
  feed_ack: Generated<number>;
  /** What it has said to check passes with (cloud/reservations/pass-secrets.ts); null: nothing. */
  pass_secrets: ColumnType<string | null, string | null | undefined, string | null>;
  /** Newest event of its journal, as it last said; null: it has not. */
  head_seq: ColumnType<number | null, never, number | null>;
  /** Its own clock minus ours when it last said so, ms. */
  clock_skew_ms: ColumnType<number | null, never, number | null>;
  /** When the owners were told that a second machine speaks as it; null: it is not so, or they were told that it is over. */
  cloned_told_at: ColumnType<Date | null, never, Date | null>;
}

interface PublicKey {
  kty: "OKP";
  crv: "Ed25519";
  x: string;
}

/** Public keys of hubs, by which a request is known before its site is. */
interface HubKeyTable {
  hub_id: string;
  site_id: string;
  public_key: Json<PublicKey>;
  /** Takes the place of `public_key` once the hub has confirmed it; until then both hold. */
  next_key: ColumnType<PublicKey | null, string | null | undefined, string | null>;
  /** When the hub signed for it. */
  next_said_at: NullableInstant;
  /** Audience that was handed out at pairing. */
  audience: string;
  revoked_at: NullableInstant;
}

/** One-time codes, hashed. */
interface PairingCodeTable {
  code_hash: string;
  site_id: string;
  expires_at: Instant;
}

/** Every event of every hub, once: the books, the history of statuses and the meter samples. */
interface EventTable {
  site_id: string;
  id: string;
  hub_id: string;
  epoch: number;
  seq: number;
  at: Instant;
  type: string;
  cp_id: string | null;
  connector_id: number | null;
  session_id: string | null;
  data: Json<Record<string, unknown>>;
}

interface ChargePointTable {
  site_id: string;
  cp_id: string;
  name: string | null;
  /** How many it was registered with; null: not known. */
  connectors: number | null;
  tariff_id: string | null;
  vendor: string | null;
  model: string | null;
  serial_number: string | null;
  firmware_version: string | null;
  online: boolean;
  online_changed_at: NullableInstant;
}

interface ConnectorTable {
  site_id: string;
  cp_id: string;
  connector_id: number;
  status: ConnectorStatus;
  error_code: string;
  at: Instant;
}

interface SessionTable {
  site_id: string;
  id: string;
  hub_id: string;
  cp_id: string;
  connector_id: number;
  started_at: Instant;
  ended_at: NullableInstant;
  /** The session as the shared fold builds it, to the letter. */
  session: Json<Session>;
  /** What the cloud's own pricing of the periods came to, in minor units; null: not over, or the tariff is not known. */
  priced_amount: number | null;
}

/** What goes down to a hub, by positions without holes. */
interface FeedTable {
  site_id: string;
  hub_id: string;
  position: number;
  type: FeedMessage["type"];
  data: Json<FeedMessage["data"]>;
  /** Of the book, for its messages. */
  epoch: number | null;
  created_at: Instant;
}

export interface CommandTable {
  site_id: string;
  id: string;
  hub_id: string;
  command: Json<Extract<FeedMessage, { type: "command" }>["data"]["command"]>;
  created_by: string;
  /** Whom a start is for; null: nobody who is known. */
  driver_id: ColumnType<string | null, string | null | undefined, never>;
  created_at: Instant;
  expires_at: Instant;
  outcome: "accepted" | "rejected" | "failed" | "expired" | null;
  detail: string | null;
  finished_at: NullableInstant;
}

interface RateLimitTable {
  key: string;
  hits: number;
  resets_at: Instant;
}

interface SettingTable {
  name: string;
  value: string;
}

/** The part of better-auth's tables that our own queries read (ADR 0004). */
interface OrganizationTable {
  id: string;
  name: string;
  slug: string;
  createdAt: Instant;
}
interface MemberTable {
  id: string;
  organizationId: string;
  userId: string;
  role: string;
  createdAt: Instant;
}

export interface Database
  extends
    ReservationTables,
    WaitingTables,
    RecurringTables,
    RescheduleTables,
    AccountTables,
    NotificationTables,
    BillingTables,
    PaymentTables,
    SiteTables,
    ReviewTables,
    MaintenanceTables,
    MessageTables,
    TariffTables,
    SessionTables,
    MembershipTables,
    PromotionTables {
  sites: SiteTable;
  tariffs: TariffTable;
  hubs: HubTable;
  hub_keys: HubKeyTable;
  pairing_codes: PairingCodeTable;
  events: EventTable;
  charge_points: ChargePointTable;
  connectors: ConnectorTable;
  sessions: SessionTable;
  feed: FeedTable;
  commands: CommandTable;
  rate_limits: RateLimitTable;
  settings: SettingTable;
  "auth.organization": OrganizationTable;
  "auth.member": MemberTable;
}
