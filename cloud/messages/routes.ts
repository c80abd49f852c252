import { createRoute, z } from "@hono/zod-openapi";
import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { requireSite } from "../accounts/access";
import { adminIds } from "../accounts/admins";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { pageAnswer, pageQuery } from "../http/page";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { notify } from "../notifications/notify";
import { siteParam } from "../sites/routes";
import { visitPlace } from "../sites/visit";
import type { Thread } from "./threads";
import { driverOfBooking, enterThread, markRead, openThread, postMessage } from "./threads";
import { listMessages, listThreads, messageSchema, threadSchema } from "./view";

/** Of one person: messages, threads begun, reports. */
const MESSAGES = { hits: 60, windowMs: 60 * 60_000 };
const THREADS = { hits: 20, windowMs: 24 * 60 * 60_000 };
const REPORTS = { hits: 10, windowMs: 24 * 60 * 60_000 };

const threadParam = siteParam.extend({ threadId: z.uuid() });
const text = z.string().trim().min(1).max(2000);
const bookingId = z.string().min(1).max(64);
const listQuery = pageQuery.extend({ booking: bookingId.optional() });
const page = { 200: pageAnswer("threads", threadSchema), ...failures };

const mine = createRoute({
  method: "get",
  path: "/v1/me/threads",
  tags: ["messages"],
  summary: "The signed-in driver's threads with sites, what was written to last first",
  request: { query: listQuery },
  responses: page,
});
const ofSite = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/threads",
  tags: ["messages"],
  summary: "Threads of drivers with a site, for its owners",
  request: { params: siteParam, query: listQuery },
  responses: page,
});
const begin = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/threads",
  tags: ["messages"],
  summary: "Writes about a booking, or (a driver) about a site; goes on with the thread where there is one",
  description: "A driver writes about a booking of theirs or any place that they may see; an owner about a booking.",
  request: { params: siteParam, body: body(z.strictObject({ booking: bookingId.optional(), text })) },
  responses: { 201: json("The thread.", threadSchema), ...failures },
});
const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/threads/{threadId}",
  tags: ["messages"],
  summary: "A thread and its messages, the newest first; `before` gives those with a smaller number",
  description: "For its driver, the site's owners, and admins of the platform while a report is open.",
  request: {
    params: threadParam,
    query: z.object({ limit: pageQuery.shape.limit, before: z.coerce.number().int().min(1).optional() }),
  },
  responses: {
    200: json("The page.", z.object({ thread: threadSchema, messages: z.array(messageSchema) })),
    ...failures,
  },
});
const write = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/threads/{threadId}/messages",
  tags: ["messages"],
  summary: "Writes into a thread; the other side is told by the inbox, once an hour while it does not read",
  request: { params: threadParam, body: body(z.strictObject({ text })) },
  responses: { 201: json("Its number in the thread.", z.object({ seq: z.number().int() })), ...failures },
});
const mark = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/threads/{threadId}/read",
  tags: ["messages"],
  summary: "Notes how far somebody has read",
  request: {
    params: threadParam,
    body: body(
      z.strictObject({
        seq: z
          .number()
          .int()
          .min(0)
          .max(2 ** 31 - 1),
      }),
    ),
  },
  responses: { 204: { description: "Noted; a mark never goes back." }, ...failures },
});
const report = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/threads/{threadId}/report",
  tags: ["messages"],
  summary: "Asks the platform's admins to look at a thread; they read and write in it until they have decided",
  request: { params: threadParam, body: body(z.strictObject({ reason: z.string().trim().min(1).max(1000) })) },
  responses: { 204: { description: "Somebody will look at it." }, ...failures },
});

