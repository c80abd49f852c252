import { PLATFORM, post } from "../billing/ledger";
import { lockWallet } from "../billing/wallet";
import { notify } from "../notifications/notify";
import type { Needs } from "./payments";

/**
 * A card's holder has wanted a payment back, and has got it: the bill that it had paid is owed again, or the wallet that it had filled has so much less, below zero where it was
 * spent. Until the bank has decided, nothing changes here. Posted once, however often it is heard.
 */
export async function hearDispute({ db, payments, now }: Needs, disputeId: string): Promise<void> {
  const { reference, amount, isLost } = await payments.findDispute(disputeId);
  if (!isLost || reference === null) return;
  await db.transaction().execute(async (tx) => {
    const payment = await tx
      .selectFrom("payments")
      .selectAll()
      .where("reference", "=", reference)
      .where("status", "=", "succeeded")
      .executeTakeFirst();
    // Others' payments at the same service are nothing to us.
    if (!payment) return;
    const { user_id: userId, currency, charge_id: chargeId } = payment;
    await lockWallet(tx, userId);
    const posting = { key: `dispute:${disputeId}`, kind: "dispute", at: now(), currency, userId };
    const owed = { holder: userId, amount, ...(chargeId === null ? {} : { chargeId }) };
    const isNew = await post(tx, posting, [
      { account: chargeId === null ? "wallet" : "receivable", ...owed },
      { account: "stripe", holder: PLATFORM, amount: -amount },
    ]);
    if (!isNew) return;
    const data = { amount, currency, reason: "The card's holder has taken this payment back." };
    await notify(tx, { userId, kind: "paymentFailed", key: disputeId, data, now: now() });
  });
}
