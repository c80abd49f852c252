import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Accounts (better-auth's tables, as its own generator writes them), sites, hubs, their events and what is folded from them. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...accounts, ...tenants, ...shared]) await sql.raw(statement).execute(db);
}

/** In a schema of their own, with better-auth's spelling. A test asks better-auth whether anything is missing. */
const accounts = [
  `create schema auth`,
  `create table auth."user" (
    "id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" boolean not null, "image" text,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz default current_timestamp not null)`,
  `create table auth."session" (
    "id" text not null primary key, "expiresAt" timestamptz not null, "token" text not null unique,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz not null, "ipAddress" text, "userAgent" text,
    "userId" text not null references auth."user" ("id") on delete cascade, "activeOrganizationId" text)`,
  `create table auth."account" (
    "id" text not null primary key, "accountId" text not null, "providerId" text not null,
    "userId" text not null references auth."user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text,
    "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text, "password" text,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz not null)`,
  `create table auth."verification" (
    "id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" timestamptz not null,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz default current_timestamp not null)`,
  `create table auth."organization" (
    "id" text not null primary key, "name" text not null, "slug" text not null unique, "logo" text, "createdAt" timestamptz not null, "metadata" text)`,
  `create table auth."member" (
    "id" text not null primary key, "organizationId" text not null references auth."organization" ("id") on delete cascade,
    "userId" text not null references auth."user" ("id") on delete cascade, "role" text not null, "createdAt" timestamptz not null)`,
  `create table auth."invitation" (
    "id" text not null primary key, "organizationId" text not null references auth."organization" ("id") on delete cascade, "email" text not null,
    "role" text, "status" text not null, "expiresAt" timestamptz not null, "createdAt" timestamptz default current_timestamp not null,
    "inviterId" text not null references auth."user" ("id") on delete cascade)`,
  `create table auth."jwks" (
    "id" text not null primary key, "publicKey" text not null, "privateKey" text not null, "createdAt" timestamptz not null, "expiresAt" timestamptz)`,
  `create index "session_userId_idx" on auth."session" ("userId")`,
  `create index "account_userId_idx" on auth."account" ("userId")`,
  `create index "verification_identifier_idx" on auth."verification" ("identifier")`,
  `create index "member_organizationId_idx" on auth."member" ("organizationId")`,
  `create index "member_userId_idx" on auth."member" ("userId")`,
  `create index "invitation_organizationId_idx" on auth."invitation" ("organizationId")`,
  `create index "invitation_email_idx" on auth."invitation" ("email")`,
];

/** `json`, not `jsonb`, where text of a charger may be inside: a NUL escape is legal JSON that jsonb cannot hold, and would block a hub for good. */
const tenants = [
  `create table sites (
    site_id uuid primary key, organization_id text not null, name text not null, time_zone text not null, currency text not null,
    start_policy text not null, default_tariff_id text, seller json not null, created_at timestamptz not null)`,
  `create index sites_organization on sites (organization_id)`,
  `create table tariffs (
    site_id uuid not null, tariff_id text not null, tariff json not null, updated_at timestamptz not null, primary key (site_id, tariff_id))`,
  `create table hubs (
    site_id uuid not null, hub_id uuid not null, name text not null, version text not null, paired_at timestamptz not null,
    replaced_at timestamptz, last_seen_at timestamptz, epoch integer not null, acked_seq bigint, chain_hash text,
    feed_position bigint not null default 0, feed_ack bigint not null default 0, primary key (site_id, hub_id),
    check ((acked_seq is null) = (chain_hash is null)), check (feed_ack <= feed_position))`,
  `create unique index hubs_one_current on hubs (site_id) where replaced_at is null`,
  `create table events (
    site_id uuid not null, id uuid not null, hub_id uuid not null, epoch integer not null, seq bigint not null, at timestamptz not null,
    type text not null, cp_id text, connector_id smallint, session_id uuid, data json not null, primary key (site_id, id))`,
  `create index events_session on events (site_id, session_id, at) where session_id is not null`,
  `create index events_status on events (site_id, cp_id, connector_id, at, id) where type = 'connector.status'`,
  `create table charge_points (
    site_id uuid not null, cp_id text not null, name text, connectors smallint, tariff_id text, vendor text, model text, serial_number text,
    firmware_version text, online boolean not null, online_changed_at timestamptz, primary key (site_id, cp_id))`,
  `create table connectors (
    site_id uuid not null, cp_id text not null, connector_id smallint not null, status text not null, error_code text not null,
    at timestamptz not null, primary key (site_id, cp_id, connector_id))`,
  `create table sessions (
    site_id uuid not null, id uuid not null, hub_id uuid not null, cp_id text not null, connector_id smallint not null,
    started_at timestamptz not null, ended_at timestamptz, session json not null, priced_amount bigint, primary key (site_id, id))`,
  `create index sessions_newest on sessions (site_id, started_at desc, id desc)`,
  `create index sessions_open on sessions (site_id, cp_id, connector_id) where ended_at is null`,
  `create table feed (
    site_id uuid not null, hub_id uuid not null, position bigint not null, type text not null, data json not null,
    created_at timestamptz not null, primary key (site_id, hub_id, position))`,
  `create table commands (
    site_id uuid not null, id uuid not null, hub_id uuid not null, command json not null, created_by text not null, created_at timestamptz not null,
    expires_at timestamptz not null, outcome text, detail text, finished_at timestamptz, primary key (site_id, id))`,
];

const shared = [
  `create table hub_keys (
    hub_id uuid primary key, site_id uuid not null, public_key json not null, audience text not null, revoked_at timestamptz)`,
  `create table pairing_codes (code_hash text primary key, site_id uuid not null, expires_at timestamptz not null)`,
  `create index pairing_codes_site on pairing_codes (site_id)`,
  `create table rate_limits (key text primary key, hits integer not null, resets_at timestamptz not null)`,
  `create table settings (name text primary key, value text not null)`,
];
