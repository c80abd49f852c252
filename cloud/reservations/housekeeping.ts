import type { Db } from "../db/database";

/** A request to a hub is answered in seconds; its row is kept for a day. */
const REQUEST_MS = 86_400_000;

/** Removes holds that have run out, and requests to hubs that are over. Run now and then. */
export async function forgetHolds(db: Db, now: number): Promise<void> {
  await db.deleteFrom("reservations").where("expires_at", "<=", new Date(now)).execute();
  await db
    .deleteFrom("booking_requests")
    .where("created_at", "<=", new Date(now - REQUEST_MS))
    .execute();
}
