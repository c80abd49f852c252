import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { userOf } from "../accounts/access";
import { personOf } from "../accounts/person";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { newestFirst, pageOf, pageQuery } from "../http/page";
import { body, createRouter, failures, json } from "../http/router";
import type { Stream } from "../http/sse";
import { OpenStreams, Sleeper, eventStream } from "../http/sse";
import type { Reader } from "./format";
import type { Kind } from "./kinds";
import { channels, kindNames, textOf } from "./kinds";
import { allChannelsOf, savePreferences } from "./preferences";
import { subscriptionSchema } from "./web-push";

/** Browsers of one person. */
const MAX_SUBSCRIPTIONS = 20;
/** Open pages of one person. */
const STREAMS = 30;

const notificationSchema = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  path: z.string().openapi({ description: "The page about it, below the public address" }),
  siteId: z.string().nullable(),
  createdAt: z.string(),
  read: z.boolean(),
});
const settingsSchema = z.object({ channels: z.record(z.string(), z.array(z.enum(channels))) });
const done = { 204: { description: "Done." }, ...failures };

const list = createRoute({
  method: "get",
  path: "/v1/notifications",
  tags: ["notifications"],
  summary: "The inbox, the newest first, in the reader's language and zone",
  request: { query: pageQuery.extend({ unread: z.enum(["true", "false"]).default("false") }) },
  responses: {
    200: json(
      "A page; `nextCursor` is null on the last one.",
      z.object({
        notifications: z.array(notificationSchema),
        unread: z.number().int(),
        nextCursor: z.string().nullable(),
      }),
    ),
    ...failures,
  },
});
const live = createRoute({
  method: "get",
  path: "/v1/notifications/live",
  tags: ["notifications"],
  summary: 'Server-sent events: {"unread":n} at once and whenever something comes or is read',
  responses: {
    200: { description: "A comment every 15 s shows that it lives.", content: { "text/event-stream": {} } },
    ...failures,
  },
});
const read = createRoute({
  method: "post",
  path: "/v1/notifications/read",
  tags: ["notifications"],
  summary: "Marks some notifications, or all of them, as read",
  request: {
    body: body(
      z.union([z.strictObject({ ids: z.array(z.uuid()).min(1).max(1000) }), z.strictObject({ all: z.literal(true) })]),
    ),
  },
  responses: done,
});
const settings = createRoute({
  method: "get",
  path: "/v1/notifications/settings",
  tags: ["notifications"],
  summary: "By which channels each kind of notification goes out; the inbox has all of them",
  responses: { 200: json("Channels by kind.", settingsSchema), ...failures },
});
const change = createRoute({
  method: "patch",
  path: "/v1/notifications/settings",
  tags: ["notifications"],
  summary: "Sets the channels of some kinds; addresses that were given up are tried again",
  request: {
    body: body(z.strictObject({ channels: z.partialRecord(z.enum(kindNames), z.array(z.enum(channels)).max(3)) })),
  },
  responses: { 200: json("Channels by kind.", settingsSchema), ...failures },
});
const pushKey = createRoute({
  method: "get",
  path: "/v1/notifications/push-key",
  tags: ["notifications"],
  summary: "The applicationServerKey with which a browser subscribes to web push",
  responses: { 200: json("VAPID public key, base64url.", z.object({ key: z.string() })), ...failures },
});
const subscribe = createRoute({
  method: "post",
  path: "/v1/notifications/push-subscriptions",
  tags: ["notifications"],
  summary:
    "Adds this browser, by its PushSubscription; one that is known becomes the signed-in person's. It ends with the sign-in",
  request: { body: body(subscriptionSchema) },
  responses: { 201: json("Its id.", z.object({ id: z.string() })), ...failures },
});
const unsubscribe = createRoute({
  method: "delete",
  path: "/v1/notifications/push-subscriptions/{id}",
  tags: ["notifications"],
  summary: "Forgets a browser",
  request: { params: z.object({ id: z.uuid() }) },
  responses: done,
});

