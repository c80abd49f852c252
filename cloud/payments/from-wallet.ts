import { balanceOf, lockWallet, outstandingOf, post } from "../billing/ledger";
import type { Needs } from "./payments";

/** Pays what is owed for a driver's own bill from his wallet, as far as that goes; nothing of another's. Gives how much, in minor units. */
export function payFromWallet({ db, now, newId }: Needs, userId: string, chargeId: string): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await lockWallet(tx, userId);
    const bill = await tx
      .selectFrom("charges")
      .select("currency")
      .where("id", "=", chargeId)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    if (!bill) return 0;
    const { currency } = bill;
    const amount = Math.min(await outstandingOf(tx, chargeId), -(await balanceOf(tx, "wallet", userId, currency)));
    if (amount <= 0) return 0;
    await post(tx, { key: `wallet:${newId()}`, kind: "wallet", at: now(), currency, userId }, [
      { account: "wallet", holder: userId, amount, chargeId },
      { account: "receivable", holder: userId, amount: -amount, chargeId },
    ]);
    return amount;
  });
}
