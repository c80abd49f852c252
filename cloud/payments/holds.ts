import type { Transaction } from "kysely";
import type { Session } from "../../shared/session";
import { priceOf } from "../../shared/tariff";
import { dealOf } from "../billing/deal";
import { balanceOf, post } from "../billing/ledger";
import { lockWallet } from "../billing/wallet";
import type { Database } from "../db/schema";
import type { Needs } from "./payments";
import { notePayment, order } from "./payments";
import { profileOf } from "./profile";
import { holdKey } from "./wallet-hold";

/** What a session is expected to cost at most, for the hold: two hours and 40 kWh by its own tariff, in minor units, within these bounds. */
const EXPECTED = { seconds: 7200, energyWh: 40_000 };
const MOST_UNITS = 10_000;

export function expectedCost({
  tariff,
  timeZone,
  startedAt,
}: Pick<Session, "tariff" | "timeZone" | "startedAt">): number {
  const { total } = priceOf(tariff, [{ start: startedAt, ...EXPECTED, charging: true }], timeZone);
  return Math.min(total, MOST_UNITS);
}

/**
 * Sets money aside for a session that runs: on the driver's card, or as far as it goes in the wallet. It is taken when the bill is there, and given back where there is none. A
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
    const amount = expectedCost(row.session);
    if (userId === null || amount === 0) return undefined;
    const key = holdKey(siteId, sessionId);
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

async function holdInWallet(
  tx: Transaction<Database>,
  needs: Needs,
  wish: Parameters<typeof notePayment>[1],
): Promise<void> {
  const { userId, currency } = wish;
  await lockWallet(tx, userId);
  const amount = Math.min(wish.amount, -(await balanceOf(tx, "wallet", userId, currency)));
  if (amount <= 0) return;
  const payment = await notePayment(tx, { ...wish, amount }, needs);
  const at = needs.now();
  const posted = await post(tx, { key: `payment:${payment.id}:held`, kind: "hold", at, currency, userId }, [
    { account: "wallet", holder: userId, amount },
    { account: "hold", holder: userId, amount: -amount },
  ]);
  if (posted) await tx.updateTable("payments").set({ status: "held" }).where("id", "=", payment.id).execute();
}
