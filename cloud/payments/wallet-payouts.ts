import type { Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { PLATFORM, lockWallet, post } from "../billing/ledger";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import { notify } from "../notifications/notify";

/** What is paid out of drivers' wallets by hand: no card had filled them, as after a credit note or a compensation. */

interface WalletPayout {
  paymentId: string;
  userId: string;
  name: string;
  email: string;
  currency: string;
  amount: number;
  createdAt: Date;
}

/** Those that have not left yet, the oldest first, at most 1,000. */
export async function openWalletPayouts(db: Db): Promise<WalletPayout[]> {
  const { rows } = await sql<WalletPayout>`
    select p.id as "paymentId", p.user_id as "userId", u.name, u.email, p.currency, p.amount, p.created_at as "createdAt"
    from payments p join auth."user" u on u.id = p.user_id
    where p.purpose = 'payout' and p.status = 'pending' order by p.created_at, p.id limit 1000`.execute(db);
  return rows;
}

/** How it ended: it left the platform's bank, or it could not be paid and is in the wallet again. */
export type Ending = { reference: string } | { reason: string };

/** Notes how a payout ended, once; the same said again changes nothing. Throws AppError `not_found`, or `paid` (409) where it has ended otherwise. */
export async function endWalletPayout(
  tx: Transaction<Database>,
  paymentId: string,
  ending: Ending,
  now: number,
): Promise<void> {
  const row = await tx
    .selectFrom("payments")
    .selectAll()
    .where("id", "=", paymentId)
    .where("purpose", "=", "payout")
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound("payout");
  const isPaid = "reference" in ending;
  // The bank's references are not unique among all that a payment may have.
  const reference = isPaid ? `bank:${paymentId}:${ending.reference}` : null;
  const failure = isPaid ? null : ending.reason;
  const status = isPaid ? ("succeeded" as const) : ("failed" as const);
  if (row.status === status && row.reference === reference && row.failure === failure) return;
  if (row.status !== "pending") throw new AppError("paid", "This payout has ended already.", { status: 409 });
  const { user_id: userId, currency, amount } = row;
  await lockWallet(tx, userId);
  await post(tx, { key: `payment:${paymentId}:${status}`, kind: "payout", at: now, currency, userId }, [
    { account: "payout", holder: userId, amount },
    isPaid
      ? { account: "bank", holder: PLATFORM, amount: -amount }
      : { account: "wallet", holder: userId, amount: -amount },
  ]);
  const changes = { status, reference, failure, captured: isPaid ? amount : 0, updated_at: new Date(now) };
  await tx.updateTable("payments").set(changes).where("id", "=", paymentId).execute();
  if (isPaid) return;
  const data = { amount, currency, reason: ending.reason };
  await notify(tx, { userId, kind: "paymentFailed", key: paymentId, data, now });
}
