import type { Kysely, Transaction } from "kysely";
import { lockWallet, post } from "./ledger";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";

/** Key of the hold for a session. */
export function holdKey(siteId: string, sessionId: string): string {
  return `hold:${siteId}:${sessionId}`;
}

/** Keys of what may be set aside for a session: with its booking, and for itself. */
export async function holdKeysOf(db: Kysely<Database>, siteId: string, sessionId: string): Promise<string[]> {
  const row = await db
    .selectFrom("session_drivers as d")
    .innerJoin("payment_choices as c", (join) =>
      join.onRef("c.site_id", "=", "d.site_id").onRef("c.subject", "=", "d.booking").on("c.about", "=", "booking"),
    )
    .innerJoin("payments as p", "p.id", "c.payment_id")
    .select("p.key")
    .where("d.site_id", "=", siteId)
    .where("d.session_id", "=", sessionId)
    .executeTakeFirst();
  return [...(row ? [row.key] : []), holdKey(siteId, sessionId)];
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

/** What was set aside in a wallet, and is not needed any more. */
export async function returnToWallet(
  { db, now }: { db: Db; now: () => number },
  { key, user_id: userId }: { key: string; user_id: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockWallet(tx, userId);
    await releaseWalletHold(tx, key, now());
  });
}
