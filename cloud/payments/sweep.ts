import type { Deps } from "../deps";
import { forEach } from "../jobs/each";
import { letGo, settleBooking, standingOf } from "./booking-hold";
import { collect } from "./collect";
import type { Needs, Payment } from "./payments";
import { ask, giveUp, isPage } from "./pages";
import { payFromWallet } from "./from-wallet";
import { applyOutcome, settle } from "./payments";
import type { Outcome } from "./service";
import { profileOf } from "./profile";
import { finishRefund, sendRefund } from "./refund-card";
import { returnToWallet } from "../billing/wallet-hold";

/** A payment that nobody has heard of for so long is asked for. */
const QUIET_MS = 15 * 60_000;
/** How long the payment service knows an order's key: one that was never answered for longer will not be. */
const LOST_MS = 24 * 3_600_000;
/** Banks keep a hold for seven days. */
const HOLD_MS = 6 * 24 * 3_600_000;
const PAGE = 200;
const never = { reference: null, status: "failed" as const, captured: 0, failure: "It was never ordered." };

/** Something has happened to a payment. Those of others at the same payment service are nothing to us. */
export async function hearPayment(needs: Needs, paymentId: string | null, reference: string): Promise<void> {
  const { db, payments, now } = needs;
  const row = await db
    .selectFrom("payments")
    .selectAll()
    .where(({ eb, or }) =>
      or([eb("reference", "=", reference), ...(paymentId === null ? [] : [eb("id", "=", paymentId)])]),
    )
    .executeTakeFirst();
  if (!row || row.purpose === "refund") return;
  // What was a page to us may be a payment by now: it is asked for by the name that we know.
  await applyOutcome(db, row.id, await payments.find(row.reference ?? reference), now());
}

/** A refund has failed after all, as where the card is closed: the money is in the driver's wallet again. */
export async function hearRefund({ db, now }: Pick<Needs, "db" | "now">, reference: string): Promise<void> {
  const row = await db.selectFrom("payments").select("id").where("reference", "=", reference).executeTakeFirst();
  if (row) await finishRefund({ db }, row.id, reference, true, now());
}

/** Something has happened to an owner's account. */
export async function hearAccount({ db, payments, now }: Pick<Deps, "db" | "payments" | "now">, accountId: string) {
  const known = await db
    .selectFrom("payout_accounts")
    .select("account_id")
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!known) return;
  const ready = await payments.isReady(accountId);
  await db
    .updateTable("payout_accounts")
    .set({ ready, updated_at: new Date(now()) })
    .where("account_id", "=", accountId)
    .execute();
}

/**
 * Looks after payments that are open: asks for them, takes holds whose bill is there, gives back those that no bill comes for, orders refunds again, and gives up what was never
 * ordered or paid. Whatever is looked at goes to the end of the queue; what fails holds up no other, and the first failure is thrown in the end.
 */
export async function sweep(needs: Needs): Promise<void> {
  const { db, payments, now } = needs;
  const open = await db
    .selectFrom("payments")
    .selectAll()
    .where("status", "in", ["pending", "held"])
    // By hand, as long as it takes.
    .where("purpose", "<>", "payout")
    .where("updated_at", "<", new Date(now() - QUIET_MS))
    // Without a payment service, only what is set aside in wallets can be looked after.
    .$if(!payments.cards, (query) => query.where("status", "=", "held").where("reference", "is", null))
    .orderBy("updated_at")
    .limit(PAGE)
    .execute();
  await forEach(open, async (row) => {
    await db
      .updateTable("payments")
      .set({ updated_at: new Date(now()) })
      .where("id", "=", row.id)
      .execute();
    await lookAfter(needs, row);
  });
}

async function lookAfter(needs: Needs, row: Payment): Promise<void> {
  const { db, payments, now } = needs;
  if (row.purpose === "refund") return sendRefund(needs, row);
  const age = now() - row.created_at.getTime();
  if (row.key.startsWith("booking:")) return lookAfterBooking(needs, row, age);
  if (row.reference === null && row.status === "held") {
    if (age > HOLD_MS || (await billFor(needs, row.key)) !== null) await returnToWallet(needs, row);
    return;
  }
  if (row.reference === null) {
    // The payment service was away for longer than the job had tried.
    const isOwed = row.charge_id !== null && row.payment_method_id !== null;
    if (isOwed && age <= LOST_MS) return collect(needs, row.charge_id as string, true);
    if (age > LOST_MS) await applyOutcome(db, row.id, (await lostOrder(needs, row)) ?? never, now());
    return;
  }
  if (isPage(row)) {
    // What was paid there may be days on its way, as with a bank transfer: only a page that is still open is closed.
    const { payment, url } = await ask(needs, row);
    if (url !== null && age > LOST_MS) await giveUp(needs, payment);
    return;
  }
  const payment = await settle(needs, row);
  if (payment.status !== "held") return;
  const chargeId = payment.charge_id ?? (await billFor(needs, payment.key));
  if (chargeId !== null) await collect(needs, chargeId);
  else if (age > HOLD_MS) await applyOutcome(db, row.id, await payments.release(row.reference), now());
}

/** What was set aside for a booking: where it is over, it is settled; where it was never sold, given back. */
async function lookAfterBooking(needs: Needs, row: Payment, age: number): Promise<void> {
  const { db } = needs;
  const choice = await db
    .selectFrom("payment_choices")
    .select(["site_id", "subject"])
    .where("payment_id", "=", row.id)
    .executeTakeFirst();
  const payment = await known(needs, row);
  if (!choice) return letGo(needs, payment);
  const { site_id: siteId, subject: booking } = choice;
  await settleBooking(needs, siteId, booking);
  const { chargeId, isOpen, endsAt } = await standingOf(db, siteId, booking);
  if (chargeId !== null) {
    // A bill that was made before it was known whose booking it was has not had it back.
    if (payment.reference === null && payment.status === "held") {
      await letGo(needs, payment);
      await payFromWallet(needs, payment.user_id, chargeId);
    }
    return collect(needs, chargeId);
  }
  // Banks forget; what is in a wallet stays until the booking is over, which a hub that is gone for good never says.
  const isOver = !isOpen || endsAt < needs.now() - HOLD_MS;
  if (age > HOLD_MS && (payment.reference !== null || isOver)) await letGo(needs, payment);
}

/** What became of a hold, also where its answer was lost; one that was never ordered has failed. */
async function known(needs: Needs, row: Payment): Promise<Payment> {
  if (row.status === "held" && row.reference === null) return row;
  if (row.reference !== null) return settle(needs, row);
  return applyOutcome(needs.db, row.id, (await lostOrder(needs, row)) ?? never, needs.now());
}

/** An order whose answer never came, as the payment service has it; undefined: it has none. */
async function lostOrder({ db, payments }: Needs, row: Payment): Promise<Outcome | undefined> {
  const customerId = (await profileOf(db, row.user_id))?.customer_id;
  const wish = { paymentId: row.id, since: row.created_at.getTime() };
  return customerId ? payments.findOrder({ ...wish, customerId }) : undefined;
}

/** The bill of the session that a hold was for; null: there is none yet. */
async function billFor({ db }: Needs, key: string): Promise<string | null> {
  const [, siteId, sessionId] = key.split(":");
  const row = await db
    .selectFrom("session_bills")
    .select("charge_id")
    .where("site_id", "=", siteId as string)
    .where("session_id", "=", sessionId as string)
    .executeTakeFirst();
  return row?.charge_id ?? null;
}
