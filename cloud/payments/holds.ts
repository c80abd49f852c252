import type { Transaction } from "kysely";
import type { Tariff } from "../../shared/tariff";
import { priceOf } from "../../shared/tariff";
import { dealOf } from "../billing/deal";
import { balanceOf, lockWallet, post } from "../billing/ledger";
import type { Database } from "../db/schema";
import { rulesOf } from "../billing/choices";
import { MOST_HELD } from "../billing/methods";
import type { Needs, Payment } from "./payments";
import { notePayment, order } from "./payments";
import { profileOf } from "./profile";
import { holdKey, holdKeysOf } from "../billing/wallet-hold";

/** How long a session is expected to last that nobody booked, and how much it charges an hour, up to how much. */
const USUAL_SECONDS = 7200;
const WH_AN_HOUR = 20_000;
const MOST_WH = 40_000;

/** What charging from an instant on, for so many seconds, is expected to cost by a tariff, for the hold; minor units. */
export function estimate(tariff: Tariff, timeZone: string, start: string, seconds: number): number {
  const energyWh = Math.min(MOST_WH, Math.round((WH_AN_HOUR * seconds) / 3600));
  const { total } = priceOf(tariff, [{ start, seconds, energyWh, charging: true }], timeZone);
  return Math.min(total, MOST_HELD);
}

/**
 * Sets money aside for a session that runs: on the driver's card, or as far as it goes in the wallet. Nothing is where its booking has some. It is taken when the bill is there, and given back where there is none. A
 * card that is refused does not stop the car: the hub may be offline, and the bill is owed all the same. Sessions that have ended, and drivers who pay otherwise, have none.
 */
export async function holdForSession(needs: Needs, siteId: string, sessionId: string): Promise<void> {
  const { db, payments } = needs;
  const noted = await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom("sessions")
      .select(["session", "ended_at"])
      .where("site_id", "=", siteId)
      .where("id", "=", sessionId)
      .executeTakeFirst();
    if (!row || row.ended_at) return undefined;
    const { userId, method } = await dealOf(tx, { siteId, sessionId, startedAt: row.session.startedAt });
    const { tariff, timeZone, startedAt } = row.session;
    const amount = (await rulesOf(tx, siteId)).hold ?? estimate(tariff, timeZone, startedAt, USUAL_SECONDS);
    if (userId === null || amount === 0) return undefined;
    const key = holdKey(siteId, sessionId);
    const before = (await holdKeysOf(tx, siteId, sessionId)).filter((each) => each !== key);
    if (before.length > 0 && (await isHeld(tx, before))) return undefined;
    const wish = {
      key,
      purpose: "hold" as const,
      userId,
      chargeId: null,
      currency: row.session.tariff.currency,
      amount,
      paymentMethodId: null,
    };
    if (method === "wallet") await holdInWallet(tx, needs, wish);
    if (method !== "card" || !payments.cards) return undefined;
    const profile = await profileOf(tx, userId);
    if (!profile?.customer_id || !profile.payment_method_id) return undefined;
    const payment = await notePayment(tx, { ...wish, paymentMethodId: profile.payment_method_id }, needs);
    return { payment, customerId: profile.customer_id };
  });
  if (noted && noted.payment.status === "pending") await order(needs, noted.payment, noted.customerId);
}

/** Whether the booking has money set aside. */
async function isHeld(tx: Transaction<Database>, keys: string[]): Promise<boolean> {
  const row = await tx
    .selectFrom("payments")
    .select("id")
    .where("key", "in", keys)
    .where("status", "in", ["pending", "held"])
    .executeTakeFirst();
  return row !== undefined;
}

/** Sets money aside in a wallet, as far as there is some. Gives the hold; null: there is none. */
export async function holdInWallet(
  tx: Transaction<Database>,
  needs: Needs,
  wish: Parameters<typeof notePayment>[1],
): Promise<Payment | null> {
  const { userId, currency } = wish;
  await lockWallet(tx, userId);
  const amount = Math.min(wish.amount, -(await balanceOf(tx, "wallet", userId, currency)));
  if (amount <= 0) return null;
  const payment = await notePayment(tx, { ...wish, amount }, needs);
  // It was tried with a card before.
  if (payment.status !== "pending" || payment.payment_method_id !== null) return payment;
  const at = needs.now();
  const posted = await post(tx, { key: `payment:${payment.id}:held`, kind: "hold", at, currency, userId }, [
    { account: "wallet", holder: userId, amount },
    { account: "hold", holder: userId, amount: -amount },
  ]);
  if (!posted) return payment;
  await tx.updateTable("payments").set({ status: "held" }).where("id", "=", payment.id).execute();
  return { ...payment, status: "held" };
}