/** What drivers and owners write to each other. */
export function messageRoutes({ db, now, newId, wake }: Deps) {
  /** Whom a new thread is with, and from which side it is begun. */
  async function partiesOf(userId: string, siteId: string, booking: string | undefined) {
    if (booking !== undefined) return driverOfBooking(db, userId, { siteId, booking });
    await visitPlace(db, siteId, { userId, share: undefined }, now());
    return userId;
  }

  return createRouter()
    .openapi(mine, async (c) => {
      const userId = c.get("user").id;
      return c.json(
        await listThreads(db, { userId, side: "driver" }, { of: "driver", userId }, c.req.valid("query")),
        200,
      );
    })
    .openapi(ofSite, async (c) => {
      const userId = c.get("user").id;
      const { siteId } = c.req.valid("param");
      await requireSite(db, userId, siteId, "change");
      return c.json(
        await listThreads(db, { userId, side: "owner" }, { of: "site", siteId }, c.req.valid("query")),
        200,
      );
    })
    .openapi(begin, async (c) => {
      const userId = c.get("user").id;
      const { siteId } = c.req.valid("param");
      const { booking, text } = c.req.valid("json");
      const driverId = await partiesOf(userId, siteId, booking);
      await countHit(db, `messages:${userId}`, MESSAGES, now());
      await countHit(db, `threads:${userId}`, THREADS, now());
      const side = driverId === userId ? "driver" : "owner";
      const { thread, topics } = await db.transaction().execute(async (trx) => {
        const at = new Date(now());
        const opened = { siteId, threadId: newId(), driverId, booking: booking ?? null, at };
        const thread = await openThread(trx, opened);
        return { thread, ...(await postMessage(trx, thread, { authorId: userId, side, text, now: now() })) };
      });
      wake.tell(...topics);
      const { threads } = await listThreads(
        db,
        { userId, side },
        { of: "one", siteId, threadId: thread.thread_id },
        { limit: 1 },
      );
      return c.json(threads[0]!, 201);
    })
    .openapi(read, async (c) => {
      const userId = c.get("user").id;
      const id = c.req.valid("param");
      const { side } = await enterThread(db, userId, id);
      const { threads } = await listThreads(db, { userId, side }, { of: "one", ...id }, { limit: 1 });
      const messages = await listMessages(db, userId, id, c.req.valid("query"));
      return c.json({ thread: threads[0]!, messages }, 200);
    })
    .openapi(write, async (c) => {
      const userId = c.get("user").id;
      const { thread, side } = await enterThread(db, userId, c.req.valid("param"));
      await countHit(db, `messages:${userId}`, MESSAGES, now());
      const message = { authorId: userId, side, text: c.req.valid("json").text, now: now() };
      const { seq, topics } = await db.transaction().execute((trx) => postMessage(trx, thread, message));
      wake.tell(...topics);
      return c.json({ seq }, 201);
    })
    .openapi(mark, async (c) => {
      const userId = c.get("user").id;
      const { thread, side } = await enterThread(db, userId, c.req.valid("param"));
      if (side !== "admin") await markRead(db, thread, userId, c.req.valid("json").seq);
      wake.tell(`user:${userId}`);
      return c.body(null, 204);
    })
    .openapi(report, async (c) => {
      const userId = c.get("user").id;
      const { thread, side } = await enterThread(db, userId, c.req.valid("param"));
      if (side === "admin") throw new AppError("forbidden", "A party of the thread reports it.", { status: 403 });
      await countHit(db, `message-reports:${userId}`, REPORTS, now());
      const { reason } = c.req.valid("json");
      await db.transaction().execute((trx) => reportThread(trx, thread, { by: side, reason, now: now() }));
      return c.body(null, 204);
    });
}

/** Calls the admins. A second report while one is open changes nothing. */
async function reportThread(
  trx: Transaction<Database>,
  thread: Thread,
  { by, reason, now }: { by: "driver" | "owner"; reason: string; now: number },
): Promise<void> {
  const { site_id: siteId, thread_id: threadId } = thread;
  const row = await trx
    .updateTable("message_threads")
    .set({ reported_at: new Date(now), reported_by: by, report_reason: reason })
    .where("site_id", "=", siteId)
    .where("thread_id", "=", threadId)
    .where("reported_at", "is", null)
    .returning("last_seq")
    .executeTakeFirst();
  if (!row) return;
  const { name: siteName } = await trx
    .selectFrom("sites")
    .select("name")
    .where("site_id", "=", siteId)
    .executeTakeFirstOrThrow();
  for (const userId of await adminIds(trx)) {
    const key = `${threadId} ${now}`;
    await notify(trx, { userId, kind: "messagesReported", siteId, key, data: { siteId, siteName, threadId }, now });
  }
}
