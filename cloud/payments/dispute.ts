import type { Kysely, Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import type { Entry } from "../billing/ledger";
import { PLATFORM, lockWallet, outstandingOf, post } from "../billing/ledger";
import type { Database } from "../db/schema";
import { notify } from "../notifications/notify";
import type { Needs } from "./payments";
import type { Dispute } from "./service";
import type { PaymentTable } from "./tables";

/**
 * A card's holder wants a payment back. Its bank takes the money at once and keeps it until it has decided. A wallet that the payment had filled has so much less from the beginning, below zero
 * where it was spent, and gets it back where the dispute is won; a bill that it had paid is owed again only once the dispute is lost. A bank may decide anew: then its last word counts, and what
 * a driver has paid meanwhile for a bill that is paid after all goes to the wallet. Each step is posted once, however often it is heard, and a step that was never heard is made up for.
 * What another event has posted since the payment service was asked may be newer than its answer: then it is asked again.
 */
export async function hearDispute(needs: Needs, disputeId: string): Promise<void> {
  for (;;) {
    const before = await stepsOf(needs.db, disputeId);
    if (await apply(needs, disputeId, await needs.payments.findDispute(disputeId), before.length)) return;
  }
}

/** Posts what is new. Gives false where there are more steps than `before` by now. */
async function apply(
  { db, now }: Needs,
  disputeId: string,
  { reference, amount, state }: Dispute,
  before: number,
): Promise<boolean> {
  if (state === "none" || reference === null) return true;
  return db.transaction().execute(async (tx) => {
    const payment = await tx
      .selectFrom("payments")
      .selectAll()
      .where("reference", "=", reference)
      .where("status", "=", "succeeded")
      .executeTakeFirst();
    // Others' payments at the same service are nothing to us.
    if (!payment) return true;
    await lockWallet(tx, payment.user_id);
    if (await isPostedWhole(tx, disputeId)) return true;
    const steps = await stepsOf(tx, disputeId);
    if (steps.length > before) return false;
    const dispute = { id: disputeId, payment, amount, now: now() };
    await step(tx, dispute, "open", 0);
    if (state === "open") return true;
    const { count, last } = decisionsOf(disputeId, steps);
    if (state !== last) await step(tx, dispute, state, count);
    return true;
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
type Decision = "won" | "lost";

/** Keys of what was posted of it so far. */
async function stepsOf(db: Kysely<Database>, disputeId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("ledger_transactions")
    .select("key")
    .where(sql<boolean>`starts_with(key, ${`dispute:${disputeId}:`})`)
    .execute();
  return rows.map(({ key }) => key);
}

/** What the bank has decided so far: how often, and what last; undefined: nothing yet. */
function decisionsOf(disputeId: string, steps: readonly string[]): { count: number; last: Decision | undefined } {
  const count = steps.filter((key) => key !== keyOf(disputeId, "open", 0)).length;
  const last = (["won", "lost"] as const).find((decision) => steps.includes(keyOf(disputeId, decision, count - 1)));
  return { count, last };
}

/** `before`: how many decisions there were. */
function keyOf(disputeId: string, step: Decision | "open", before: number): string {
  return before <= 0 ? `dispute:${disputeId}:${step}` : `dispute:${disputeId}:${step}:${before + 1}`;
}

const reasons: Partial<Record<`${"wallet" | "bill"} ${Decision | "open"}`, string>> = {
  "wallet open": "The card's holder wants this payment back. It is set aside until the bank has decided.",
  "bill lost": "The card's holder has taken this payment back.",
};

async function step(
  tx: Transaction<Database>,
  dispute: Disputed,
  name: Decision | "open",
  before: number,
): Promise<void> {
  const { id, payment, amount, now } = dispute;
  const { user_id: userId, currency, charge_id: chargeId } = payment;
  const kind = chargeId === null ? "wallet" : "bill";
  const posting = { key: keyOf(id, name, before), kind: "dispute", at: now, currency, userId };
  const entries =
    chargeId === null ? ofWallet(dispute, name, before) : await ofBill(tx, dispute, chargeId, name, before);
  const isNew = await post(tx, posting, entries);
  const reason = reasons[`${kind} ${name}`];
  if (!isNew || reason === undefined) return;
  await notify(tx, { userId, kind: "paymentFailed", key: id, data: { amount, currency, reason }, now });
}

const stripe = (sum: number): Entry => ({ account: "stripe", holder: PLATFORM, amount: sum });

/** The wallet has so much less from the beginning: where it is lost at once, nothing moves any more. */
function ofWallet({ payment, amount }: Disputed, name: Decision | "open", before: number): Entry[] {
  const wallet = (sum: number): Entry => ({ account: "wallet", holder: payment.user_id, amount: sum });
  if (name === "won") return [wallet(-amount), stripe(amount)];
  return name === "lost" && before === 0 ? [] : [wallet(amount), stripe(-amount)];
}

/** The bank holds the money until its first decision; later ones move it at the payment service. */
async function ofBill(
  tx: Transaction<Database>,
  { payment, amount }: Disputed,
  chargeId: string,
  name: Decision | "open",
  before: number,
): Promise<Entry[]> {
  const bank = (sum: number): Entry => ({ account: "disputed", holder: PLATFORM, amount: sum });
  const owed = (sum: number): Entry => ({ account: "receivable", holder: payment.user_id, amount: sum, chargeId });
  if (name === "open") return [bank(amount), stripe(-amount)];
  const atBank = before === 0;
  if (name === "lost") return [owed(amount), atBank ? bank(-amount) : stripe(-amount)];
  if (atBank) return [bank(-amount), stripe(amount)];
  const pays = Math.min(amount, Math.max(0, await outstandingOf(tx, chargeId)));
  const rest: Entry = { account: "wallet", holder: payment.user_id, amount: pays - amount, chargeId };
  return [stripe(amount), owed(-pays), rest];
}
