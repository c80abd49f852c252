import { sql } from "kysely";
import type { CloudBookingEvent } from "../../shared/booking";
import { FOREVER, advanceFrontier, slotOf } from "../../shared/booking";
import { subtract } from "../../shared/booking/spans";
import type { Db } from "../db/database";
import { loadBook, lockBook } from "./book";
import { writeDecision } from "./change";
import { spansOf } from "./ranges";
import { settingsOf } from "./settings";

/** Open sales so far behind the frontier may cross it one after the other: three days. */
const CHAIN_SLOTS = 288;

/**
 * Rule 3: hands the connected hub what has come nearer than the frontier, and its walk-in seats; all of it where the owner lets the cloud sell nothing.
 * Held cells stay until the hold is over. A hub that is recovering gets nothing. Gives the hub to wake; undefined where there is nothing to hand over, which costs one query.
 */
export async function moveFrontier(db: Db, siteId: string, now: number): Promise<string | undefined> {
  const { open, frontierMinutes } = await settingsOf(db, siteId);
  const ahead = open ? frontierMinutes / 15 : FOREVER - slotOf(now);
  const frontier = slotOf(now) + ahead;
  const { rows } = await sql<{ due: boolean }>`
    select exists (
      select from booking_seats s join booking_books b using (site_id)
      where site_id = ${siteId} and not gone and b.heard_epoch = b.epoch
        and case when walk_in then not isempty(owned) else owned && int4range(0, ${frontier}) end
    ) as due`.execute(db);
  if (!rows[0]?.due) return undefined;
  return db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const book = await loadBook(trx, siteId, {
      near: { from: slotOf(now), to: Math.min(FOREVER, frontier + CHAIN_SLOTS) },
    });
    const holds = await trx
      .selectFrom("reservations")
      .select(["seat", "held"])
      .where("site_id", "=", siteId)
      .where("version", "=", 0)
      .where("expires_at", ">", new Date(now))
      .execute();
    if (!book) return undefined;
    const grants = advanceFrontier(book, now, ahead).flatMap(({ type, data }): CloudBookingEvent[] => {
      const held = holds.flatMap((hold) => (hold.seat === data.seat && hold.held ? spansOf(hold.held) : []));
      const spans = subtract(data.spans, held);
      return spans.length > 0 ? [{ type, data: { seat: data.seat, spans } }] : [];
    });
    return writeDecision(trx, book, grants, now);
  });
}