/** The signed-in person's inbox, and how they hear of what is in it. */
export function notificationRoutes(deps: Deps) {
  const { db, auth, wake, now, newId, push, stopping } = deps;
  const streams = new OpenStreams(STREAMS);

  const unreadOf = async (userId: string): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::integer as count from notifications where user_id = ${userId} and read_at is null`.execute(db);
    return rows[0]?.count ?? 0;
  };

  return createRouter()
    .openapi(list, async (c) => {
      const { unread, ...paging } = c.req.valid("query");
      const { id: userId } = c.get("user");
      const rows = await db
        .selectFrom("notifications")
        .selectAll()
        .where("user_id", "=", userId)
        .$if(unread === "true", (query) => query.where("read_at", "is", null))
        .$call(newestFirst("created_at", "id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.created_at, row.id]);
      const { language, time_zone } = await personOf(db, userId);
      const reader = { language, timeZone: time_zone };
      const notifications = page.map((row) => ({
        id: row.id,
        kind: row.kind,
        ...shown(row, reader),
        siteId: row.site_id,
        createdAt: row.created_at.toISOString(),
        read: row.read_at !== null,
      }));
      return c.json({ notifications, unread: await unreadOf(userId), nextCursor }, 200);
    })
    .openapi(live, async (c) => {
      const { id: userId } = c.get("user");
      const { headers } = c.req.raw;
      const stillIn = async () => (await userOf(auth, headers)) !== undefined;
      const run = (stream: Stream) => runLive(deps, userId, () => unreadOf(userId), stillIn, stream);
      return eventStream(c, stopping, run, streams.enter(userId));
    })
    .openapi(read, async (c) => {
      const wanted = c.req.valid("json");
      const { id: userId } = c.get("user");
      await db
        .updateTable("notifications")
        .set({ read_at: new Date(now()) })
        .where("user_id", "=", userId)
        .where("read_at", "is", null)
        .$if("ids" in wanted, (query) => query.where("id", "in", (wanted as { ids: string[] }).ids))
        .execute();
      wake.tell(`user:${userId}`);
      return c.body(null, 204);
    })
    .openapi(settings, async (c) => c.json({ channels: await allChannelsOf(db, c.get("user").id) }, 200))
    .openapi(change, async (c) => {
      const user = c.get("user");
      await db.transaction().execute((tx) => savePreferences(tx, user, c.req.valid("json").channels, now()));
      return c.json({ channels: await allChannelsOf(db, user.id) }, 200);
    })
    .openapi(pushKey, (c) => c.json({ key: push.publicKey }, 200))
    .openapi(subscribe, async (c) => {
      const { id: userId } = c.get("user");
      const { endpoint, keys } = c.req.valid("json");
      const known = await db
        .selectFrom("push_subscriptions")
        .select("id")
        .where("user_id", "=", userId)
        .where("endpoint", "<>", endpoint)
        .execute();
      if (known.length >= MAX_SUBSCRIPTIONS) {
        throw new AppError("too_many_browsers", `At most ${MAX_SUBSCRIPTIONS} browsers.`, { status: 409 });
      }
      const signIn = await auth.api.getSession({ headers: c.req.raw.headers });
      const session_id = signIn?.session.id ?? null;
      const row = { user_id: userId, p256dh: keys.p256dh, auth: keys.auth, session_id };
      const { id } = await db
        .insertInto("push_subscriptions")
        .values({ id: newId(), endpoint, created_at: new Date(now()), ...row })
        .onConflict((conflict) => conflict.column("endpoint").doUpdateSet(row))
        .returning("id")
        .executeTakeFirstOrThrow();
      return c.json({ id }, 201);
    })
    .openapi(unsubscribe, async (c) => {
      const { numDeletedRows } = await db
        .deleteFrom("push_subscriptions")
        .where("id", "=", c.req.valid("param").id)
        .where("user_id", "=", c.get("user").id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound("browser");
      return c.body(null, 204);
    });
}

async function runLive(
  { wake, heartbeatMs }: Deps,
  userId: string,
  unreadOf: () => Promise<number>,
  stillIn: () => Promise<boolean>,
  stream: Stream,
): Promise<void> {
  const sleeper = new Sleeper();
  const stop = wake.on(`user:${userId}`, sleeper.wake);
  try {
    let why: "wake" | "beat" | "end" = "wake";
    for (let shown: number | undefined; why !== "end"; why = await sleeper.sleep(heartbeatMs, stream.signal)) {
      if (why === "beat") {
        if (!(await stillIn())) return;
        await stream.comment();
      }
      const unread = await unreadOf();
      // Something may also have come while something else was read.
      if (unread !== shown || why === "wake") await stream.send({ data: JSON.stringify({ unread }) });
      shown = unread;
    }
  } finally {
    stop();
  }
}

/** What another version of this program wrote, and this one does not understand, stands there by its name: one row hides no others. */
function shown({ kind, data }: { kind: Kind; data: unknown }, reader: Reader): ReturnType<typeof textOf> {
  try {
    return textOf(kind, data, reader);
  } catch {
    return { title: kind, body: "", path: "/" };
  }
}
