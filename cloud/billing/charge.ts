import { randomUUID } from "node:crypto";
import type { Transaction } from "kysely";
import { sql } from "kysely";
import { z } from "zod";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";
import { send } from "../jobs/send";
import { releaseWalletHold } from "./wallet-hold";
import type { ChargeKind, Document, InvoiceLine, Method, Subject } from "./charge-types";
import { invoiceNumber } from "./charge-types";
import type { Entry } from "./ledger";
import { PLATFORM, balanceOf, lockWallet, outstandingOf, post } from "./ledger";

export interface Charge {
  /** The same key bills once. */
  key: string;
  kind: ChargeKind;
  /** Where it was sold; null: by the organisation itself, such as a membership. */
  siteId: string | null;
  /** The owner, who sells. */
  organizationId: string;
  /** The driver; null: someone who did not sign in, who has paid on site. */
  userId: string | null;
  /** ISO 4217. */
  currency: string;
  /** A total below zero makes it a credit note. */
  lines: InvoiceLine[];
  method: Method;
  subject?: Subject;
  /** The bill that this one takes back, or a part of it. */
  corrects?: string;
  /** Keys of what was set aside for it in the wallet: given back first, so that the bill can take it. */
  holds?: string[];
}

/** Sent with each bill that somebody owes: payments makes a job of it, which takes the money. */
export const dueByCard = { name: "payments.collect", data: z.object({ chargeId: z.uuid() }) };

export interface BillingTerms {
  /** Epoch ms. */
  now: number;
  /** The platform's part of each bill, VAT included, in 1/100 percent (PLATFORM_FEE_PERCENT). */
  feeBasisPoints: number;
}

export interface Charged {
  chargeId: string;
  /** As printed on the invoice. */
  number: string;
  /** Minor units, VAT included. */
  gross: number;
  /** Billed earlier by the same key: nothing was done. */
  repeated: boolean;
}

/**
 * Bills once by its key, in the caller's transaction: the next number of the organisation's year, the invoice as data, and the ledger's entries. A bill above zero is
 * owed by the driver, as far as there is no money in the `wallet` that pays it; who did not sign in has paid the owner on site. One below zero first takes
 * back what is still owed for the bill that it corrects; the rest goes to the driver's wallet, or comes back from the owner as far as it was paid on site.
 * What is to come from a card is collected by a job. The organisation's row is locked until the caller commits, so that numbers have no gaps. Throws AppError `key_reused` (409) where the key is another organisation's.
 */
