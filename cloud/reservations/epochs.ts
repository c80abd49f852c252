import type { Transaction } from "kysely";
import { sql } from "kysely";
import { foldCloud, startEpoch } from "../../shared/booking";
import type { BookingSettings } from "../../shared/booking-settings";
import { AppError } from "../../shared/error";
import type { EpochRequest, FeedMessage, PairAnswer } from "../../shared/sync";
import type { Database } from "../db/schema";
import { liveSpan, loadBook, saveBook } from "./book";
import { settingsOf } from "./settings";

/** Where a site's book and its hub's stream begin an epoch: they have the same number. */

/** `begun`: the messages that come first in it; null: no epoch was begun, `epoch` and `recovery` say which one holds. */
export interface NextEpoch {
  epoch: number;
  recovery: string | null;
  begun: FeedMessage[] | null;
}

/**
 * The epoch for a hub that asks (Rule 10), under the site's lock. `hubEpoch` is the stream's. Throws AppError `recovery_needed` (409) where the hub has seats and does
 * not say that it is recovering: what it sold and the cloud does not know would be sold again.
 */
export async function nextEpoch(
  trx: Transaction<Database>,
  siteId: string,
  request: EpochRequest,
  hubEpoch: number,
  now: number,
): Promise<NextEpoch> {
  const book = await loadBook(trx, siteId, { near: liveSpan(now), open: true });
  const { recovery, after } = request as Partial<{ recovery: string; after: number }>;
  if (!book || recovery === undefined || after === undefined) {
    if (book && Object.keys(book.seats).length > 0) {
      throw new AppError("recovery_needed", "A hub that sells reservations recovers first, and says so.", {
        status: 409,
      });
    }
    const epoch = hubEpoch + 1;
    const heads = { epoch, heard_epoch: epoch, recovery: null };
    await trx.updateTable("booking_books").set(heads).where("site_id", "=", siteId).execute();
    return { epoch, recovery: null, begun: [] };
  }
  const events = startEpoch(book, { recovery, after }, now);
  if (events.length === 0) return { epoch: book.epoch, recovery: book.recovery, begun: null };
  const next = events.reduce(foldCloud, book);
  await saveBook(trx, book, next, now);
  const begun = events.map((event): FeedMessage => ({ ...event, epoch: next.epoch }));
  return { epoch: next.epoch, recovery: next.recovery, begun };
}

type Paired = Required<Pick<PairAnswer, "epoch" | "recover" | "pinSecret" | "booking">>;

/**
 * What a newly paired hub is told of the book, under the site's lock. It replaces one that may have sold where the site has a book with seats: then it has to recover, and nothing that it
 * says of its own book counts before it has.
 */
export async function pairBook(
  trx: Transaction<Database>,
  siteId: string,
  pinSecret: string,
): Promise<Paired & { booking: BookingSettings }> {
  await sql`
    insert into booking_books (site_id, epoch, heard_epoch, pin_secret) values (${siteId}, 1, 1, ${pinSecret})
    on conflict (site_id) do nothing`.execute(trx);
  const seat = await trx.selectFrom("booking_seats").select("seat").where("site_id", "=", siteId).executeTakeFirst();
  const { epoch, pin_secret } = await trx
    .updateTable("booking_books")
    .set((row) => ({ heard_epoch: seat ? 0 : row.ref("heard_epoch") }))
    .where("site_id", "=", siteId)
    .returning(["epoch", "pin_secret"])
    .executeTakeFirstOrThrow();
  return { epoch, recover: seat !== undefined, pinSecret: pin_secret, booking: await settingsOf(trx, siteId) };
}
