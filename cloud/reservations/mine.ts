import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import { currentOf, reservationColumns, reservationView } from "./read";

/** Bookings of a driver at a site, as they see them, by their starts. */
export async function bookingsOf(db: Db, siteId: string, userId: string, bookings: readonly string[]) {
  if (bookings.length === 0) return [];
  const rows = await db
    .selectFrom("reservations")
    .select(reservationColumns)
    .where("site_id", "=", siteId)
    .where("booking", "in", [...bookings])
    .where("user_id", "=", userId)
    .where("version", ">", 0)
    .execute();
  return currentOf(rows).map(reservationView);
}

/** One of them. Throws AppError `not_found`, also where it is another's. */
export async function bookingOf(db: Db, siteId: string, userId: string, booking: string) {
  const [found] = await bookingsOf(db, siteId, userId, [booking]);
  if (!found) throw notFound("reservation");
  return found;
}
