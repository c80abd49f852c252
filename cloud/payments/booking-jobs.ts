import type { Transaction } from "kysely";
import { z } from "zod";
import type { Sale } from "../../shared/booking";
import { startOfSlot } from "../../shared/booking";
import { payerOf } from "../accounts/family";
import { lockWallet } from "../billing/ledger";
import type { Database } from "../db/schema";
import { defineJob } from "../jobs/job";
import { send } from "../jobs/send";
import type { BookingMoney } from "./booking-hold";
import { SOON_MS, authorize, expectedOf, setAside, settleBooking, standingOf, zoneOf } from "./booking-hold";
import { choiceOfBooking, keepChoice, rulesOf } from "../billing/choices";
import type { Needs, Payment } from "./payments";
import { releaseWalletHold } from "../billing/wallet-hold";

const data = z.object({ siteId: z.uuid(), booking: z.string() });

/** A booking has ended, or its driver has withdrawn. */
export const settleBookingJob = defineJob({
  name: "payments.booking.settle",
  data,
  retry: { limit: 5, delaySeconds: 10 },
  run: (deps, { siteId, booking }) => settleBooking(deps, siteId, booking),
});

/** The time has come to set money aside for a booking that was made long ahead. */
export const holdBookingJob = defineJob({
  name: "payments.booking.hold",
  data,
  retry: { limit: 5, delaySeconds: 60 },
  run: (deps, { siteId, booking }) => holdLater(deps, siteId, booking),
});

/** Keeps how a new booking is paid, in the transaction that sells it. */
export async function keepBookingMoney(
  tx: Transaction<Database>,
  siteId: string,
  sale: Pick<Sale, "booking">,
  { method, payment, later }: BookingMoney,
  now: number,
): Promise<void> {
  const { booking } = sale;
  await keepChoice(tx, { siteId, about: "booking", subject: booking }, { method, paymentId: payment?.id ?? null, now });
  if (later !== null) await send(tx, holdBookingJob, { siteId, booking }, { after: later });
}

/** Keeps how a booking is paid from now on, in the transaction that changes it. What was set aside before is let go of after that. */
export async function changeBookingMoney(
  tx: Transaction<Database>,
  needs: Needs,
  { siteId, booking }: { siteId: string; booking: string },
  { money, before }: { money: BookingMoney; before: Payment | null },
): Promise<void> {
  const { method, later, swap } = money;
  let { payment } = money;
  if (swap && before) {
    await lockWallet(tx, swap.payerId);
    await releaseWalletHold(tx, before.key, needs.now());
    payment = await setAside(tx, needs, swap);
  }
  const choice = { method, payment_id: payment?.id ?? null };
  await tx
    .insertInto("payment_choices")
    .values({ site_id: siteId, about: "booking", subject: booking, ...choice, created_at: new Date(needs.now()) })
    .onConflict((conflict) => conflict.columns(["site_id", "about", "subject"]).doUpdateSet(choice))
    .execute();
  if (later !== null) await send(tx, holdBookingJob, { siteId, booking }, { after: later });
}

/** Where one of these bookings has money set aside, that is looked into after the transaction. */
export async function settleLater(tx: Transaction<Database>, siteId: string, bookings: string[]): Promise<void> {
  if (bookings.length === 0) return;
  const rows = await tx
    .selectFrom("payment_choices")
    .select("subject")
    .where("site_id", "=", siteId)
    .where("about", "=", "booking")
    .where("subject", "in", bookings)
    .where("payment_id", "is not", null)
    .execute();
  for (const { subject: booking } of rows) await send(tx, settleBookingJob, { siteId, booking });
}

/** A card that is refused now leaves the booking as it is: the driver hears of it, and the bill is owed all the same. */
async function holdLater(needs: Needs, siteId: string, booking: string): Promise<void> {
  const { db, payments, now } = needs;
  const choice = await choiceOfBooking(db, siteId, booking);
  const { isOpen, isUsed } = await standingOf(db, siteId, booking);
  if (!payments.cards || !choice || choice.payment_id !== null || !isOpen || isUsed) return;
  const rows = await db
    .selectFrom("reservations")
    .select(["sale", "user_id", "created_at"])
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", ">", 0)
    .orderBy("version")
    .execute();
  const [first, latest] = [rows[0], rows.at(-1)];
  if (!first?.user_id || !latest || startOfSlot(latest.sale.to) < now()) return;
  const after = startOfSlot(latest.sale.from) - SOON_MS;
  // It was changed to a later time meanwhile.
  if (after > now()) {
    await db.transaction().execute((tx) => send(tx, holdBookingJob, { siteId, booking }, { after }));
    return;
  }
  const payerId = await payerOf(db, first.user_id, first.created_at.getTime());
  const amount = (await rulesOf(db, siteId)).hold ?? expectedOf(latest.sale, await zoneOf(db, siteId));
  if (amount === 0) return;
  const hold = { key: `booking:${siteId}:${latest.sale.key}`, payerId, currency: latest.sale.price.currency, amount };
  const payment = await authorize(needs, hold);
  if (payment?.status !== "held") return;
  await db
    .updateTable("payment_choices")
    .set({ payment_id: payment.id })
    .where("site_id", "=", siteId)
    .where("about", "=", "booking")
    .where("subject", "=", booking)
    .where("payment_id", "is", null)
    .execute();
  // It may have been cancelled meanwhile.
  await settleBooking(needs, siteId, booking);
}
