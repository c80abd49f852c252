import type { Kysely } from "kysely";
import { sql } from "kysely";

/**
 * Money: a double-entry ledger, the bills, and what has to be billed. The ledger and the bills belong to people and organisations, who have many sites, so they are
 * no site's tables; what is still to be billed is.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...ledger, ...bills, ...work]) await sql.raw(statement).execute(db);
}

/** A transaction says how many entries it has, so that nothing can be added to an old one, not even in pairs. Debits are positive. */
const ledger = [
  `create table ledger_transactions (
    id uuid primary key, key text not null unique, kind text not null, at timestamptz not null, site_id uuid, organization_id text, user_id text,
    entries smallint not null check (entries >= 2))`,
  `create table ledger_entries (
    transaction_id uuid not null references ledger_transactions (id), line smallint not null, account text not null, holder text not null, currency text not null,
    charge_id uuid, amount bigint not null check (amount <> 0), primary key (transaction_id, line))`,
  `create index ledger_entries_account on ledger_entries (account, holder, currency)`,
  `create index ledger_entries_charge on ledger_entries (charge_id) where charge_id is not null`,
  `create index ledger_transactions_organization on ledger_transactions (organization_id, at) where organization_id is not null`,
  `create function ledger_is_immutable() returns trigger language plpgsql as $$
  begin
    raise exception 'The ledger is never changed: a correction is a counter-entry.' using errcode = 'restrict_violation';
  end $$`,
  `create function ledger_balances() returns trigger language plpgsql as $$
  declare
    v_id uuid := case tg_table_name when 'ledger_entries' then (to_jsonb(new) ->> 'transaction_id')::uuid else (to_jsonb(new) ->> 'id')::uuid end;
    v_entries integer;
  begin
    select entries into strict v_entries from ledger_transactions where id = v_id;
    if (select count(*) from ledger_entries where transaction_id = v_id) <> v_entries then
      raise exception 'Ledger transaction % has not the entries that it says.', v_id using errcode = 'check_violation';
    end if;
    if exists (select from ledger_entries where transaction_id = v_id group by currency having sum(amount) <> 0) then
      raise exception 'Ledger transaction % does not balance.', v_id using errcode = 'check_violation';
    end if;
    return null;
  end $$`,
  `create constraint trigger ledger_transactions_balance after insert on ledger_transactions deferrable initially deferred
    for each row execute function ledger_balances()`,
  `create constraint trigger ledger_entries_balance after insert on ledger_entries deferrable initially deferred
    for each row execute function ledger_balances()`,
  ...["ledger_transactions", "ledger_entries"].map(immutable),
];

/** A bill is an invoice, or a credit note where its total is below zero; its number is the next of the organisation's year. */
const bills = [
  `create table invoice_counters (
    organization_id text not null, year smallint not null, last integer not null, primary key (organization_id, year))`,
  `create table charges (
    id uuid primary key, key text not null unique, kind text not null, at timestamptz not null, site_id uuid, organization_id text not null, user_id text,
    currency text not null, method text not null, lines json not null, net bigint not null, vat bigint not null, fee bigint not null,
    corrects uuid references charges (id), year smallint not null, number integer not null, document json not null,
    unique (organization_id, year, number))`,
  `create index charges_user on charges (user_id, at desc, id desc) where user_id is not null`,
  `create index charges_organization on charges (organization_id, at desc, id desc)`,
  `create index charges_corrects on charges (corrects) where corrects is not null`,
  immutable("charges"),
];

/** Sessions that ended, and how often what they cost may have changed since; written in the transaction that moves the hub's cursor. */
const work = [
  `create table session_bills (
    site_id uuid not null, session_id uuid not null, revision integer not null, billed_revision integer not null default 0, charge_id uuid,
    requested_at timestamptz not null, primary key (site_id, session_id), check (billed_revision <= revision))`,
  `create index session_bills_open on session_bills (requested_at) where billed_revision < revision`,
  // What ended before there were bills has been settled without one.
  `insert into session_bills (site_id, session_id, revision, billed_revision, requested_at)
    select site_id, id, 1, 1, ended_at from sessions where ended_at is not null`,
  // What reservations wrote of what is owed, until it is in the ledger.
  `alter table booking_postings add column charge_id uuid, add column billed_at timestamptz`,
  `create index booking_postings_open on booking_postings (at) where billed_at is null`,
];

function immutable(table: string): string {
  return `create trigger ${table}_immutable before update or delete or truncate on ${table} for each statement execute function ledger_is_immutable()`;
}
