import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { HubBookingEvent } from "../../shared/booking";
import { applyAtCloud } from "../../shared/booking";
import { hubBookingData } from "../../shared/booking/schema";
import type { StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";
import { loadBook, saveBook } from "./book";
import { mayHaveComeFree } from "./waiting/job";

/** Events of a hub's book among those of a batch. */
export function bookEvents(events: readonly StreamEvent[]): HubBookingEvent[] {
  return events.filter((event): event is StreamEvent & HubBookingEvent => Object.hasOwn(hubBookingData, event.type));
}

/**
 * Applies events of a hub's book, in the transaction that moves its cursor and under the site's lock. After the cloud began an epoch they do not count before
 * `hub.recovered` has said what the hub's book is in it: what a lost past granted or sold is in there, if it holds (Rule 10, I6).
 */
export async function hearBook(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly HubBookingEvent[],
  now: number,
): Promise<void> {
  const head = await trx.selectFrom("booking_books").selectAll().where("site_id", "=", siteId).executeTakeFirst();
  const before = await loadBook(trx, siteId, { bookings: [...new Set(events.flatMap(bookingOf))] });
  if (!head || !before) return;
  let heard = head.heard_epoch;
  let book = before;
  for (const event of events) {
    if (event.type === "hub.recovered" && event.data.epoch === head.epoch) heard = head.epoch;
    if (heard !== head.epoch && event.type !== "seats.set") continue;
    book = applyAtCloud(book, event);
    const answered =
      event.type === "cells.granted"
        ? event.data.requestId
        : event.type === "cells.refused"
          ? event.data.requestId
          : null;
    if (answered !== null) await answer(trx, siteId, answered, event.type === "cells.granted" ? "granted" : "refused");
  }
  await saveBook(trx, before, book, now);
  if (events.length > 0) await mayHaveComeFree(trx, siteId);
  if (heard !== head.heard_epoch) {
    await trx.updateTable("booking_books").set({ heard_epoch: heard }).where("site_id", "=", siteId).execute();
  }
}

function bookingOf({ data }: HubBookingEvent): string[] {
  if ("sale" in data) return [data.sale.booking];
  return "booking" in data ? [data.booking] : [];
}

/** What the hub says to a request. */
async function answer(
  trx: Transaction<Database>,
  siteId: string,
  requestId: string,
  outcome: "granted" | "refused",
): Promise<void> {
  await trx
    .updateTable("booking_requests")
    .set({ outcome })
    .where("site_id", "=", siteId)
    .where(sql`request_id::text`, "=", requestId)
    .execute();
}
