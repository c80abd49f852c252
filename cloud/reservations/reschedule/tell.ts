import type { Transaction } from "kysely";
import type { Sale } from "../../../shared/booking";
import { instantOfSlot } from "../../../shared/booking";
import type { Database } from "../../db/schema";
import { notify } from "../../notifications/notify";
import type { Alternative } from "./alternative";

/** What drivers are told of bookings whose chargers fail, in the transaction that does it. */

interface Booked {
  siteId: string;
  userId: string;
  sale: Sale;
}

/** Tells the driver that his charger cannot be counted on, and what he is offered. */
export async function tellAtRisk(
  trx: Transaction<Database>,
  { siteId, userId, sale }: Booked,
  alternative: Alternative | null,
  now: number,
): Promise<void> {
  const names = await trx
    .selectFrom("sites")
    .select(["site_id", "name"])
    .where("site_id", "in", [siteId, alternative?.siteId ?? siteId])
    .execute();
  const nameOf = (id: string) => names.find((site) => site.site_id === id)?.name ?? "";
  const other = alternative && { siteName: nameOf(alternative.siteId), distanceM: alternative.distanceM };
  const data = { siteId, siteName: nameOf(siteId), booking: sale.booking, start: instantOfSlot(sale.from), other };
  await notify(trx, { userId, kind: "bookingAtRisk", siteId, data, now });
}

/** Tells the driver that his booking is given up, and what he gets. */
export async function tellReleased(
  trx: Transaction<Database>,
  { siteId, userId, sale }: Booked,
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

/** Tells the driver where he goes instead. */
export async function tellMoved(
  trx: Transaction<Database>,
  { userId, siteId: old, booking: oldBooking }: { userId: string; siteId: string; booking: string },
  { siteId, booking, from }: { siteId: string; booking: string; from: number },
  now: number,
): Promise<void> {
  const site = await trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  const data = { siteId, siteName: site.name, booking, start: instantOfSlot(from), isElsewhere: siteId !== old };
  await notify(trx, {
    userId,
    kind: "bookingMoved",
    siteId,
    key: `${oldBooking} ${booking} ${from} ${now}`,
    data,
    now,
  });
}
