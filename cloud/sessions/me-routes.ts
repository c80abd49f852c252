import { createRoute, z } from "@hono/zod-openapi";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { userOf } from "../accounts/access";
import type { Deps } from "../deps";
import { pageAnswer, pageQuery } from "../http/page";
import { countHit } from "../http/rate-limit";
import { createRouter, failures, json } from "../http/router";
import type { Stream } from "../http/sse";
import { OpenStreams, Sleeper, eventStream } from "../http/sse";
import { sendCommand } from "../hubs/send-command";
import { siteParam } from "../sites/routes";
import { listOwn, ownView, readOwn } from "./me";
import { ownDetailSchema, ownSessionSchema, partsOf } from "./view";

const STOPS = { hits: 30, windowMs: 60_000 };
const EXPIRES_MS = 60_000;
/** Open pages of one person. */
const STREAMS = 30;
/** Many changes at once become one message. */
const GATHER_MS = 100;

const tags = ["my sessions"];
const param = siteParam.extend({ sessionId: z.uuid() });

const list = createRoute({
  method: "get",
  path: "/v1/me/sessions",
  tags,
  summary: "The signed-in driver's sessions at all sites, newest first, running ones included",
  request: { query: pageQuery },
  responses: {
    200: pageAnswer("sessions", ownSessionSchema),
    ...failures,
  },
});
const read = createRoute({
  method: "get",
  path: "/v1/me/sessions/{siteId}/{sessionId}",
  tags,
  summary: "One of the driver's sessions with its charging periods and meter samples",
  request: { params: param },
  responses: { 200: json("The session.", ownDetailSchema), ...failures },
});
const live = createRoute({
  method: "get",
  path: "/v1/me/sessions/{siteId}/{sessionId}/live",
  tags,
  summary: "The session as server-sent events, whole at each change; the stream ends with the session",
  request: { params: param },
  responses: {
    200: { description: "A comment every 15 s shows that it lives.", content: { "text/event-stream": {} } },
    ...failures,
  },
});
const stop = createRoute({
  method: "post",
  path: "/v1/me/sessions/{siteId}/{sessionId}/stop",
  tags,
  summary: "Asks the hub to stop the driver's session",
  request: { params: param },
  responses: {
    202: json("It is on its way.", z.object({ commandId: z.uuid(), expiresAt: instantSchema })),
    ...failures,
  },
});

/** A driver's own sessions: those that are known to be his. */
export function mySessionRoutes(deps: Deps) {
  const { db, auth, wake, now, newId, stopping } = deps;
  const streams = new OpenStreams(STREAMS);

  return createRouter()
    .openapi(list, async (c) => c.json(await listOwn(db, c.get("user").id, c.req.valid("query")), 200))
    .openapi(read, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      const row = await readOwn(db, c.get("user").id, siteId, sessionId);
      return c.json({ ...ownView(row), ...(await partsOf(db, siteId, row)) }, 200);
    })
    .openapi(live, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      const userId = c.get("user").id;
      await readOwn(db, userId, siteId, sessionId);
      const { headers } = c.req.raw;
      const stillThere = async () => (await userOf(auth, headers))?.id === userId;
      const leave = streams.enter(userId);
      const run = (stream: Stream) => runLive(deps, { userId, siteId, sessionId }, stillThere, stream);
      return eventStream(c, stopping, run, leave);
    })
    .openapi(stop, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      const userId = c.get("user").id;
      const { session } = await readOwn(db, userId, siteId, sessionId);
      if (session.endedAt) throw new AppError("session_ended", "This session is over.", { status: 409 });
      await countHit(db, `stops:${userId}`, STOPS, now());
      const commandId = newId();
      const expiresAt = new Date(now() + EXPIRES_MS).toISOString();
      const command = { name: "stopSession" as const, sessionId };
      const hubId = await db
        .transaction()
        .execute((trx) =>
          sendCommand(trx, { siteId, commandId, command, createdBy: userId, driverId: userId, expiresAt, now: now() }),
        );
      wake.tell(`feed:${hubId}`);
      return c.json({ commandId, expiresAt }, 202);
    });
}

/** Sends the session now and at each change, until it is over or the driver is signed out, which each heart-beat checks. */
async function runLive(
  { db, wake, heartbeatMs }: Deps,
  { userId, siteId, sessionId }: { userId: string; siteId: string; sessionId: string },
  stillThere: () => Promise<boolean>,
  stream: Stream,
): Promise<void> {
  const sleeper = new Sleeper();
  const off = wake.on(`site:${siteId}`, sleeper.wake);
  let shown = "";
  try {
    for (;;) {
      const session = ownView(await readOwn(db, userId, siteId, sessionId));
      const data = JSON.stringify(session);
      if (data !== shown) await stream.send({ data });
      shown = data;
      if (session.endedAt) return;
      const why = await sleeper.sleep(heartbeatMs, stream.signal);
      if (why === "end") return;
      if (why === "wake") await pause(GATHER_MS, undefined, { signal: stream.signal }).catch(() => undefined);
      if (why === "beat") {
        if (!(await stillThere())) return;
        await stream.comment();
      }
    }
  } finally {
    off();
  }
}
