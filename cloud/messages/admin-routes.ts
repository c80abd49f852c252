import { createRoute, z } from "@hono/zod-openapi";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { pageAnswer, pageQuery } from "../http/page";
import { body, createRouter, failures } from "../http/router";
import { siteParam } from "../sites/routes";
import { listThreads, threadSchema } from "./view";

const reported = createRoute({
  method: "get",
  path: "/v1/admin/threads",
  tags: ["admin"],
  summary: "Threads whose report nobody has decided on; each is read and answered at its own address",
  request: { query: pageQuery },
  responses: { 200: pageAnswer("threads", threadSchema), ...failures },
});
const decide = createRoute({
  method: "post",
  path: "/v1/admin/sites/{siteId}/threads/{threadId}/decision",
  tags: ["admin"],
  summary: "Closes a report: admins no longer read the thread; what was decided is in the audit log",
  request: {
    params: siteParam.extend({ threadId: z.uuid() }),
    body: body(z.strictObject({ decision: z.string().trim().min(1).max(1000) })),
  },
  responses: { 204: { description: "It is closed." }, ...failures },
});

/** What admins of the platform see of messages: threads that somebody in them reported. */
export function messageAdminRoutes({ db, now }: Deps) {
  return createRouter()
    .openapi(reported, async (c) => {
      const userId = c.get("user").id;
      return c.json(await listThreads(db, { userId, side: "admin" }, { of: "reports" }, c.req.valid("query")), 200);
    })
    .openapi(decide, async (c) => {
      const actorId = c.get("user").id;
      const { siteId, threadId } = c.req.valid("param");
      await db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable("message_threads")
          .set({ reported_at: null, reported_by: null, report_reason: null })
          .where("site_id", "=", siteId)
          .where("thread_id", "=", threadId)
          .where("reported_at", "is not", null)
          .returning("thread_id")
          .executeTakeFirst();
        if (!row) throw notFound("reported thread");
        const subject = `thread:${threadId}`;
        const data = c.req.valid("json");
        await audit(trx, { now: now(), actorId, action: "thread.decided", subject, siteId, data });
      });
      return c.body(null, 204);
    });
}
