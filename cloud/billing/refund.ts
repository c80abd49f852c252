import type { Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import type { BillingTerms, Charged } from "./charge";
import { charge } from "./charge";
import { backLines } from "./bill-lines";
import type { InvoiceLine } from "./charge-types";
import { lockWallet, outstandingOf, post } from "./ledger";

/** A bill, of an organisation where one is named, locked against others who give back or pay in the meantime. */
async function lockBill(tx: Transaction<Database>, chargeId: string, organizationId?: string) {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`bill ${chargeId}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom("charges")
    .selectAll()
    .where("id", "=", chargeId)
    .$if(organizationId !== undefined, (query) => query.where("organization_id", "=", organizationId as string))
    .executeTakeFirst();
  if (!row) throw notFound("bill");
  return row;
}

/** What no credit note has given back of a bill yet, other than the one of a key. */
async function restOf(
  tx: Transaction<Database>,
  { id, net, vat }: { id: string; net: number; vat: number },
  but = "",
): Promise<number> {
  const { given } = await tx
    .selectFrom("charges")
    .select(sql<number>`coalesce(-sum(net + vat), 0)::bigint`.as("given"))
    .where("corrects", "=", id)
    .where("key", "<>", but)
    .executeTakeFirstOrThrow();
  return net + vat - given;
}

/** What is left of a bill to give back, in minor units, and the lines that give so much of it back; it stays so until the transaction ends. */
export async function leftOf(
  tx: Transaction<Database>,
  chargeId: string,
): Promise<{ left: number; back: (amount: number, text: string) => Promise<InvoiceLine[]> }> {
  const row = await lockBill(tx, chargeId);
  return { left: await restOf(tx, row), back: (amount, text) => linesBack(tx, row, amount, text) };
}

async function linesBack(
  tx: Transaction<Database>,
  { id, lines }: { id: string; lines: InvoiceLine[] },
  amount: number,
  text: string,
  but = "",
): Promise<InvoiceLine[]> {
  const notes = await tx
    .selectFrom("charges")
    .select("lines")
    .where("corrects", "=", id)
    .where("key", "<>", but)
    .execute();
  const before = notes.flatMap((note) => note.lines);
  return backLines(lines, before, amount, text);
}

/**
 * Gives a bill, or a part of it, back by a credit note with each VAT rate's share. What is still owed goes first; the rest goes to the driver's wallet, or is given back on site.
 * `key`: the same gives back once. Throws AppError `not_found`, or with 409 `too_much` where no such sum is left to give back.
 */
export async function refundBill(
  tx: Transaction<Database>,
  refund: { organizationId: string; chargeId: string; amount: number; reason: string; key: string },
  terms: BillingTerms,
): Promise<Charged> {
  const { organizationId, chargeId, amount, reason } = refund;
  const row = await lockBill(tx, chargeId, organizationId);
  const key = `refund:${chargeId}:${refund.key}`;
  if (amount > (await restOf(tx, row, key))) {
    throw new AppError("too_much", "That is more than what is left of this bill.", { status: 409 });
  }
  const lines = await linesBack(tx, row, amount, reason, key);
  const { site_id: siteId, user_id: userId, currency, method, document } = row;
  const subject = document.subject ?? undefined;
  return charge(
    tx,
    { key, kind: "refund", siteId, organizationId, userId, currency, lines, method, subject, corrects: chargeId },
    terms,
  );
}

/**
 * Notes that a driver has paid the owner directly, on site or by a transfer. `key`: the same is noted once. Throws AppError `not_found`, or with 409 `too_much` where less is
 * owed.
 */
export async function notePaid(
  tx: Transaction<Database>,
  payment: { organizationId: string; chargeId: string; amount: number; key: string; now: number },
): Promise<{ outstanding: number }> {
  const { organizationId, chargeId, amount, now } = payment;
  const { site_id: siteId, user_id: userId, currency } = await lockBill(tx, chargeId, organizationId);
  if (userId === null) throw new AppError("too_much", "Nothing is owed for this bill.", { status: 409 });
  await lockWallet(tx, userId);
  const key = `paid:${chargeId}:${payment.key}`;
  const known = await tx.selectFrom("ledger_transactions").select("id").where("key", "=", key).executeTakeFirst();
  const owed = await outstandingOf(tx, chargeId);
  if (known) return { outstanding: owed };
  if (amount > owed) throw new AppError("too_much", "That is more than what is owed for this bill.", { status: 409 });
  await post(tx, { key, kind: "paid_on_site", at: now, currency, siteId, organizationId, userId }, [
    { account: "site_cash", holder: organizationId, amount, chargeId },
    { account: "receivable", holder: userId, amount: -amount, chargeId },
  ]);
  return { outstanding: owed - amount };
}
