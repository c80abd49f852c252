import type { Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";

/** What a place's rating is made of changes in the same transaction as its reviews. */

/** Adds to (or with a negative count takes from) the aggregate of a place, whose row is locked until the commit. Throws AppError `not_found` without a place. */
async function addRating(
  trx: Transaction<Database>,
  siteId: string,
  { sum, count }: { sum: number; count: number },
): Promise<void> {
  const row = await trx
    .updateTable("places")
    .set((places) => ({
      rating_sum: places("rating_sum", "+", sum),
      rating_count: places("rating_count", "+", count),
    }))
    .where("site_id", "=", siteId)
    .returning("site_id")
    .executeTakeFirst();
  if (!row) throw notFound("place");
}

/**
 * Writes the review of a session by the driver whose session it was. Throws AppError `not_found` (404; also where it was another's), `not_over` (409) while it runs, or
 * `reviewed` (409) where it has one.
 */
export async function writeReview(
  trx: Transaction<Database>,
  review: {
    siteId: string;
    sessionId: string;
    reviewId: string;
    userId: string;
    rating: number;
    text: string;
    at: Date;
  },
): Promise<void> {
  const { siteId, sessionId, reviewId, userId, rating, text, at } = review;
  const session = await trx
    .selectFrom("session_drivers as d")
    .innerJoin("sessions as s", (join) => join.onRef("s.site_id", "=", "d.site_id").onRef("s.id", "=", "d.session_id"))
    .select("s.ended_at")
    .where("d.site_id", "=", siteId)
    .where("d.session_id", "=", sessionId)
    .where("d.user_id", "=", userId)
    .executeTakeFirst();
  if (!session) throw notFound("session of yours at this site");
  if (session.ended_at === null) {
    throw new AppError("not_over", "A session is reviewed when it is over.", { status: 409 });
  }
  const row = await trx
    .insertInto("reviews")
    .values({
      site_id: siteId,
      review_id: reviewId,
      session_id: sessionId,
      user_id: userId,
      rating,
      text,
      created_at: at,
    })
    .onConflict((conflict) => conflict.columns(["site_id", "session_id"]).doNothing())
    .returning("review_id")
    .executeTakeFirst();
  if (!row) throw new AppError("reviewed", "This session has been reviewed already.", { status: 409 });
  await addRating(trx, siteId, { sum: rating, count: 1 });
}

/** Takes a review off the page, or puts it back; the aggregate follows. Gives false where it is so already. Throws AppError `not_found`. */
export async function setHidden(
  trx: Transaction<Database>,
  { siteId, reviewId }: { siteId: string; reviewId: string },
  hidden: { at: Date; by: string; reason: string } | null,
): Promise<boolean> {
  const review = await trx
    .selectFrom("reviews")
    .select(["rating", "hidden_at"])
    .where("site_id", "=", siteId)
    .where("review_id", "=", reviewId)
    .forUpdate()
    .executeTakeFirst();
  if (!review) throw notFound("review");
  if ((review.hidden_at === null) === (hidden === null)) return false;
  const { at = null, by = null, reason = null } = hidden ?? {};
  await trx
    .updateTable("reviews")
    .set({ hidden_at: at, hidden_by: by, hidden_reason: reason })
    .where("site_id", "=", siteId)
    .where("review_id", "=", reviewId)
    .execute();
  const sign = hidden ? -1 : 1;
  await addRating(trx, siteId, { sum: sign * review.rating, count: sign });
  return true;
}

/** How a writer is shown: by the first name only. */
export const firstName = sql<string | null>`split_part(u.name, ' ', 1)`;
