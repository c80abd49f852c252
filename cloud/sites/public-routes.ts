import { setTimeout as pause } from "node:timers/promises";
import { createRoute, z } from "@hono/zod-openapi";
import { userOf } from "../accounts/access";
import type { Deps } from "../deps";
import { clientNetwork } from "../http/client-address";
import { createRouter, failures, json } from "../http/router";
import type { Stream } from "../http/sse";
import { OpenStreams, Sleeper, eventStream } from "../http/sse";
import { placeSchema } from "./place-schemas";
import { readLive, readPlace } from "./place-view";
import { siteParam } from "./routes";
import type { Visitor } from "./visit";
import { visitPlace } from "./visit";

/** Many changes at once become one message. */
const GATHER_MS = 100;
/** Open streams of one address: nobody has to be signed in for one. */
const STREAMS = 30;

const share = z
  .object({ share: z.string().max(100).optional() })
  .openapi({ description: "The token of a share link, for a private place." });

const read = createRoute({
  method: "get",
  path: "/v1/places/{siteId}",
  tags: ["places"],
  summary: "A place as drivers see it; nobody has to be signed in",
  request: { params: siteParam, query: share },
  responses: { 200: json("The place, its connectors and prices.", placeSchema), ...failures },
});
const live = createRoute({
  method: "get",
  path: "/v1/places/{siteId}/live",
  tags: ["places"],
  summary:
    "The statuses of a place's connectors as server-sent events: a `PlaceLive` now, and again whenever it changes",
  request: { params: siteParam, query: share },
  responses: {
    200: { description: "A comment every 15 s shows that it lives.", content: { "text/event-stream": {} } },
    ...failures,
  },
});

/** What anyone may see of a site. */
export function publicPlaceRoutes(deps: Deps) {
  const { db, auth, now, stopping, trustProxy } = deps;
  const streams = new OpenStreams(STREAMS);
  const visitor = async (headers: Headers, token: string | undefined): Promise<Visitor> => ({
    userId: (await userOf(auth, headers))?.id,
    share: token,
  });

  return createRouter()
    .openapi(read, async (c) => {
      const { siteId } = c.req.valid("param");
      const who = await visitor(c.req.raw.headers, c.req.valid("query").share);
      const { row, mayBook } = await visitPlace(db, siteId, who, now());
      return c.json(await readPlace(deps, row, mayBook, now()), 200);
    })
    .openapi(live, async (c) => {
      const { siteId } = c.req.valid("param");
      const { headers } = c.req.raw;
      const token = c.req.valid("query").share;
      const stillAllowed = async () => visitPlace(db, siteId, await visitor(headers, token), now());
      await stillAllowed();
      const leave = streams.enter(clientNetwork(c, trustProxy));
      return eventStream(c, stopping, (stream) => runLive(deps, siteId, stillAllowed, stream), leave);
    });
}

/** Sends the live part, and again when it differs, until the stream ends or its viewer may see the place no longer, which each heart-beat checks. */
async function runLive(
  { db, wake, now, heartbeatMs }: Deps,
  siteId: string,
  stillAllowed: () => Promise<unknown>,
  stream: Stream,
): Promise<void> {
  const sleeper = new Sleeper();
  const stop = wake.on(`site:${siteId}`, sleeper.wake);
  let sent = "";
  try {
    for (;;) {
      const data = JSON.stringify(await readLive(db, siteId, now()));
      if (data !== sent) await stream.send({ data });
      sent = data;
      const why = await sleeper.sleep(heartbeatMs, stream.signal);
      if (why === "end") return;
      if (why === "wake") await pause(GATHER_MS, undefined, { signal: stream.signal }).catch(() => undefined);
      if (why === "beat") {
        const allowed = await stillAllowed().then(
          () => true,
          () => false,
        );
        if (!allowed) return;
        await stream.comment();
      }
    }
  } finally {
    stop();
  }
}
