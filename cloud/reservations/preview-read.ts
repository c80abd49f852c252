import type { Kysely, Transaction } from "kysely";
import { slotOf } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import type { Affected, BookingChange, SiteNow } from "./preview";
import { affectedBy, digestOf } from "./preview";
import { settingsOf } from "./settings";

/** What a change would meet now. Throws AppError `not_found`. */
export async function previewOf(
  db: Kysely<Database>,
  siteId: string,
  change: BookingChange,
  now: number,
): Promise<{ affected: Affected[]; shown: string }> {
  const affected = affectedBy(await siteNow(db, siteId, now), change);
  return { affected, shown: digestOf(affected) };
}

/**
 * Refuses a change whose effect on bookings its owner has not seen: `shown` is what the preview gave. Asked under the site's lock (`lockBook`) in the transaction that makes the change, so that
 * nothing is sold in between. Throws AppError `bookings_affected` (409) with what it would meet now.
 */
export async function requireShown(
  trx: Transaction<Database>,
  siteId: string,
  change: BookingChange,
  shown: string | undefined,
  now: number,
): Promise<Affected[]> {
  const { affected, shown: current } = await previewOf(trx, siteId, change, now);
  if (affected.length === 0 || shown === current) return affected;
  throw new AppError(
    "bookings_affected",
    "This meets bookings that you have not been shown. Look at the preview first.",
    {
      status: 409,
      details: { count: affected.length },
    },
  );
}

async function siteNow(db: Kysely<Database>, siteId: string, now: number): Promise<SiteNow> {
  const site = await db
    .selectFrom("sites as s")
    .leftJoin("places as p", "p.site_id", "s.site_id")
    .select(["s.time_zone", "p.hours"])
    .where("s.site_id", "=", siteId)
    .executeTakeFirst();
  if (!site) throw notFound("site");
  const settings = await settingsOf(db, siteId);
  const seats = await db
    .selectFrom("booking_seats")
    .select(["seat", "class"])
    .where("site_id", "=", siteId)
    .where("gone", "=", false)
    .orderBy("place")
    .execute();
  const bookings = await db
    .selectFrom("reservations")
    .select(["booking", "version", "seat", "class", "from_slot as from", "to_slot as to"])
    .where("site_id", "=", siteId)
    .where("version", ">", 0)
    .where("stage", "=", "reserved")
    .where("cancel_owed", "is", null)
    .where("to_slot", ">", slotOf(now))
    .execute();
  return {
    settings,
    hours: site.hours,
    timeZone: site.time_zone,
    seats: Object.fromEntries(seats.map(({ seat, class: kind }) => [seat, kind])),
    bookings,
  };
}
