import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import type { Sale } from "../../shared/booking";
import { SLOT_MS, instantOfSlot, startOfSlot } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Method } from "../billing/charge-types";
import { balanceOf, lockWallet } from "../billing/ledger";
import type { Database } from "../db/schema";
import { requireMethod } from "../billing/choices";
import { takeHeld } from "./collect";
import { payFromWallet } from "./from-wallet";
import { estimate, holdInWallet } from "./holds";
import type { Needs, Payment } from "./payments";
import { applyOutcome, notePayment, order } from "./payments";
import { profileOf } from "./profile";
import { returnToWallet } from "../billing/wallet-hold";

/**
 * Money that is set aside when a time is booked, for the energy that will be charged then: first the money, then the sale, so that who cannot pay has not booked. The session's bill
 * takes it; where there is no session, what is still owed for the booking does, and the rest goes back.
 */

/** Banks keep a hold for seven days: for what begins later than this, it is set aside when the time comes. */
export const SOON_MS = 4 * 86_400_000;

export interface BookingMoney {
  method: Method;
  /** What was set aside; null: nothing, or not yet. */
  payment: Payment | null;
  /** When it is to be set aside (epoch ms). */
  later: number | null;
  /** What is to be set aside in the wallet in the place of what is there for the booking, in the transaction that changes it. */
  swap: Hold | null;
}

/** What a booking that is changed has already. */
interface Before {
  booking: string;
  price: number;
  payment: Payment | null;
}

type Terms = Pick<Sale, "tariff" | "from" | "to" | "price">;

/**
 * Sets aside what a booking is expected to cost, in the wallet, or on the card: also where the wallet is short and one is saved. `key`: the same call sets it aside once. Throws AppErrors as `requireMethod`, 402 `payment_refused` where the card is refused, and
 * 409 `wallet_short` where the wallet has not enough and no card is saved.
 */
export async function holdForBooking(
  needs: Needs,
  who: { siteId: string; userId: string; key: string },
  sale: Terms,
  wish: Method | undefined,
  before?: Before,
): Promise<BookingMoney> {
  const { db, payments, now } = needs;
  const { siteId, userId } = who;
  const at = { siteId, userId, takesCards: payments.cards, now: now() };
  const { method, payerId, rules, payer } = await requireMethod(db, at, wish);
  const nothing = { method, payment: null, later: null, swap: null };
  const amount = rules.hold ?? expectedOf(sale, await zoneOf(db, siteId));
  if (amount === 0 || (method !== "card" && method !== "wallet") || (await isSold(db, who))) return nothing;
  const key = `booking:${siteId}:${who.key}`;
  const hold = { key, payerId, currency: sale.price.currency, amount };
  if (method === "wallet") {
    const wanted = { ...hold, siteId, price: sale.price.amount, isShortOk: payer.hasCard, before };
    const inWallet = await holdWallet(needs, wanted);
    if (inWallet) return { ...nothing, ...inWallet };
  }
  const later = startOfSlot(sale.from) - SOON_MS;
  if (later > now()) return { ...nothing, later };
  const payment = await authorize(needs, hold);
  if (payment?.status === "held") return { ...nothing, payment };
  if (payment) await letGo(needs, payment);
  throw new AppError("payment_refused", payment?.failure ?? "The card was not accepted.", { status: 402 });
}

/** By the booking's own tariff, for as long as was booked. */
export function expectedOf({ tariff, from, to }: Pick<Terms, "tariff" | "from" | "to">, timeZone: string): number {
  return estimate(tariff, timeZone, instantOfSlot(from), (to - from) * 900);
}

export async function zoneOf(db: Kysely<Database>, siteId: string): Promise<string> {
  const row = await db.selectFrom("sites").select("time_zone").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  return row.time_zone;
}

/** A call that is repeated after it had sold sets nothing aside. */
async function isSold(db: Kysely<Database>, { siteId, key }: { siteId: string; key: string }): Promise<boolean> {
  const row = await db
    .selectFrom("reservations")
    .select("booking")
    .where("site_id", "=", siteId)
    .where("key", "=", key)
    .where("version", ">", 0)
    .executeTakeFirst();
  return row !== undefined;
}

interface Hold {
  key: string;
  payerId: string;
  currency: string;
  amount: number;
}

/** Sets money aside on the saved card: the try that is under way, or else a new one. Undefined: no card is saved. */
export async function authorize(needs: Needs, { key, payerId, currency, amount }: Hold): Promise<Payment | undefined> {
  const noted = await needs.db.transaction().execute(async (tx) => {
    await lockWallet(tx, payerId);
    const profile = await profileOf(tx, payerId);
    if (!profile?.customer_id || !profile.payment_method_id) return undefined;
    const tries = await tx
      .selectFrom("payments")
      .selectAll()
      .where(sql<boolean>`starts_with(key, ${`${key}:`})`)
      .where("user_id", "=", payerId)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    const standing = tries.find(isOpen);
    const about = { purpose: "hold" as const, userId: payerId, chargeId: null, currency, amount };
    const wish = { ...about, key: `${key}:${tries.length + 1}`, paymentMethodId: profile.payment_method_id };
    return { payment: standing ?? (await notePayment(tx, wish, needs)), customerId: profile.customer_id };
  });
  return noted && order(needs, noted.payment, noted.customerId);
}

interface WalletHold extends Hold {
  siteId: string;
  price: number;
  /** What is short is set aside on the card. */
  isShortOk: boolean;
  before: Before | undefined;
}

