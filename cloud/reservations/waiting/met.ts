import type { Transaction } from "kysely";
import type { Database } from "../../db/schema";

/** Whoever has got what he waited for by changing another booking waits no more, as by buying it (`reservation_sell`). Under the site's lock. */
export async function waitNoMore(
  trx: Transaction<Database>,
  {
    siteId,
    userId,
    class: kind,
    from,
    to,
  }: { siteId: string; userId: string; class: string; from: number; to: number },
): Promise<void> {
  await trx
    .updateTable("booking_waits")
    .set({ state: "booked" })
    .where("site_id", "=", siteId)
    .where("user_id", "=", userId)
    .where("state", "=", "waiting")
    .where("class", "=", kind)
    .where("from_slot", ">=", from)
    .where("to_slot", "<=", to)
    .execute();
}
