import type { Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { forEach } from "../jobs/each";
import { PLATFORM, balanceOf, lockWallet, post } from "../billing/ledger";
import type { Database } from "../db/schema";
import type { Needs, Payment } from "./payments";
import { LATE_MS, notePayment } from "./payments";

interface CardRefund {
  /** The same name refunds once. */
  name: string;
  /** The credit note that it is for; null: the driver empties the wallet. */
  chargeId: string | null;
  userId: string;
  currency: string;
}

/** What cards had paid, in the order in which they get back, and how much at most, in minor units. */
interface Sources {
  sources: Payment[];
  most: number;
  /** What no card takes back is paid out by hand. */
  restByHand?: true;
}

/**
 * Sends money from a driver's wallet back to the cards that it came from: never more than a card had paid, nor than is in the wallet. Noted with the ledger's entries first, then ordered;
 * a repeat after a crash goes on with what was noted. Gives the refunds.
 */
export async function refundToCards(
  needs: Needs,
  wish: CardRefund,
  from: (tx: Transaction<Database>) => Promise<Sources>,
): Promise<Payment[]> {
  const { db } = needs;
  const noted = await db.transaction().execute(async (tx) => {
    await lockWallet(tx, wish.userId);
    const known = await tx
      .selectFrom("payments")
      .selectAll()
      .where("user_id", "=", wish.userId)
      .where("purpose", "in", ["refund", "payout"])
      .where(sql<string>`substr(key, ${KEY_HEAD.length + 1})`, "=", wish.name)
      .execute();
    return known.length > 0 ? known : noteRefunds(tx, needs, wish, await from(tx));
  });
  await forEach(noted, (refund) => sendRefund(needs, refund));
  const ids = noted.map(({ id }) => id);
  return ids.length === 0 ? [] : db.selectFrom("payments").selectAll().where("id", "in", ids).execute();
}

/** Orders a noted refund, as often as it is not known what became of it. One that is refused for good goes back to the wallet. */
export async function sendRefund(needs: Needs, refund: Payment): Promise<void> {
  if (refund.status !== "pending" || refund.purpose === "payout") return;
  const { db, payments, now } = needs;
  const source = await db
    .selectFrom("payments")
    .select("reference")
    .where("id", "=", sourceOf(refund))
    .executeTakeFirstOrThrow();
  const { amount, currency, key } = refund;
  const order = { reference: source.reference as string, amount, currency, key };
  try {
    const isLate = now() - refund.created_at.getTime() > LATE_MS;
    const before = isLate ? await payments.findRefund(order) : undefined;
    const { reference, failed } = before ?? (await payments.refund(order));
    await finishRefund(needs, refund.id, reference, failed, now());
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "payment_refused") throw error;
    await finishRefund(needs, refund.id, null, true, now());
  }
}

/** How the key of every refund begins: what follows is its name. */
const NO_CARD = "00000000-0000-0000-0000-000000000000";
const KEY_HEAD = `refund:${NO_CARD}:`;

function sourceOf({ key }: Payment): string {
  return key.split(":")[1] as string;
}

async function noteRefunds(
  tx: Transaction<Database>,
  needs: Needs,
  { name, chargeId, userId, currency }: CardRefund,
  { sources, most, restByHand }: Sources,
): Promise<Payment[]> {
  let left = Math.min(most, -(await balanceOf(tx, "wallet", userId, currency)));
  const refunds: Payment[] = [];
  for (const source of sources) {
    const { earlier } = await tx
      .selectFrom("payments")
      .select(sql<number>`coalesce(sum(amount), 0)::bigint`.as("earlier"))
      .where("key", "like", `refund:${source.id}:%`)
      .where("status", "<>", "failed")
      .executeTakeFirstOrThrow();
    const amount = Math.min(left, source.captured - earlier);
    if (amount <= 0) continue;
    left -= amount;
    const key = `refund:${source.id}:${name}`;
    const wish = { key, purpose: "refund" as const, userId, chargeId, currency, amount, paymentMethodId: null };
    const refund = await notePayment(tx, wish, needs);
    await post(tx, { key: `payment:${refund.id}:sent`, kind: "refund", at: needs.now(), currency, userId }, [
      { account: "wallet", holder: userId, amount },
      { account: "stripe", holder: PLATFORM, amount: -amount },
    ]);
    refunds.push(refund);
  }
  if (restByHand && left > 0) refunds.push(await notePayout(tx, needs, { name, userId, currency, amount: left }));
  return refunds;
}

/** Takes out of the wallet what an admin will pay by hand (wallet-payouts.ts). */
async function notePayout(
  tx: Transaction<Database>,
  needs: Needs,
  { name, userId, currency, amount }: { name: string; userId: string; currency: string; amount: number },
): Promise<Payment> {
  const wish = { purpose: "payout" as const, userId, chargeId: null, currency, amount, paymentMethodId: null };
  const payout = await notePayment(tx, { ...wish, key: `${KEY_HEAD}${name}` }, needs);
  await post(tx, { key: `payment:${payout.id}:sent`, kind: "payout", at: needs.now(), currency, userId }, [
    { account: "wallet", holder: userId, amount },
    { account: "payout", holder: userId, amount: -amount },
  ]);
  return payout;
}

/**
 * Sends what is in a driver's wallet back to the cards that filled it, the last first, and has the rest paid out by hand: what came from credit notes, and what a card has
 * refused to take. `key`: the same is sent once. Gives the refunds.
 */
export function emptyWallet(needs: Needs, userId: string, currency: string, key: string): Promise<Payment[]> {
  const wish = { name: `wallet:${userId}:${key}`, chargeId: null, userId, currency };
  return refundToCards(needs, wish, async (tx) => {
    const sources = await tx
      .selectFrom("payments")
      .selectAll()
      .where("user_id", "=", userId)
      .where("currency", "=", currency)
      .where("status", "=", "succeeded")
      .where("purpose", "not in", ["refund", "payout"])
      .where("reference", "is not", null)
      .where(
        sql<boolean>`not exists (
        select from payments r where r.purpose = 'refund' and r.status = 'failed' and r.key like 'refund:' || payments.id || ':%')`,
      )
      .orderBy("created_at", "desc")
      .execute();
    return { sources, most: Number.MAX_SAFE_INTEGER, restByHand: true };
  });
}

/** What became of a refund: one that failed goes back to the wallet. `reference` is null where the payment service would not take it at all. */
export async function finishRefund(
  { db }: Pick<Needs, "db">,
  paymentId: string,
  reference: string | null,
  failed: boolean,
  now: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const refund = await tx
      .selectFrom("payments")
      .selectAll()
      .where("id", "=", paymentId)
      .where("purpose", "=", "refund")
      .forUpdate()
      .executeTakeFirst();
    if (!refund || refund.status === "failed" || (reference === null && refund.status !== "pending")) return;
    const { id, user_id: userId, currency, amount } = refund;
    if (failed) {
      await lockWallet(tx, userId);
      await post(tx, { key: `payment:${id}:failed`, kind: "refund", at: now, currency, userId }, [
        { account: "stripe", holder: PLATFORM, amount },
        { account: "wallet", holder: userId, amount: -amount },
      ]);
    }
    const status = failed ? ("failed" as const) : ("succeeded" as const);
    const changes = { status, reference, captured: failed ? 0 : amount, updated_at: new Date(now) };
    await tx.updateTable("payments").set(changes).where("id", "=", id).execute();
  });
}
