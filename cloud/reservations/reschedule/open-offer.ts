import type { Transaction } from "kysely";
import { saleId, slotOf } from "../../../shared/booking";
import { AppError } from "../../../shared/error";
import type { Database } from "../../db/schema";
import type { Deps } from "../../deps";
import { loadBook, lockBook } from "../book";
import type { Alternative } from "./alternative";
import { alternativeFor, offerIdOf } from "./alternative";
import { isWaiting } from "./owed";
import { tellAtRisk } from "./tell";
import type { RescheduleState } from "./tables";

/** Offers that wait for their drivers. Each is decided, and changed, under its site's lock. */

export interface Which {
  siteId: string;
  userId: string;
  booking: string;
}

export const over = () =>
  new AppError("offer_over", "There is no offer for this reservation any more.", { status: 410 });

export function isSameOffer(one: Alternative | null, other: Alternative | null): boolean {
  return one === null || other === null ? one === other : offerIdOf(one) === offerIdOf(other);
}

/** An offer that is not decided yet, with the book of its booking and the sale in it. undefined: there is none. */
export async function openOffer(trx: Transaction<Database>, { siteId, booking }: Which, version: number) {
  const row = await trx
    .selectFrom("booking_reschedules")
    .select(["offer", "offered_at"])
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .where("state", "=", "offered")
    .executeTakeFirst();
  const book = row && (await loadBook(trx, siteId, { bookings: [booking] }));
  if (!book) return undefined;
  const made = { offer: row.offer as Alternative | null, offeredAt: row.offered_at };
  return { ...made, book, sale: book.sales[saleId({ booking, version })] };
}

/** The offer and its booking, both still waiting. Throws AppError `offer_over`. */
export async function waitingOffer(trx: Transaction<Database>, which: Which, version: number, now: number) {
  const open = await openOffer(trx, which, version);
  if (!open || !isWaiting(open.sale) || open.sale.from <= slotOf(now)) throw over();
  return { ...open, sale: open.sale };
}

/** It is decided: under the site's lock, so once. */
export async function decided(
  trx: Transaction<Database>,
  { siteId, booking, version }: { siteId: string; booking: string; version: number },
  state: Exclude<RescheduleState, "offered">,
  now: number,
): Promise<void> {
  await trx
    .updateTable("booking_reschedules")
    .set({ state, decided_at: new Date(now) })
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .execute();
}

/**
 * Looks again, and puts what is free now in the place of `seen`, unless another did so meanwhile. `tell`: where there is something again, its driver is told. Nothing is changed where he
 * has decided meanwhile.
 */
export async function offerAgain(
  { db, now }: Pick<Deps, "db" | "now">,
  which: Which,
  {
    version,
    sale,
    offer: seen,
  }: { version: number; sale: Parameters<typeof alternativeFor>[1]["sale"] } & {
    offer: Alternative | null;
  },
  tell: boolean,
): Promise<void> {
  const { siteId, userId, booking } = which;
  const offer = await alternativeFor(db, { siteId, userId, sale }, now());
  if (isSameOffer(offer, seen)) return;
  await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const row = await trx
      .selectFrom("booking_reschedules")
      .select("offer")
      .where("site_id", "=", siteId)
      .where("booking", "=", booking)
      .where("version", "=", version)
      .where("state", "=", "offered")
      .executeTakeFirst();
    if (!row || !isSameOffer(row.offer, seen)) return;
    await trx
      .updateTable("booking_reschedules")
      .set({ offer: offer && JSON.stringify(offer) })
      .where("site_id", "=", siteId)
      .where("booking", "=", booking)
      .where("version", "=", version)
      .execute();
    if (tell && offer) await tellAtRisk(trx, { siteId, userId, sale }, offer, now());
  });
}
