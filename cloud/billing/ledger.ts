import { randomUUID } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import type { Database } from "../db/schema";

/**
 * The double-entry ledger. Amounts are integer minor units, debits positive; each transaction adds up to zero in each currency, which PostgreSQL checks at the
 * commit, and nothing is ever changed (0010-billing.ts).
 */

/**
 * `receivable` (user): what a driver owes. `wallet` (user): what we keep for a driver, a credit. `hold` (user): set aside for a bill to come. `authorized` (user): what a card
 * has promised for holds. `payable` (organisation): what an owner earned, net of VAT and fee. `vat` (organisation): the VAT in the owner's bills, the owner's
 * to pay. `site_cash` (organisation): what the owner was paid on site or directly. `fee` (platform): our part. `stripe` (platform): at the payment service.
 * `payout` (organisation, user): on its way to the owner, or by hand out of a driver's wallet. `bank` (platform): paid out by hand. `disputed`
 * (platform): at a card's bank until it has decided whose it is.
 */
export type Account =
  | "receivable"
  | "wallet"
  | "hold"
  | "authorized"
  | "payable"
  | "vat"
  | "site_cash"
  | "fee"
  | "stripe"
  | "payout"
  | "bank"
  | "disputed";

/** Holder of the accounts of which there is one. */
export const PLATFORM = "";

export interface Entry {
  account: Account;
  /** User or organisation; `PLATFORM` for the platform's own. */
  holder: string;
  /** Minor units; a debit is positive. Entries of 0 are left out. */
  amount: number;
  /** The bill that it is about: what is owed for one is the sum of its receivable entries. */
  chargeId?: string;
}

interface Posting {
  /** The same key posts once. */
  key: string;
  kind: string;
  /** Epoch ms. */
  at: number;
  /** ISO 4217. */
  currency: string;
  siteId?: string | null;
  organizationId?: string | null;
  userId?: string | null;
}

/** One change at a time of what a driver has and owes, until the transaction ends. Taken after the organisation's counter, where both are. */
export async function lockWallet(tx: Transaction<Database>, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`wallet ${userId}`}, 0))`.execute(tx);
}

/** Posts entries once by their key. Gives whether they were new. Entries that do not balance fail at the commit; none at all post nothing. */
export async function post(tx: Transaction<Database>, posting: Posting, entries: readonly Entry[]): Promise<boolean> {
  const { key, kind, at, currency, siteId = null, organizationId = null, userId = null } = posting;
  const lines = entries.filter(({ amount }) => amount !== 0);
  if (lines.length === 0) return false;
  const inserted = await tx
    .insertInto("ledger_transactions")
    .values({
      id: randomUUID(),
      key,
      kind,
      at: new Date(at),
      site_id: siteId,
      organization_id: organizationId,
      user_id: userId,
      entries: lines.length,
    })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!inserted) return false;
  await tx
    .insertInto("ledger_entries")
    .values(
      lines.map(({ account, holder, amount, chargeId = null }, line) => {
        return { transaction_id: inserted.id, line, account, holder, currency, charge_id: chargeId, amount };
      }),
    )
    .execute();
  return true;
}

/** Balance of an account in minor units; a credit balance is negative. */
export async function balanceOf(
  db: Kysely<Database>,
  account: Account,
  holder: string,
  currency: string,
): Promise<number> {
  const row = await db
    .selectFrom("ledger_entries")
    .select(({ fn }) => fn.sum<string | null>("amount").as("sum"))
    .where("account", "=", account)
    .where("holder", "=", holder)
    .where("currency", "=", currency)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** What is still owed for a bill: its receivable entries. */
export async function outstandingOf(db: Kysely<Database>, chargeId: string): Promise<number> {
  const row = await db
    .selectFrom("ledger_entries")
    .select(({ fn }) => fn.sum<string | null>("amount").as("sum"))
    .where("account", "=", "receivable")
    .where("charge_id", "=", chargeId)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}
