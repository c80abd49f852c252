import { createRoute, z } from "@hono/zod-openapi";
import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { requireSite, userOf } from "../accounts/access";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { newestFirst, pageAnswer, pageOf, pageQuery } from "../http/page";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { notify, ownersOf } from "../notifications/notify";
import { siteParam } from "../sites/routes";
import { visitPlace } from "../sites/visit";
import { firstName, writeReview } from "./reviews";

const reviewParam = siteParam.extend({ reviewId: z.uuid() });
const text = (max: number) => z.string().trim().max(max);
/** Of one person. */
const WRITES = { hits: 30, windowMs: 60 * 60_000 };

const reviewSchema = z
  .object({
    reviewId: z.uuid(),
    rating: z.number().int(),
    text: z.string(),
    author: z.string().nullable().openapi({ description: "A first name; null: somebody who has left." }),
    createdAt: instantSchema,
    answer: z.string().nullable(),
    answeredAt: instantSchema.nullable(),
  })
  .openapi("Review");

const list = createRoute({
  method: "get",
  path: "/v1/places/{siteId}/reviews",
  tags: ["reviews"],
  summary: "What drivers say of a place, newest first",
  request: { params: siteParam, query: pageQuery.extend({ share: z.string().max(100).optional() }) },
  responses: {
    200: pageAnswer("reviews", reviewSchema),
    ...failures,
  },
});
const write = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/sessions/{sessionId}/review",
  tags: ["reviews"],
  summary: "Reviews a session of one's own, once, when it is over",
  request: {
    params: siteParam.extend({ sessionId: z.uuid() }),
    body: body(z.strictObject({ rating: z.number().int().min(1).max(5), text: text(2000).default("") })),
  },
  responses: { 201: json("The review.", reviewSchema), ...failures },
});
const answer = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/reviews/{reviewId}/answer",
  tags: ["reviews"],
  summary: "The owner's answer to a review; one only",
  request: { params: reviewParam, body: body(z.strictObject({ text: text(2000).min(1) })) },
  responses: { 200: json("The review as it is now.", reviewSchema), ...failures },
});
const report = createRoute({
  method: "post",
  path: "/v1/places/{siteId}/reviews/{reviewId}/reports",
  tags: ["reviews"],
  summary: "Reports a review to the platform's admins",
  request: { params: reviewParam, body: body(z.strictObject({ reason: text(1000).min(1) })) },
  responses: { 204: { description: "Somebody will look at it." }, ...failures },
});

interface Row {
  review_id: string;
  rating: number;
  text: string;
  created_at: Date;
  answer: string | null;
  answered_at: Date | null;
  author: string | null;
}

function view(row: Row) {
  return {
    reviewId: row.review_id,
    rating: row.rating,
    text: row.text,
    author: row.author,
    createdAt: row.created_at.toISOString(),
    answer: row.answer,
    answeredAt: row.answered_at?.toISOString() ?? null,
  };
}

const nameOf = (trx: Transaction<Database>, siteId: string) =>
  trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();

/** Reviews of places. */
export function reviewRoutes({ db, auth, now, newId }: Deps) {
  const visible = (siteId: string) =>
    db
      .selectFrom("reviews as r")
      .leftJoin("auth.user as u", "u.id", "r.user_id")
      .select([
        "r.review_id",
        "r.rating",
        "r.text",
        "r.created_at",
        "r.answer",
        "r.answered_at",
        firstName.as("author"),
      ])
      .where("r.site_id", "=", siteId)
      .where("r.hidden_at", "is", null);
  async function one(siteId: string, reviewId: string) {
    const row = await visible(siteId).where("r.review_id", "=", reviewId).executeTakeFirst();
    if (!row) throw notFound("review");
    return view(row);
  }

  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      const { share, ...paging } = c.req.valid("query");
      await visitPlace(db, siteId, { userId: (await userOf(auth, c.req.raw.headers))?.id, share }, now());
      const rows = await visible(siteId)
        .$call(newestFirst("r.created_at", "r.review_id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.created_at, row.review_id]);
      return c.json({ reviews: page.map(view), nextCursor }, 200);
    })
    .openapi(write, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      const userId = c.get("user").id;
      await countHit(db, `reviews:${userId}`, WRITES, now());
      const review = { siteId, sessionId, reviewId: newId(), userId, ...c.req.valid("json"), at: new Date(now()) };
      await db.transaction().execute(async (trx) => {
        await writeReview(trx, review);
        const { name: siteName } = await nameOf(trx, siteId);
        const data = { siteId, siteName, rating: review.rating };
        for (const owner of await ownersOf(trx, siteId)) {
          await notify(trx, { userId: owner, kind: "reviewed", siteId, data, key: review.reviewId, now: now() });
        }
      });
      return c.json(await one(siteId, review.reviewId), 201);
    })
    .openapi(answer, async (c) => {
      const { siteId, reviewId } = c.req.valid("param");
      const ownerId = c.get("user").id;
      await requireSite(db, ownerId, siteId, "change");
      await one(siteId, reviewId);
      const given = { answer: c.req.valid("json").text, answered_at: new Date(now()), answered_by: ownerId };
      await db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable("reviews")
          .set(given)
          .where("site_id", "=", siteId)
          .where("review_id", "=", reviewId)
          .where("answer", "is", null)
          .returning("user_id")
          .executeTakeFirst();
        if (!row) throw new AppError("answered", "This review has been answered already.", { status: 409 });
        if (row.user_id === null) return;
        const { name: siteName } = await nameOf(trx, siteId);
        const data = { siteId, siteName };
        await notify(trx, { userId: row.user_id, kind: "reviewAnswered", siteId, data, key: reviewId, now: now() });
      });
      return c.json(await one(siteId, reviewId), 200);
    })
    .openapi(report, async (c) => {
      const { siteId, reviewId } = c.req.valid("param");
      const userId = c.get("user").id;
      await countHit(db, `reviews:${userId}`, WRITES, now());
      await visitPlace(db, siteId, { userId, share: undefined }, now());
      await one(siteId, reviewId);
      const { reason } = c.req.valid("json");
      await db
        .insertInto("review_reports")
        .values({ site_id: siteId, review_id: reviewId, user_id: userId, reason, created_at: new Date(now()) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return c.body(null, 204);
    });
}
