import { createRoute, z } from "@hono/zod-openapi";
import { setTimeout as pause } from "node:timers/promises";
import { connectorStatuses } from "../../shared/ocpp";
import { connectorIdSchema, cpIdSchema, instantSchema } from "../../shared/schema";
import { requireSite, userOf } from "../accounts/access";
import type { Deps } from "../deps";
import { newestFirst, pageAnswer, pageOf, pageQuery } from "../http/page";
import { createRouter, failures, json } from "../http/router";
import type { Stream } from "../http/sse";
import { OpenStreams, Sleeper, eventStream } from "../http/sse";
import type { Board, BoardMessage } from "./board";
import { boardChange, boardSchema, readBoard } from "./board";
import { siteParam } from "./routes";

/** Many changes at once become one message. */
const GATHER_MS = 100;

const board = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/charge-points",
  tags: ["sites"],
  summary: "The hub and every connector with its running session",
  request: { params: siteParam },
  responses: { 200: json("As it is now.", boardSchema), ...failures },
});
const live = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/live",
  tags: ["sites"],
  summary:
    'The same as server-sent events: {"kind":"board","board":...} first, then {"kind":"change","hub"?,"chargePoints","removed"}',
  request: { params: siteParam },
  responses: {
    200: { description: "A comment every 15 s shows that it lives.", content: { "text/event-stream": {} } },
    ...failures,
  },
});
const statuses = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/connectors/{cpId}/{connectorId}/statuses",
  tags: ["sites"],
  summary: "What a connector has told, newest first",
  request: {
    params: siteParam.extend({ cpId: cpIdSchema, connectorId: z.coerce.number().pipe(connectorIdSchema) }),
    query: pageQuery,
  },
  responses: {
    200: pageAnswer(
      "statuses",
      z.object({
        at: instantSchema,
        status: z.enum(connectorStatuses),
        errorCode: z.string(),
        info: z.string().nullable(),
        vendorErrorCode: z.string().nullable(),
      }),
    ),
    ...failures,
  },
});

/** Boards that one person has open. */
const STREAMS = 50;

interface StatusData {
  status: (typeof connectorStatuses)[number];
  errorCode: string;
  info: string | null;
  vendorErrorCode: string | null;
}

/** What happens at a site, now and lately. */
export function boardRoutes(deps: Deps) {
  const { db, auth, now, stopping } = deps;
  const streams = new OpenStreams(STREAMS);
  return createRouter()
    .openapi(board, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      return c.json(await readBoard(db, siteId, now()), 200);
    })
    .openapi(live, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const { headers } = c.req.raw;
      const stillAllowed = async () => {
        const user = await userOf(auth, headers);
        if (!user) return false;
        return requireSite(db, user.id, siteId, "look").then(
          () => true,
          () => false,
        );
      };
      const leave = streams.enter(c.get("user").id);
      return eventStream(c, stopping, (stream) => runLive(deps, siteId, stillAllowed, stream), leave);
    })
    .openapi(statuses, async (c) => {
      const { siteId, cpId, connectorId } = c.req.valid("param");
      const paging = c.req.valid("query");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await db
        .selectFrom("events")
        .select(["id", "at", "data"])
        .where("site_id", "=", siteId)
        .where("type", "=", "connector.status")
        .where("cp_id", "=", cpId)
        .where("connector_id", "=", connectorId)
        .$call(newestFirst("at", "id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.at, row.id]);
      const answer = page.map((row) => {
        const { status, errorCode, info, vendorErrorCode } = row.data as unknown as StatusData;
        return { at: row.at.toISOString(), status, errorCode, info, vendorErrorCode };
      });
      return c.json({ statuses: answer, nextCursor }, 200);
    });
}

/** Sends the board and then its changes, until the stream ends or the viewer may no longer look, which each heart-beat checks. */
async function runLive(
  { db, wake, now, heartbeatMs }: Deps,
  siteId: string,
  stillAllowed: () => Promise<boolean>,
  stream: Stream,
): Promise<void> {
  const sleeper = new Sleeper();
  const stop = wake.on(`site:${siteId}`, sleeper.wake);
  const send = (message: BoardMessage) => stream.send({ data: JSON.stringify(message) });
  try {
    let shown: Board = await readBoard(db, siteId, now());
    await send({ kind: "board", board: shown });
    for (;;) {
      const why = await sleeper.sleep(heartbeatMs, stream.signal);
      if (why === "end") return;
      if (why === "wake") await pause(GATHER_MS, undefined, { signal: stream.signal }).catch(() => undefined);
      if (why === "beat") {
        if (!(await stillAllowed())) return;
        await stream.comment();
      }
      const current = await readBoard(db, siteId, now());
      const change = boardChange(shown, current);
      shown = current;
      if (change) await send({ kind: "change", ...change });
    }
  } finally {
    stop();
  }
}