export async function charge(tx: Transaction<Database>, bill: Charge, terms: BillingTerms): Promise<Charged> {
  const earlier = await byKey(tx, bill);
  if (earlier) return earlier;
  const document = await documentOf(tx, bill);
  const year = yearIn(document.timeZone, terms.now);
  const counter = { organization_id: bill.organizationId, year };
  await tx
    .insertInto("invoice_counters")
    .values({ ...counter, last: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { last } = await tx
    .selectFrom("invoice_counters")
    .select("last")
    .where("organization_id", "=", bill.organizationId)
    .where("year", "=", year)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // Whoever had the lock before may have billed the same.
  const meanwhile = await byKey(tx, bill);
  if (meanwhile) return meanwhile;

  const chargeId = randomUUID();
  const number = last + 1;
  const net = sum(bill.lines.map((line) => line.net));
  const vat = sum(bill.lines.map((line) => line.vat));
  const fee = await feeFor(tx, bill.corrects, net + vat, terms.feeBasisPoints);
  const method = bill.userId === null ? "on_site" : bill.method;
  await tx
    .updateTable("invoice_counters")
    .set({ last: number })
    .where("organization_id", "=", bill.organizationId)
    .where("year", "=", year)
    .execute();
  await tx
    .insertInto("charges")
    .values({
      id: chargeId,
      key: bill.key,
      kind: bill.kind,
      at: new Date(terms.now),
      site_id: bill.siteId,
      organization_id: bill.organizationId,
      user_id: bill.userId,
      currency: bill.currency,
      method,
      lines: JSON.stringify(bill.lines),
      net,
      vat,
      fee,
      corrects: bill.corrects ?? null,
      year,
      number,
      document: JSON.stringify(document),
    })
    .execute();
  const earned: Entry[] = [
    { account: "payable", holder: bill.organizationId, amount: fee - net },
    { account: "vat", holder: bill.organizationId, amount: -vat },
    { account: "fee", holder: PLATFORM, amount: -fee },
  ];
  const paid = await payersOf(tx, { ...bill, method }, chargeId, net + vat, terms.now);
  const { key, kind, siteId, organizationId, userId, currency } = bill;
  const posting = { key: `charge:${key}`, kind, at: terms.now, currency, siteId, organizationId, userId };
  await post(tx, posting, [...paid, ...earned]);
  if (userId !== null) await send(tx, dueByCard, { chargeId });
  return { chargeId, number: invoiceNumber({ year, number }), gross: net + vat, repeated: false };
}

/** The platform's part of an amount, half a minor unit away from zero, so that a credit note gives back what its invoice took. */
export function feeOf(gross: number, basisPoints: number): number {
  const fee = (BigInt(Math.abs(gross)) * BigInt(basisPoints) * 2n + 10_000n) / 20_000n;
  return gross < 0 ? -Number(fee) : Number(fee);
}

/** What is taken back gives back the fee's share of what it corrects, whatever the fee is today: with what was given back before, so that parts give back neither more nor less than the whole. */
async function feeFor(
  tx: Transaction<Database>,
  corrects: string | undefined,
  gross: number,
  basisPoints: number,
): Promise<number> {
  const original =
    corrects &&
    (await tx.selectFrom("charges").select(["fee", "net", "vat"]).where("id", "=", corrects).executeTakeFirst());
  if (!original || original.net + original.vat === 0) return feeOf(gross, basisPoints);
  const before = await tx
    .selectFrom("charges")
    .select([
      sql<number>`coalesce(sum(net + vat), 0)::bigint`.as("gross"),
      sql<number>`coalesce(sum(fee), 0)::bigint`.as("fee"),
    ])
    .where("corrects", "=", corrects)
    .executeTakeFirstOrThrow();
  const share = (original.fee * (before.gross + gross)) / (original.net + original.vat);
  return Math.round(share) - before.fee || 0;
}

async function byKey(tx: Transaction<Database>, bill: Charge): Promise<Charged | undefined> {
  const row = await tx
    .selectFrom("charges")
    .select(["id", "organization_id", "year", "number", "net", "vat"])
    .where("key", "=", bill.key)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.organization_id !== bill.organizationId) {
    throw new AppError("key_reused", "This key has billed something else.", { status: 409 });
  }
  return { chargeId: row.id, number: invoiceNumber(row), gross: row.net + row.vat, repeated: true };
}

/** Who pays the gross amount, or gets it back. */
async function payersOf(
  tx: Transaction<Database>,
  { method, organizationId, userId, currency, corrects, holds = [] }: Charge,
  chargeId: string,
  gross: number,
  now: number,
): Promise<Entry[]> {
  const cash: Entry = { account: "site_cash", holder: organizationId, amount: gross };
  if (userId === null) return [cash];
  await lockWallet(tx, userId);
  for (const key of holds) await releaseWalletHold(tx, key, now);
  if (gross > 0 && method === "wallet") {
    const there = -(await balanceOf(tx, "wallet", userId, currency));
    const used = Math.max(0, Math.min(gross, there));
    return [
      { account: "wallet", holder: userId, amount: used, chargeId },
      { account: "receivable", holder: userId, amount: gross - used, chargeId },
    ];
  }
  if (gross >= 0) return [{ account: "receivable", holder: userId, amount: gross, chargeId }];
  const owed = corrects ? Math.max(0, await outstandingOf(tx, corrects)) : 0;
  const forgiven = Math.min(-gross, owed);
  const rest = -gross - forgiven;
  const about = corrects ? { chargeId: corrects } : {};
  // The owner gives back what was paid to the owner; what came from a card or the wallet goes to the wallet.
  const inCash = method !== "on_site" ? 0 : corrects ? Math.min(rest, await cashOf(tx, corrects)) : rest;
  return [
    { account: "receivable", holder: userId, amount: -forgiven, ...about },
    { ...cash, amount: -inCash, ...about },
    { account: "wallet", holder: userId, amount: inCash - rest, chargeId },
  ];
}

/** What the owner has received for a bill and not given back, in minor units. */
async function cashOf(tx: Transaction<Database>, chargeId: string): Promise<number> {
  const { sum: there } = await tx
    .selectFrom("ledger_entries")
    .select(sql<number>`coalesce(sum(amount), 0)::bigint`.as("sum"))
    .where("account", "=", "site_cash")
    .where("charge_id", "=", chargeId)
    .executeTakeFirstOrThrow();
  return Math.max(0, there);
}

async function documentOf(tx: Transaction<Database>, bill: Charge): Promise<Document> {
  const { siteId, organizationId, userId, subject = null, corrects } = bill;
  const site =
    siteId === null
      ? undefined
      : await tx
          .selectFrom("sites")
          .select(["name", "time_zone", "seller"])
          .where("site_id", "=", siteId)
          .executeTakeFirst();
  const { rows: organizations } = await sql<{ name: string }>`
    select name from auth.organization where id = ${organizationId}`.execute(tx);
  const { rows: buyers } = await sql<{ name: string; email: string }>`
    select name, email from auth."user" where id = ${userId}`.execute(tx);
  const corrected =
    corrects &&
    (await tx.selectFrom("charges").select(["year", "number"]).where("id", "=", corrects).executeTakeFirst());
  const named = site?.seller.name ? site.seller : undefined;
  return {
    seller: named ?? { name: organizations[0]?.name ?? "", address: "", vatNumber: "" },
    buyer: buyers[0] ?? null,
    siteName: site?.name ?? null,
    timeZone: site?.time_zone ?? "UTC",
    subject,
    corrects: corrected ? invoiceNumber(corrected) : null,
  };
}

function yearIn(timeZone: string, now: number): number {
  return Number(new Intl.DateTimeFormat("en", { timeZone, year: "numeric", calendar: "gregory" }).format(now));
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
