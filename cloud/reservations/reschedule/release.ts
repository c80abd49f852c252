import type { Transaction } from "kysely";
import type { Book, CloudBookingEvent, Sale } from "../../../shared/booking";
import { instantOfSlot } from "../../../shared/booking";
import type { Database } from "../../db/schema";
import { notify } from "../../notifications/notify";
import { writeDecision } from "../change";

/** Rule 7 without a fee: asks the hub to cancel. Gives the hub to wake. */
export function releaseSale(
  trx: Transaction<Database>,
  book: Book,
  { booking, version }: Sale,
  owed: number,
  now: number,
): Promise<string | undefined> {
  const event: CloudBookingEvent = { type: "booking.cancelRequested", data: { booking, version, owed } };
  return writeDecision(trx, book, [event], now);
}

/** Tells the driver that his booking is given up, and what he gets. */
export async function tellReleased(
  trx: Transaction<Database>,
  { siteId, userId, sale }: { siteId: string; userId: string; sale: Sale },
  owed: number,
  now: number,
): Promise<void> {
  const site = await trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  const { booking, version, from, price } = sale;
  const data = {
    siteId,
    siteName: site.name,
    booking,
    start: instantOfSlot(from),
    refund: { amount: price.amount, currency: price.currency },
    compensation: { amount: Math.max(0, -owed), currency: price.currency },
  };
  await notify(trx, { userId, kind: "bookingReleased", siteId, key: `${booking} ${version}`, data, now });
}
