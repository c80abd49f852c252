import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { lockWallet, outstandingOf } from "../billing/ledger";
import type { Bill } from "../billing/queries";
import type { Database } from "../db/schema";
import type { Needs, PageNeeds, Payment } from "./payments";
import { applyOutcome, notePayment, openPage } from "./payments";
import { customerOf } from "./profile";

/** What the driver pays himself, on a page of the payment service: with another card, with one that wants a proof (3-D Secure), or to fill the wallet. */

/** Whether the driver pays it on a page; nothing says in what state it is. */
export function isPage({ purpose, payment_method_id: card }: Payment): boolean {
  return card === null && (purpose === "top_up" || purpose === "charge");
}

/** How a payment stands, asked of the payment service, and where it can be gone on with. */
export async function ask(
  { db, payments, now }: Needs,
  payment: Payment,
): Promise<{ payment: Payment; url: string | null }> {
  if (payment.status !== "pending" || payment.reference === null) return { payment, url: null };
  const outcome = await payments.find(payment.reference);
  const applied = await applyOutcome(db, payment.id, outcome, now());
  return { payment: applied, url: applied.status === "pending" ? outcome.url : null };
}

/** By then nobody waits any more for a page that was asked for, in ms; and whoever never got its address will not pay there. */
const LOST_PAGE_MS = 5 * 60_000;
const lost = { reference: null, status: "released" as const, captured: 0, failure: null };

/** Closes the page of a payment. What was paid there meanwhile stays paid. Throws AppError `under_way` (409) for what is on no page, or is being opened just now. */
export async function giveUp(needs: Needs, payment: Payment): Promise<Payment> {
  const { db, payments, now } = needs;
  const { id, status, reference, created_at: createdAt } = payment;
  if (status !== "pending") return payment;
  const isNew = now() - createdAt.getTime() < LOST_PAGE_MS;
  if (!isPage(payment) || (reference === null && isNew)) {
    throw new AppError("under_way", "This payment is under way.", { status: 409 });
  }
  return applyOutcome(db, id, reference === null ? lost : await payments.release(reference), now());
}

/** Closes the pages on which a bill could be paid. */
export async function closePages(needs: Needs, chargeId: string): Promise<void> {
  const open = await needs.db
    .selectFrom("payments")
    .selectAll()
    .where("charge_id", "=", chargeId)
    .where("status", "=", "pending")
    .execute();
  for (const each of open.filter(isPage)) await giveUp(needs, each);
}

/** Throws AppError `payment_refused` (402) for what the payment service would not take. */
export function requireNotRefused({ status, failure }: Payment): void {
  if (status !== "failed") return;
  throw new AppError("payment_refused", failure ?? "The payment service refuses.", { status: 402 });
}

/**
 * Opens the page on which a driver pays what is owed for a bill, the one that is open already if there is one. Throws AppError 409 `nothing_owed`, or `under_way` while another try is.
 */
export async function openBillPage(
  needs: PageNeeds,
  userId: string,
  { chargeId, number }: Pick<Bill, "chargeId" | "number">,
): Promise<{ payment: Payment; url: string }> {
  const customerId = await customerOf(needs, userId);
  // A page that has come to its end, or is for another sum than is owed by now, makes room for the next.
  for (let tries = 0; tries < 3; tries++) {
    const { noted, owed } = await noteTry(needs, userId, chargeId);
    const { payment, url } = await openPage(needs, noted, customerId, number);
    if (url !== null && payment.amount === owed) return { payment, url };
    if (payment.status === "pending") await giveUp(needs, payment);
    requireNotRefused(payment);
  }
  throw new AppError("under_way", "This bill is being paid.", { status: 409 });
}

/** What is owed for a bill, the try to pay it that is under way, and what the next one would be. Locks the driver's wallet. */
export async function triesOf(tx: Transaction<Database>, userId: string, chargeId: string) {
  await lockWallet(tx, userId);
  const { currency } = await tx
    .selectFrom("charges")
    .select("currency")
    .where("id", "=", chargeId)
    .executeTakeFirstOrThrow();
  const owed = await outstandingOf(tx, chargeId);
  const tries = await tx
    .selectFrom("payments")
    .selectAll()
    .where("charge_id", "=", chargeId)
    .where("purpose", "=", "charge")
    .orderBy("created_at")
    .execute();
  const key = `charge:${chargeId}:${tries.length + 1}`;
  const next = { key, purpose: "charge" as const, userId, chargeId, currency, amount: owed };
  return { owed, pending: tries.find(({ status }) => status === "pending"), next };
}

/** The page that a bill is to be paid on: the one that stands, or a new one. */
async function noteTry(needs: Needs, userId: string, chargeId: string): Promise<{ noted: Payment; owed: number }> {
  return needs.db.transaction().execute(async (tx) => {
    const { owed, pending, next } = await triesOf(tx, userId, chargeId);
    if (owed <= 0) throw new AppError("nothing_owed", "Nothing is owed for this bill.", { status: 409 });
    if (pending && !isPage(pending)) throw new AppError("under_way", "This bill is being paid.", { status: 409 });
    return { noted: pending ?? (await notePayment(tx, { ...next, paymentMethodId: null }, needs)), owed };
  });
}
