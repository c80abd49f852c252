import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import { outstandingOf } from "../billing/ledger";
import type { Needs } from "./payments";
import { applyOutcome, notePayment, order, settle } from "./payments";
import { closePages, triesOf } from "./pages";
import { profileOf } from "./profile";
import { refundToCards } from "./refund-card";
import type { Outcome, PaymentService } from "./service";
import { settleBooking } from "./booking-hold";
import { holdKeysOf } from "../billing/wallet-hold";

/**
 * Takes the money for a bill from the driver's card: what was held for it first, then the rest. Bills that are paid on site, on account or with a membership's fee wait for the
 * driver (`now`: he pays this one at present), or for that fee, as long as one comes. A membership's own bill takes those that wait for it along. A credit note goes back to the card that had paid.
 * Safe to repeat at any point.
 */
export async function collect(needs: Needs, chargeId: string, atOnce = false): Promise<void> {
  const { db, payments } = needs;
  if (!payments.cards) return;
  const bill = await db.selectFrom("charges").selectAll().where("id", "=", chargeId).executeTakeFirstOrThrow();
  const { user_id: userId, method, kind, document, site_id: siteId } = bill;
  if (userId === null) return;
  if (document.subject?.type === "reservation" && siteId !== null) {
    await settleBooking(needs, siteId, document.subject.booking);
  }
  if (kind === "refund" && method === "card" && bill.corrects !== null) {
    return giveBack(needs, { noteId: chargeId, corrects: bill.corrects, userId, currency: bill.currency });
  }
  // A credit note takes nothing that was set aside: the bill does.
  if (document.subject?.type === "session" && siteId !== null && bill.net + bill.vat >= 0) {
    for (const key of await holdKeysOf(db, siteId, document.subject.sessionId)) await takeHeld(needs, key, chargeId);
  }
  const isDue = method === "card" || method === "wallet" || kind === "membership";
  if (atOnce || isDue || (method === "plan" && !(await feeComes(db, userId, bill.organization_id)))) {
    await takeRest(needs, userId, chargeId);
  }
  if (kind !== "membership") return;
  const waiting = await db
    .selectFrom("charges")
    .select("id")
    .where("user_id", "=", userId)
    .where("organization_id", "=", bill.organization_id)
    .where("method", "=", "plan")
    .where("kind", "<>", "membership")
    .where("at", "<=", bill.at)
    .where(
      sql<boolean>`(select coalesce(sum(e.amount), 0) from ledger_entries e where e.charge_id = charges.id and e.account = 'receivable') > 0`,
    )
    .execute();
  for (const { id } of waiting) await takeRest(needs, userId, id);
}

/** Whether a membership with an owner goes on that has a fee: the next one takes what waits for it. */
async function feeComes(db: Db, userId: string, organizationId: string): Promise<boolean> {
  const row = await db
    .selectFrom("memberships as m")
    .innerJoin("membership_plans as p", "p.plan_id", "m.plan_id")
    .select("m.membership_id")
    .where("m.user_id", "=", userId)
    .where("m.ends_at", "is", null)
    .where("p.organization_id", "=", organizationId)
    .where("p.monthly_fee", ">", 0)
    .executeTakeFirst();
  return row !== undefined;
}

/** Captures what was held, as far as it is owed; the rest of the hold goes back by itself, and all of it where nothing is owed, or somebody else owes it, as for a session that has turned out to be another's. */
export async function takeHeld(needs: Needs, key: string, chargeId: string): Promise<void> {
  const { db, payments, now } = needs;
  const noted = await db.selectFrom("payments").selectAll().where("key", "=", key).executeTakeFirst();
  if (!noted) return;
  const hold = noted.status === "pending" ? await settle(needs, noted) : noted;
  if (hold.status !== "held" || hold.reference === null) return;
  const owed = await db.transaction().execute(async (tx) => {
    const bill = await tx.selectFrom("charges").select("user_id").where("id", "=", chargeId).executeTakeFirstOrThrow();
    if (bill.user_id !== hold.user_id) return 0;
    await tx.updateTable("payments").set({ charge_id: chargeId }).where("id", "=", hold.id).execute();
    return outstandingOf(tx, chargeId);
  });
  const { reference, currency } = hold;
  const part = { reference, amount: Math.min(owed, hold.amount), currency };
  await applyOutcome(db, hold.id, await takeOrRelease(payments, part), now());
}

/** A hold that has run out, or was withdrawn by the bank, is refused: then what became of it counts, and the rest is charged anew. */
async function takeOrRelease(
  payments: Needs["payments"],
  part: Parameters<PaymentService["capture"]>[0],
): Promise<Outcome> {
  if (part.amount === 0) return payments.release(part.reference);
  try {
    return await payments.capture(part);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "payment_refused") throw error;
    return payments.release(part.reference);
  }
}

/**
 * Charges the saved card with what is still owed. A try that is under way is asked for instead; after one that failed comes another, when it is asked for again. A page on which the
 * driver might pay the same is closed before.
 */
async function takeRest(needs: Needs, userId: string, chargeId: string): Promise<void> {
  const { db } = needs;
  // Without a card, a page is the driver's only way to pay.
  if (!(await profileOf(db, userId))?.payment_method_id) return;
  await closePages(needs, chargeId);
  const noted = await db.transaction().execute(async (tx) => {
    const { owed, pending, next } = await triesOf(tx, userId, chargeId);
    const profile = await profileOf(tx, userId);
    const { customer_id: customerId, payment_method_id: paymentMethodId } = profile ?? {};
    if (!customerId || !paymentMethodId) return undefined;
    if (pending) return { payment: pending, customerId };
    if (owed <= 0) return undefined;
    return { payment: await notePayment(tx, { ...next, paymentMethodId }, needs), customerId };
  });
  if (!noted) return;
  // The same key at the payment service, and the same card: whoever orders again gets the same try.
  await order(needs, noted.payment, noted.customerId);
}

interface Note {
  noteId: string;
  corrects: string;
  userId: string;
  currency: string;
}

/** Gives to the card what a credit note gave to the wallet, where a card had paid the bill and the driver has not spent it since. */
async function giveBack(needs: Needs, { noteId, corrects, userId, currency }: Note): Promise<void> {
  const wish = { name: noteId, chargeId: noteId, userId, currency };
  await refundToCards(needs, wish, async (tx) => {
    const { given } = await tx
      .selectFrom("ledger_entries")
      .select(sql<number>`coalesce(-sum(amount), 0)::bigint`.as("given"))
      .where("charge_id", "=", noteId)
      .where("account", "=", "wallet")
      .executeTakeFirstOrThrow();
    const sources = await tx
      .selectFrom("payments")
      .selectAll()
      .where("charge_id", "=", corrects)
      .where("status", "=", "succeeded")
      .where("purpose", "in", ["charge", "hold"])
      .orderBy("created_at")
      .execute();
    return { sources, most: given };
  });
}
