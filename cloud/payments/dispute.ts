import type { Selectable, Transaction } from "kysely";
import type { Entry } from "../billing/ledger";
import { PLATFORM, post } from "../billing/ledger";
import { lockWallet } from "../billing/wallet";
import type { Database } from "../db/schema";
import { notify } from "../notifications/notify";
import type { Needs } from "./payments";
import type { PaymentTable } from "./tables";

/**
 * A card's holder wants a payment back. Its bank takes the money at once and keeps it until it has decided. A wallet that the payment had filled has so much less from the beginning, below zero
 * where it was spent, and gets it back where the dispute is won; a bill that it had paid is owed again only once the dispute is lost. Each step is posted once, however often it is heard, and a
 * step that was never heard is made up for.
 */
export async function hearDispute({ db, payments, now }: Needs, disputeId: string): Promise<void> {
  const { reference, amount, state } = await payments.findDispute(disputeId);
  if (state === "none" || reference === null) return;
  await db.transaction().execute(async (tx) => {
    const payment = await tx
      .selectFrom("payments")
      .selectAll()
      .where("reference", "=", reference)
      .where("status", "=", "succeeded")
      .executeTakeFirst();
    // Others' payments at the same service are nothing to us.
    if (!payment) return;
    await lockWallet(tx, payment.user_id);
    if (await isPostedWhole(tx, disputeId)) return;
    const dispute = { id: disputeId, payment, amount, now: now() };
    await step(tx, dispute, "open");
    if (state !== "open") await step(tx, dispute, state);
  });
}

/** Whether it was lost and posted in one step, as before disputes were followed from their beginning. */
async function isPostedWhole(tx: Transaction<Database>, disputeId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("ledger_transactions")
    .select("id")
    .where("key", "=", `dispute:${disputeId}`)
    .executeTakeFirst();
  return row !== undefined;
}

interface Disputed {
  id: string;
  payment: Selectable<PaymentTable>;
  amount: number;
  now: number;
}
type Step = "open" | "won" | "lost";

const reasons: Partial<Record<`${"wallet" | "bill"} ${Step}`, string>> = {
  "wallet open": "The card's holder wants this payment back. It is set aside until the bank has decided.",
  "bill lost": "The card's holder has taken this payment back.",
};

async function step(tx: Transaction<Database>, { id, payment, amount, now }: Disputed, name: Step): Promise<void> {
  const { user_id: userId, currency, charge_id: chargeId } = payment;
  const kind = chargeId === null ? "wallet" : "bill";
  const driver = (sum: number): Entry =>
    chargeId === null
      ? { account: "wallet", holder: userId, amount: sum }
      : { account: "receivable", holder: userId, amount: sum, chargeId };
  const bank = (sum: number): Entry => ({ account: "disputed", holder: PLATFORM, amount: sum });
  const stripe = (sum: number): Entry => ({ account: "stripe", holder: PLATFORM, amount: sum });
  const entries: Record<`${typeof kind} ${Step}`, Entry[]> = {
    "wallet open": [driver(amount), stripe(-amount)],
    "wallet won": [driver(-amount), stripe(amount)],
    "wallet lost": [],
    "bill open": [bank(amount), stripe(-amount)],
    "bill won": [bank(-amount), stripe(amount)],
    "bill lost": [driver(amount), bank(-amount)],
  };
  const posting = { key: `dispute:${id}:${name}`, kind: "dispute", at: now, currency, userId };
  const isNew = await post(tx, posting, entries[`${kind} ${name}`]);
  const reason = reasons[`${kind} ${name}`];
  if (!isNew || reason === undefined) return;
  await notify(tx, { userId, kind: "paymentFailed", key: id, data: { amount, currency, reason }, now });
}
