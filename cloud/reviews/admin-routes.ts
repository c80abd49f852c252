import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { body, createRouter, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { setHidden } from "./reviews";

/** Reviews that one look at the queue gives. */
const QUEUE = 100;

const reportedSchema = z
  .object({
    siteId: z.uuid(),
    siteName: z.string(),
    reviewId: z.uuid(),
    rating: z.number().int(),
    text: z.string(),
    answer: z.string().nullable(),
    hidden: z.boolean(),
    reports: z.array(z.object({ reason: z.string(), at: instantSchema })),
  })
  .openapi("ReportedReview");
export type ReportedReview = z.infer<typeof reportedSchema>;

const queue = createRoute({
  method: "get",
  path: "/v1/admin/reviews",
  tags: ["admin"],
  summary: `Reviews with reports that nobody has decided on, the longest waiting first; at most ${QUEUE}`,
  responses: {
    200: json("Reviews with what people say against them.", z.object({ reviews: z.array(reportedSchema) })),
    ...failures,
  },
});
const moderate = createRoute({
  method: "post",
  path: "/v1/admin/sites/{siteId}/reviews/{reviewId}/moderation",
  tags: ["admin"],
  summary: "Hides a review, or shows it (again); its reports are decided with that",
  request: {
    params: siteParam.extend({ reviewId: z.uuid() }),
    body: body(z.strictObject({ action: z.enum(["hide", "show"]), reason: z.string().trim().max(1000).default("") })),
  },
  responses: { 204: { description: "It is so." }, ...failures },
});

interface Row {
  site_id: string;
  review_id: string;
  site_name: string;
  rating: number;
  text: string;
  answer: string | null;
  hidden: boolean;
  reports: { reason: string; at: string }[];
}

/** What an admin of the platform decides about reviews. */
export function reviewAdminRoutes({ db, now }: Deps) {
  return createRouter()
    .openapi(queue, async (c) => {
      const { rows } = await sql<Row>`
        select r.site_id, r.review_id, s.name as site_name, r.rating, r.text, r.answer, r.hidden_at is not null as hidden,
          json_agg(json_build_object('reason', p.reason, 'at', p.created_at) order by p.created_at) as reports
        from review_reports p join reviews r using (site_id, review_id) join sites s using (site_id)
        where p.resolved_at is null group by r.site_id, r.review_id, s.name order by min(p.created_at) limit ${QUEUE}`.execute(
        db,
      );
      const reviews = rows.map(({ site_id: siteId, review_id: reviewId, site_name: siteName, reports, ...rest }) => ({
        siteId,
        siteName,
        reviewId,
        ...rest,
        reports: reports.map(({ reason, at }) => ({ reason, at: new Date(at).toISOString() })),
      }));
      return c.json({ reviews }, 200);
    })
    .openapi(moderate, async (c) => {
      const actorId = c.get("user").id;
      const { siteId, reviewId } = c.req.valid("param");
      const { action, reason } = c.req.valid("json");
      if (action === "hide" && reason === "") throw new AppError("invalid", "reason: say why", { status: 400 });
      const at = new Date(now());
      await db.transaction().execute(async (trx) => {
        await setHidden(trx, { siteId, reviewId }, action === "hide" ? { at, by: actorId, reason } : null);
        await trx
          .updateTable("review_reports")
          .set({ resolved_at: at })
          .where("site_id", "=", siteId)
          .where("review_id", "=", reviewId)
          .where("resolved_at", "is", null)
          .execute();
        const subject = `review:${reviewId}`;
        await audit(trx, { now: now(), actorId, action: `review.${action}`, subject, siteId, data: { reason } });
      });
      return c.body(null, 204);
    });
}
