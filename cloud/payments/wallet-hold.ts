import type { Transaction } from "kysely";
import { post } from "../billing/ledger";
import type { Database } from "../db/schema";

/** Key of the hold for a session. */
export function holdKey(siteId: string, sessionId: string): string {
  return `hold:${siteId}:${sessionId}`;
}

/** Gives back to the wallet what was set aside in it, before the bill takes what it costs. Called with the driver's wallet locked. */
export async function releaseWalletHold(tx: Transaction<Database>, key: string, now: number): Promise<void> {
  const payment = await tx
    .selectFrom("payments")
    .selectAll()
    .where("key", "=", key)
    .where("reference", "is", null)
    .where("status", "=", "held")
    .forUpdate()
    .executeTakeFirst();
  if (!payment) return;
  const { id, user_id: userId, currency, amount } = payment;
  await post(tx, { key: `payment:${id}:released`, kind: "hold", at: now, currency, userId }, [
    { account: "hold", holder: userId, amount },
    { account: "wallet", holder: userId, amount: -amount },
  ]);
  const changes = { status: "released" as const, updated_at: new Date(now) };
  await tx.updateTable("payments").set(changes).where("id", "=", id).execute();
}
