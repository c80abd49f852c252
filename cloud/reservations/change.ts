import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Book, CloudBookingEvent, ModifyAnswer, Sale } from "../../shared/booking";
import { foldCloud, isOpen, modifyAtCloud, requestCancel, startOfSlot, versionsOf } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import { appendFeed } from "../hubs/append-feed";
import { loadBook, lockBook, saveBook } from "./book";
import type { UnseatedSale } from "./offer";
import { owedAfterRelease } from "./reschedule/owed";
import type { ChangeRefusal, Refusal } from "./sell";
import { waitNoMore } from "./waiting/met";

/** What drivers do with what they have booked: each one transaction under the site's lock, decided by shared/booking. */

export interface Booked {
  siteId: string;
  userId: string;
  booking: string;
}

export interface Changed<Answer> {
  answer: Answer;
  /** To wake; undefined: nothing was written. */
  hubId: string | undefined;
}

/**
 * Rule 7: asks the hub to cancel. `owed`: what the driver owes if the hub agrees, and is charged from now on. Throws AppError `not_found`, or with 409 `used`, `ended`
 * or `doubtful`. Where his charger cannot be counted on, this declines what is offered instead, and is as free as that.
 */
export function cancelBooking(
  db: Db,
  booked: Booked,
  now: number,
): Promise<Changed<{ owed: number; pending: boolean }>> {
  return decide(db, booked, {}, now, async (trx, book) => {
    const versions = versionsOf(book, booked.booking);
    const which = versions.findLast(isOpen) ?? (versions.at(-1) as Sale);
    const { answer, events } = requestCancel(book, which, now);
    if (!answer.ok)
      throw new AppError(answer.refusal, "This reservation cannot be cancelled any more.", { status: 409 });
    const offered = events.length > 0 && (await declineOffer(trx, booked.siteId, which, now));
    if (offered) {
      const { booking, version } = which;
      const { siteId, userId } = booked;
      const made = { offer: offered.offer, offeredAt: offered.offered_at };
      const owed = await owedAfterRelease(trx, { siteId, userId, sale: which }, made, now);
      const event: CloudBookingEvent = { type: "booking.cancelRequested", data: { booking, version, owed } };
      return { events: [event], answer: { owed, pending: answer.pending } };
    }
    return { events, answer: { owed: answer.owed, pending: answer.pending } };
  });
}

/** Gives what was offered instead of a booking whose charger fails, and that is declined now; undefined: nothing waits for its driver. */
function declineOffer(trx: Transaction<Database>, siteId: string, { booking, version }: Sale, now: number) {
  return trx
    .updateTable("booking_reschedules")
    .set({ state: "declined", decided_at: new Date(now) })
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .where("state", "=", "offered")
    .returning(["offer", "offered_at"])
    .executeTakeFirst();
}

export type Modified = Extract<ModifyAnswer, { ok: true }> | { ok: false; refusal: ChangeRefusal };

/**
 * Rule 8: sells the new time first, then cancels the old. `wish` is the sale as it is to be; its seat is the one that the booking has, if that is free, else another of
 * `seats`. Possible until `cancel_until_minutes` before the start that it had (409 `too_late`). `also` is done in the same transaction where the call is not repeated.
 */
export function modifyBooking(
  db: Db,
  booked: Booked,
  { wish, seats }: { wish: UnseatedSale; seats: readonly string[] },
  now: number,
  also: (trx: Transaction<Database>) => Promise<void>,
): Promise<Changed<Modified>> {
  const { booking } = booked;
  const key = wish.key as string;
  return decide<Modified>(db, booked, { near: wish, key }, now, async (trx, book) => {
    const old = versionsOf(book, booking).findLast(isOpen);
    if (old && old.key !== key && now > startOfSlot(old.from) - old.terms.cancel_until_minutes * 60_000) {
      throw new AppError("too_late", "It is too late to change this reservation.", { status: 409 });
    }
    const order = [...new Set([...(old ? [old.seat] : []), ...seats])];
    let last: Modified = { ok: false, refusal: "unknown_seat" };
    for (const seat of order) {
      const { from, to, price, terms, tariff } = wish;
      const offer = { booking, seat, from, to, price, terms, tariff, key };
      const { answer, events } = modifyAtCloud(book, offer, now);
      if (!answer.ok) {
        last = answer;
        continue;
      }
      const kept = answer.repeated ? undefined : await heldBack(trx, book, seat, wish, booked.userId, now);
      if (!kept) {
        if (!answer.repeated) {
          await waitNoMore(trx, { siteId: booked.siteId, userId: booked.userId, class: answer.sale.class, from, to });
          await also(trx);
        }
        return { events, answer };
      }
      last = kept;
    }
    return { events: [], answer: last };
  });
}

/** What the protocol does not know: holds of others, the owner's blocks, and who stands in line. */
export async function heldBack(
  trx: Transaction<Database>,
  book: Book,
  seat: string,
  { from, to, booking }: Pick<UnseatedSale, "from" | "to" | "booking">,
  userId: string,
  now: number,
): Promise<{ ok: false; refusal: Refusal } | undefined> {
  const { rows } = await sql<{ why: Refusal | null }>`
    select coalesce(
      reservation_refusal(${book.hub}, ${seat}, ${from}, ${to}, ${new Date(now)}, ${booking}),
      case when reservation_awaited(${book.hub}, ${book.seats[seat]?.class ?? ""}, ${userId}, ${from}, ${to}, ${new Date(now)}) then 'awaited' end
    ) as why`.execute(trx);
  const refusal = rows[0]?.why;
  return refusal ? { ok: false, refusal } : undefined;
}

async function decide<Answer>(
  db: Db,
  { siteId, userId, booking }: Booked,
  part: { near?: { from: number; to: number }; key?: string },
  now: number,
  decision: (trx: Transaction<Database>, book: Book) => Promise<{ events: CloudBookingEvent[]; answer: Answer }>,
): Promise<Changed<Answer>> {
  return db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const mine = await trx
      .selectFrom("reservations")
      .select("booking")
      .where("site_id", "=", siteId)
      .where("booking", "=", booking)
      .where("user_id", "=", userId)
      .where("version", ">", 0)
      .executeTakeFirst();
    const book = mine && (await loadBook(trx, siteId, { bookings: [booking], ...part }));
    if (!book) throw notFound("reservation");
    const { events, answer } = await decision(trx, book);
    const hubId = await writeDecision(trx, book, events, now);
    return { answer, hubId };
  });
}

/** Writes what a decision of the cloud makes: the book, and the feed. Gives the hub to wake. */
export async function writeDecision(
  trx: Transaction<Database>,
  book: Book,
  events: readonly CloudBookingEvent[],
  now: number,
): Promise<string | undefined> {
  if (events.length === 0) return undefined;
  const after = events.reduce(foldCloud, book);
  await saveBook(trx, book, after, now);
  const messages = events.map((event) => ({ ...event, epoch: after.epoch }));
  return appendFeed(trx, book.hub, messages, now);
}
