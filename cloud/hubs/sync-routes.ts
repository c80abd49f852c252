import { createRoute, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../shared/error";
import {
  BATCH_BYTES,
  BATCH_EVENTS,
  batchAnswerSchema,
  clockErrorSchema,
  epochAnswerSchema,
  epochRequestSchema,
  passSecretsSchema,
  syncConflictSchema,
} from "../../shared/sync";
import type { Deps } from "../deps";
import type { Metrics } from "../http/metrics";
import { invalid } from "../http/errors";
import { createRouter, failures, json } from "../http/router";
import { eventStream } from "../http/sse";
import { notePassSecrets, passSecretsOf } from "../reservations/pass-secrets";
import { startEpoch } from "./epoch";
import { runFeed } from "./feed";
import { Gate } from "./gate";
import { ingest, readBatch } from "./ingest";
import { verifyHubToken } from "./token";

/** Batches that one process takes apart at a time; it has one thread for that, and PostgreSQL some more. */
const BATCHES_AT_ONCE = 4;

const hubParam = z.object({ hubId: z.uuid() });
const hubFailures = {
  ...failures,
  401: json("The token does not hold; `serverTime` is the cloud's clock.", clockErrorSchema),
  409: json("The batch does not continue what the cloud has.", syncConflictSchema),
};

/** Described by hand: its events are hashed as they were received, so it is read and validated in one place of its own. */
const batchDescription = {
  required: true,
  description: `At most ${BATCH_EVENTS} events and ${BATCH_BYTES} bytes. \`prev\` is the chain hash before the first event.`,
  content: {
    "application/json": {
      schema: z
        .object({
          epoch: z.number().int(),
          prev: z.string(),
          feedAck: z.number().int(),
          head: z.number().int().optional(),
          events: z.array(
            z.object({ id: z.uuid(), seq: z.number().int(), at: z.string(), type: z.string(), data: z.unknown() }),
          ),
        })
        .openapi("EventBatch"),
    },
  },
};

const events = createRoute({
  method: "post",
  path: "/v1/hubs/{hubId}/events",
  tags: ["hubs"],
  summary: "A hub's events, applied once and in order",
  description: "The answer comes after the commit.",
  request: { params: hubParam },
  responses: { 200: json("All up to `ackedSeq` is on the cloud's disk.", batchAnswerSchema), ...hubFailures },
});
const epochs = createRoute({
  method: "post",
  path: "/v1/hubs/{hubId}/epochs",
  tags: ["hubs"],
  summary: "A new epoch for a hub that was restored, cloned or has diverged",
  request: { params: hubParam },
  responses: { 201: json("The epoch; its first batch may start anywhere.", epochAnswerSchema), ...hubFailures },
});
const secrets = createRoute({
  method: "get",
  path: "/v1/hubs/{hubId}/pass-secrets",
  tags: ["hubs"],
  summary: "What the hub checks the cloud's passes and their PINs with",
  request: { params: hubParam },
  responses: { 200: json("To be kept; `id` is said when the feed is opened.", passSecretsSchema), ...hubFailures },
});
const feed = createRoute({
  method: "get",
  path: "/v1/hubs/{hubId}/feed",
  tags: ["hubs"],
  summary: "What goes down to the hub, as server-sent events; each has its position as id",
  request: {
    params: hubParam,
    headers: z.object({ "last-event-id": z.string().optional() }),
    query: z.object({
      passSecrets: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: "What the hub has on its disk to check passes with." }),
    }),
  },
  responses: {
    200: {
      description: "Messages after Last-Event-ID, else after what was acknowledged.",
      content: { "text/event-stream": {} },
    },
    ...hubFailures,
  },
});

/** The two streams between a hub and the cloud. Each request carries the hub's own token. */
export function syncRoutes(deps: Deps, metrics: Pick<Metrics, "eventsIngested">) {
  const { db, wake, now, stopping, passKey } = deps;
  const router = createRouter();
  const gate = new Gate(BATCHES_AT_ONCE);
  router.openAPIRegistry.registerPath({ ...events, request: { params: hubParam, body: batchDescription } });
  const tooLarge = () => {
    throw new AppError("too_large", `A batch has at most ${BATCH_BYTES} bytes.`, { status: 413 });
  };
  router.use("/v1/hubs/:hubId/events", bodyLimit({ maxSize: BATCH_BYTES, onError: tooLarge }));

  return router
    .openapi({ ...events, hide: true }, async (c) => {
      const hub = await verifyHubToken(deps, c.req.valid("param").hubId, c.req.header("authorization"));
      const text = await c.req.text();
      const { ackedSeq, fresh, woken } = await gate.run(async () => ingest(db, hub, readBatch(text), now()));
      metrics.eventsIngested.inc(fresh);
      wake.tell(`site:${hub.siteId}`, ...(woken ? [`feed:${woken}` as const] : []));
      return c.json({ ackedSeq }, 200);
    })
    .openapi(epochs, async (c) => {
      const hub = await verifyHubToken(deps, c.req.valid("param").hubId, c.req.header("authorization"));
      const request = epochRequestSchema.safeParse(await c.req.json().catch(() => ({})));
      if (!request.success) throw invalid(request.error);
      const begun = await startEpoch(db, hub, request.data, now());
      wake.tell(`feed:${hub.hubId}`);
      return c.json(begun, 201);
    })
    .openapi(secrets, async (c) => {
      const hub = await verifyHubToken(deps, c.req.valid("param").hubId, c.req.header("authorization"));
      return c.json(await passSecretsOf(db, hub.siteId, passKey), 200);
    })
    .openapi(feed, async (c) => {
      const hub = await verifyHubToken(deps, c.req.valid("param").hubId, c.req.header("authorization"));
      const last = c.req.header("last-event-id");
      if (last !== undefined && !/^\d{1,15}$/.test(last)) {
        throw new AppError("invalid", "Last-Event-ID is not a position of this feed.", { status: 400 });
      }
      const { passSecrets } = c.req.valid("query");
      if (passSecrets !== undefined) await notePassSecrets(db, hub, passSecrets, passKey);
      return eventStream(c, stopping, (stream) =>
        runFeed(deps, hub, last === undefined ? undefined : Number(last), stream),
      );
    });
}
