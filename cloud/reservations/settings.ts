import type { Kysely } from "kysely";
import type { BookingSettings } from "../../shared/booking-settings";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { Database } from "../db/schema";

/** The owner's rules for reservations at a site, else the defaults. */
export async function settingsOf(db: Kysely<Database>, siteId: string): Promise<BookingSettings> {
  const row = await db
    .selectFrom("booking_settings")
    .select("settings")
    .where("site_id", "=", siteId)
    .executeTakeFirst();
  return row?.settings ?? defaultBookingSettings;
}
