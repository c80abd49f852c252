import type { Selectable, Transaction } from "kysely";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import type { Entry } from "../billing/ledger";
import { PLATFORM, lockWallet, outstandingOf, post } from "../billing/ledger";
import { notify } from "../notifications/notify";
import type { Outcome } from "./service";
import type { PaymentStatus, PaymentTable, Purpose } from "./tables";

/**
 * One try to move money, from its note in the database to its end. The note comes first, then the payment service is told with the note's key, then its answer is applied; each step
 * can be repeated, so a crash between any two loses and doubles nothing. Answers count by what they say, not by when they come.
 */

export type Payment = Selectable<PaymentTable>;
export type Needs = Pick<Deps, "db" | "payments" | "now" | "newId">;
/** Who comes from a page of the payment service comes back to us. */
export type PageNeeds = Needs & Pick<Deps, "publicUrl">;

interface NewPayment {
  key: string;
  purpose: Purpose;
  userId: string;
  chargeId: string | null;
  currency: string;
  /** Minor units. */
  amount: number;
  /** The saved card that it is ordered from; null: none, or the one that the driver chooses on a page. */
  paymentMethodId: string | null;
}

/** Notes a payment once by its key, and gives the one that stands. */
export async function notePayment(
  tx: Transaction<Database>,
  wish: NewPayment,
  { now, newId }: Pick<Deps, "now" | "newId">,
): Promise<Payment> {
  const at = new Date(now());
  const { key, purpose, userId, chargeId, currency, amount } = wish;
  const row = { id: newId(), key, purpose, user_id: userId, charge_id: chargeId, currency, amount, reference: null };
  await tx
    .insertInto("payments")
    .values({ ...row, payment_method_id: wish.paymentMethodId, status: "pending", created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return tx.selectFrom("payments").selectAll().where("key", "=", key).executeTakeFirstOrThrow();
}

/** What is ordered again after so long, in ms, is looked for first. */
export const LATE_MS = 3_600_000;

/** What is said of a payment; one that the service would not take at all has no reference. */
type Told = Omit<Outcome, "reference"> & { reference: string | null };
/** The same for what was never ordered. */
type Untold = Omit<Told, "url">;

/** A status only ever moves on. What failed, or was given up, may still succeed: what was taken counts, whatever we thought before. */
const rank: Record<PaymentStatus, number> = { pending: 0, held: 1, failed: 2, released: 3, succeeded: 4 };

/** Applies what the payment service says: status, ledger, and a word to the driver where it failed. What is older than what we know changes nothing, nor does what is said of another try. */
export async function applyOutcome(db: Db, paymentId: string, outcome: Untold, now: number): Promise<Payment> {
  return db.transaction().execute(async (tx) => {
    const payment = await tx
      .selectFrom("payments")
      .selectAll()
      .where("id", "=", paymentId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { reference, formerly } = outcome;
    if (payment.reference !== null && ![reference, formerly].includes(payment.reference)) return payment;
    const isNews = rank[outcome.status] > rank[payment.status];
    if (!isNews && payment.reference === outcome.reference) return payment;
    const status = isNews ? outcome.status : payment.status;
    const captured = isNews ? outcome.captured : payment.captured;
    if (isNews) {
      await lockWallet(tx, payment.user_id);
      await postOutcome(tx, payment, outcome, now);
      if (status === "failed") await tellFailure(tx, payment, outcome, now);
    }
    const failure = status === "failed" ? outcome.failure : null;
    const changes = { status, captured, failure, reference: outcome.reference, updated_at: new Date(now) };
    await tx.updateTable("payments").set(changes).where("id", "=", paymentId).execute();
    return { ...payment, ...changes };
  });
}

async function postOutcome(tx: Transaction<Database>, payment: Payment, outcome: Untold, now: number): Promise<void> {
  const { id, user_id: userId, currency, amount, status: before, charge_id: chargeId } = payment;
  const about = { kind: payment.purpose, at: now, currency, userId };
  const promise: Entry[] = [
    { account: "authorized", holder: userId, amount },
    { account: "hold", holder: userId, amount: -amount },
  ];
  if (outcome.status === "held") await post(tx, { ...about, key: `payment:${id}:held` }, promise);
  if (before === "held") {
    const back = promise.map((entry) => ({ ...entry, amount: -entry.amount }));
    await post(tx, { ...about, key: `payment:${id}:released` }, back);
  }
  if (outcome.status !== "succeeded") return;
  const { captured } = outcome;
  const owed = chargeId === null ? 0 : Math.max(0, await outstandingOf(tx, chargeId));
  const pays = Math.min(captured, owed);
  await post(tx, { ...about, key: `payment:${id}:succeeded` }, [
    { account: "stripe", holder: PLATFORM, amount: captured },
    { account: "receivable", holder: userId, amount: -pays, ...(chargeId === null ? {} : { chargeId }) },
    { account: "wallet", holder: userId, amount: pays - captured },
  ]);
}

async function tellFailure(
  tx: Transaction<Database>,
  payment: Payment,
  { failure }: Untold,
  now: number,
): Promise<void> {
  const { id, user_id: userId, amount, currency } = payment;
  const data = { amount, currency, ...(failure === null ? {} : { reason: failure }) };
  await notify(tx, { userId, kind: "paymentFailed", key: id, data, now });
}

/** Asks the payment service how a payment stands, and applies that. One that was never ordered stays as it is. */
export async function settle({ db, payments, now }: Needs, payment: Payment): Promise<Payment> {
  if (payment.reference === null) return payment;
  return applyOutcome(db, payment.id, await payments.find(payment.reference), now());
}

/**
 * Orders a noted payment from the saved card that was noted with it, and applies the answer. One that was ordered already is asked for instead, and one that was noted long ago is
 * looked for first: the payment service forgets keys after a day. What is no card's stays as it is.
 */
export async function order(needs: Needs, payment: Payment, customerId: string): Promise<Payment> {
  const { id: paymentId, key, amount, currency, purpose, payment_method_id: paymentMethodId } = payment;
  if (paymentMethodId === null) return payment;
  const wish = { paymentId, key, amount, currency, customerId, paymentMethodId, capture: purpose !== "hold" };
  return (await orderOnce(needs, payment, customerId, () => needs.payments.order(wish))).payment;
}

/** Opens the page on which the driver pays a noted payment, the same one whenever it is asked for; its address is null once there is nothing to do there any more. `title`: what it is for. */
export async function openPage(
  needs: PageNeeds,
  payment: Payment,
  customerId: string,
  title: string,
): Promise<{ payment: Payment; url: string | null }> {
  if (payment.status !== "pending") return { payment, url: null };
  const { id: paymentId, key, amount, currency } = payment;
  const paidUrl = `${needs.publicUrl}/payments?payment=${paymentId}`;
  const where = { title, paidUrl, stoppedUrl: `${paidUrl}&stopped` };
  const wish = { paymentId, key, amount, currency, customerId, ...where };
  return orderOnce(needs, payment, customerId, () => needs.payments.openPage(wish));
}

async function orderOnce(
  { db, payments, now }: Needs,
  payment: Payment,
  customerId: string,
  make: () => Promise<Outcome>,
): Promise<{ payment: Payment; url: string | null }> {
  const { id: paymentId, reference } = payment;
  const since = payment.created_at.getTime();
  const known =
    reference !== null
      ? await payments.find(reference)
      : now() - since > LATE_MS
        ? await payments.findOrder({ paymentId, customerId, since })
        : undefined;
  const outcome = known ?? (await accepted(make()));
  const applied = await applyOutcome(db, paymentId, outcome, now());
  // What was given up meanwhile is paid no more.
  return { payment: applied, url: applied.status === "pending" ? outcome.url : null };
}

/** An order that is refused for good has failed. */
async function accepted(ordered: Promise<Outcome>): Promise<Told> {
  try {
    return await ordered;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "payment_refused") throw error;
    return { reference: null, status: "failed", captured: 0, failure: error.message, url: null };
  }
}
