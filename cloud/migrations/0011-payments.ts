import type { Kysely } from "kysely";
import { sql } from "kysely";

/** How people pay and owners are paid. None of it is a site's: a driver has one wallet for all sites, an owner one account. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table payment_profiles (
    user_id text primary key, method text not null, customer_id text unique, payment_method_id text, card text, updated_at timestamptz not null)`,
  // One try to move money: what the payment service calls an intent. `reference` is the id there, `payment_method_id` the saved card that it is ordered from.
  `create table payments (
    id uuid primary key, key text not null unique, purpose text not null, user_id text not null, charge_id uuid, currency text not null,
    amount bigint not null check (amount > 0), captured bigint not null default 0, status text not null, payment_method_id text, reference text unique, failure text,
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create index payments_user on payments (user_id, created_at desc, id desc)`,
  `create index payments_charge on payments (charge_id) where charge_id is not null`,
  `create index payments_open on payments (updated_at) where status in ('pending', 'held')`,
  // What the payment service has told us, each event once.
  `create table payment_events (id text primary key, type text not null, at timestamptz not null)`,
  `create table payout_accounts (
    organization_id text primary key, account_id text not null unique, ready boolean not null, updated_at timestamptz not null)`,
  `create table payouts (
    id uuid primary key, organization_id text not null, currency text not null, period text not null, amount bigint not null check (amount > 0), status text not null,
    reference text unique, failure text, refusals smallint not null default 0, statement json not null, created_at timestamptz not null, updated_at timestamptz not null,
    unique (organization_id, currency, period))`,
];
