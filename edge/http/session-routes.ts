import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { statusHistory } from "../history";
import { findSession, listed, listSessions, readingsOf } from "../sessions";
import { requireAdmin } from "./auth";
import { checkKnown } from "./charge-points";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, cpIdParam, errors, pageQuery, readingSchema, sessionSchema } from "./schemas";

const idParam = z.object({ id: z.uuid() });
const historyQuery = pageQuery.extend({ connectorId: z.coerce.number().int().min(0).max(64).optional() });
const historySchema = z.object({
  statuses: z.array(
    z.object({
      id: z.uuid(),
      seq: z.int(),
      at: z.string(),
      type: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  nextCursor: z.string().nullable(),
});

/** Sessions and the history of statuses, for the owner. */
export function sessionRoutes(app: HubApp, services: HubServices): void {
  const { store, stopper } = services;
  const admin = { middleware: requireAdmin(services), security: adminSecurity, tags: ["Sessions"] };

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/sessions",
      summary: "Sessions, newest first, running ones included",
      request: { query: pageQuery },
      responses: {
        200: answer(
          "A page of sessions",
          z.object({ sessions: z.array(sessionSchema), nextCursor: z.string().nullable() }),
        ),
        ...errors(400, 401),
      },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      return c.json(await listSessions(store, { limit, cursor: cursor ?? null }), 200);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/sessions/{id}",
      summary: "One session with all its meter values",
      request: { params: idParam },
      responses: {
        200: answer("The session", sessionSchema.extend({ meterValues: z.array(readingSchema) })),
        ...errors(400, 401, 404),
      },
    }),
    async (c) => {
      const found = await findSession(store, c.req.valid("param").id);
      if (!found) throw new AppError("unknown_session", "There is no such session.", { status: 404 });
      const readings = await readingsOf(store, found.session);
      const meterValues = readings.map(({ samples, ...reading }) => ({
        ...reading,
        samples: samples.map((sample) => ({ ...sample, values: sample.values.map((value) => ({ ...value })) })),
      }));
      return c.json({ ...listed(found.session), meterValues }, 200);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/sessions/{id}/stop",
      summary: "Asks the charger to stop a session; its end comes by StopTransaction",
      request: { params: idParam },
      responses: { 202: answer("Asked", z.object({})), ...errors(400, 401, 404, 409) },
    }),
    async (c) => {
      await stopper.stop(c.req.valid("param").id);
      return c.json({}, 202);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/charge-points/{cpId}/statuses",
      tags: ["Charge points"],
      summary:
        "Every status change, connection, boot, upload and update of a charge point or one connector, newest first",
      request: { params: cpIdParam, query: historyQuery },
      responses: { 200: answer("A page of the history", historySchema), ...errors(400, 401, 404) },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      const { limit, cursor, connectorId } = c.req.valid("query");
      checkKnown(store.state, cpId);
      const { events, nextCursor } = await statusHistory(store, cpId, { limit, cursor: cursor ?? null, connectorId });
      return c.json({ statuses: events, nextCursor }, 200);
    },
  );
}