/** Undefined: the wallet is short, and the card is to be asked. */
async function holdWallet(
  needs: Needs,
  { siteId, key, payerId, currency, amount, price, isShortOk, before }: WalletHold,
): Promise<{ payment: Payment } | { swap: Hold } | undefined> {
  return needs.db.transaction().execute(async (tx) => {
    await lockWallet(tx, payerId);
    const tries = await tx
      .selectFrom("payments")
      .selectAll()
      .where(sql<boolean>`starts_with(key, ${`${key}:`})`)
      .where("user_id", "=", payerId)
      .execute();
    const standing = tries.find(isOpen);
    if (standing) return { payment: standing };
    const old = before?.payment;
    const held = old?.status === "held" && old.reference === null && old.user_id === payerId ? old.amount : 0;
    // The booking's own price is paid from the wallet too; of one that is changed, what is left to pay.
    const due = before ? price - before.price + (await unbilledOf(tx, siteId, before.booking)) : price;
    const there = -(await balanceOf(tx, "wallet", payerId, currency)) + held - due;
    if (there < amount) {
      if (isShortOk) return undefined;
      throw new AppError("wallet_short", "There is not enough in your wallet for this booking.", {
        status: 409,
        details: { needed: amount + due - held, currency },
      });
    }
    const hold = { key: `${key}:${tries.length + 1}`, payerId, currency, amount };
    if (held > 0) return { swap: hold };
    const payment = await setAside(tx, needs, hold);
    return payment ? { payment } : undefined;
  });
}

/** What is still to be billed for a booking, in minor units. */
async function unbilledOf(tx: Kysely<Database>, siteId: string, booking: string): Promise<number> {
  const rows = await tx
    .selectFrom("booking_postings")
    .select("amount")
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("billed_at", "is", null)
    .execute();
  return rows.reduce((sum, { amount }) => sum + amount, 0);
}

/** Sets aside in a wallet what a booking needs. */
export function setAside(tx: Transaction<Database>, needs: Needs, hold: Hold): Promise<Payment | null> {
  const { key, payerId: userId, currency, amount } = hold;
  const about = { purpose: "hold" as const, chargeId: null, paymentMethodId: null };
  return holdInWallet(tx, needs, { ...about, key, userId, currency, amount });
}

function isOpen({ status }: Pick<Payment, "status">): boolean {
  return status === "pending" || status === "held";
}

/** Gives back what was set aside. What the payment service has not answered for is asked for by the sweep. */
export async function letGo(needs: Needs, payment: Payment): Promise<void> {
  const { db, payments, now } = needs;
  if (payment.reference !== null) await applyOutcome(db, payment.id, await payments.release(payment.reference), now());
  else if (payment.status === "held") await returnToWallet(needs, payment);
}

interface Standing {
  /** It may still be used. */
  isOpen: boolean;
  /** When it ends, as it was sold last; epoch ms. */
  endsAt: number;
  /** A session has used it. */
  isUsed: boolean;
  /** The session's bill; null: there is none yet. */
  chargeId: string | null;
  /** Something of what it costs is still to be billed. */
  isUnbilled: boolean;
  /** The bill of the booking itself for which most is owed; null: nothing is. */
  owing: string | null;
}

/** Where a booking is over, takes what was set aside for it as far as it is owed, and gives the rest back. Safe to repeat. */
export async function settleBooking(needs: Needs, siteId: string, booking: string): Promise<void> {
  const { db } = needs;
  const payment = await heldFor(db, siteId, booking);
  if (!payment || !isOpen(payment)) return;
  const standing = await standingOf(db, siteId, booking);
  // Of what was used, the session's bill takes it.
  if (standing.isOpen || standing.isUsed || standing.isUnbilled) return;
  const { owing } = standing;
  if (owing === null) return letGo(needs, payment);
  if (payment.reference !== null) return takeHeld(needs, payment.key, owing);
  await letGo(needs, payment);
  await payFromWallet(needs, payment.user_id, owing);
}

/** What is set aside for a booking, or was. */
export async function heldFor(db: Kysely<Database>, siteId: string, booking: string): Promise<Payment | undefined> {
  return db
    .selectFrom("payment_choices as c")
    .innerJoin("payments as p", "p.id", "c.payment_id")
    .selectAll("p")
    .where("c.site_id", "=", siteId)
    .where("c.about", "=", "booking")
    .where("c.subject", "=", booking)
    .executeTakeFirst();
}

/** How a booking stands, as to its money. */
export async function standingOf(db: Kysely<Database>, siteId: string, booking: string): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select
      exists (
        select from reservations where site_id = ${siteId} and booking = ${booking} and version > 0 and stage <> 'ended' and cancel_owed is null
      ) as "isOpen",
      (select coalesce(max(to_slot), 0)::bigint * ${SLOT_MS} from reservations where site_id = ${siteId} and booking = ${booking} and version > 0) as "endsAt",
      exists (select from session_drivers where site_id = ${siteId} and booking = ${booking}) as "isUsed",
      (select b.charge_id from session_bills b join session_drivers d using (site_id, session_id)
        where site_id = ${siteId} and d.booking = ${booking} and b.billed_revision = b.revision limit 1) as "chargeId",
      exists (select from booking_postings where site_id = ${siteId} and booking = ${booking} and billed_at is null) as "isUnbilled",
      (select e.charge_id from ledger_entries e
        where e.account = 'receivable' and e.charge_id in (select charge_id from booking_postings where site_id = ${siteId} and booking = ${booking})
        group by e.charge_id having sum(e.amount) > 0 order by sum(e.amount) desc limit 1) as owing`.execute(db);
  return rows[0]!;
}
