import { createRoute, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { AppError } from "../../shared/error";
import { cpIdSchema } from "../../shared/schema";
import { chargingPeriodSchema, tariffSchema } from "../../shared/tariff";
import { secretPattern } from "../start/secret";
import { bearerOf, tooMany } from "./auth";
import type { HubApp, HubServices } from "./context";
import { LONGEST_PASS } from "../booking/pass";
import { driverCompensation, driverStart, driverStop, driverUnlock } from "./driver";
import { follow } from "./live";
import { openReceipt } from "./receipt";
import { answer, body, errors, moneySchema } from "./schemas";
import { tally } from "./tally";

/** Live pages at once, of all and of one address. */
const MOST_STREAMS = { all: 1000, address: 50 };

export const secretSchema = z
  .string()
  .regex(secretPattern, "32 to 64 characters of A-Z, a-z, 0-9, _ and - are expected");
export const connectorSchema = z.coerce.number().int().min(1).max(64);
export const accessKeySchema = z.string().max(100);

export const referenceSchema = z.string().max(20);
export const pinSchema = z.string().max(20);

/** What shows that a booking is one's own. */
const passFields = {
  pass: z.string().max(LONGEST_PASS).optional(),
  pin: pinSchema.optional(),
  proof: z.string().max(2000).optional(),
  reference: referenceSchema.optional(),
};

const startSchema = z.strictObject({
  cpId: cpIdSchema,
  connectorId: z.int().min(1).max(64),
  secret: secretSchema,
  accessKey: accessKeySchema.optional(),
  ...passFields,
  standby: z.boolean().optional(),
});
const startAnswerSchema = z.object({
  requestId: z.string().nullable(),
  cpId: cpIdSchema,
  connectorId: z.int(),
});
const passSchema = z.strictObject({ cpId: cpIdSchema, connectorId: z.int().min(1).max(64), ...passFields });
const unlockSchema = startSchema.pick({ cpId: true, connectorId: true, secret: true });
const stopSchema = z.strictObject({ sessionId: z.uuid(), secret: secretSchema });
const receiptSchema = z
  .object({
    number: z.string(),
    sessionId: z.uuid(),
    seller: z.object({ name: z.string(), address: z.string(), vatNumber: z.string() }),
    site: z.object({ name: z.string(), timeZone: z.string() }),
    cpId: cpIdSchema,
    connectorId: z.int(),
    startedAt: z.string(),
    endedAt: z.string(),
    meterStart: z.int(),
    meterStop: z.int(),
    energyWh: z.int(),
    reason: z.string(),
    tariff: tariffSchema,
    periods: z.array(chargingPeriodSchema),
    cost: moneySchema,
  })
  .openapi("Receipt");

const receiptSecurity: Record<string, string[]>[] = [{ startSecret: [] }, { adminToken: [] }];

const placeQuery = z.object({ cpId: cpIdSchema.optional(), connectorId: connectorSchema.optional() });

/** What the driver page's script talks to. */
export function pageApiRoutes(app: HubApp, services: HubServices): void {
  const { store, log, limits } = services;
  const tags = ["Driver page"];

  app.openapi(
    createRoute({
      tags,
      method: "post",
      path: "/api/start",
      summary: "Asks the charger to start; how it goes on comes over the live stream",
      request: { body: body(startSchema) },
      responses: {
        202: answer("Asked; a booked driver may be sent to another connector", startAnswerSchema),
        ...errors(400, 403, 404, 409, 429),
      },
    }),
    async (c) => c.json(await driverStart(services, c.get("address"), c.req.valid("json")), 202),
  );

  app.openapi(
    createRoute({
      tags,
      method: "post",
      path: "/api/stop",
      summary: "Asks the charger to stop a session that this secret has started",
      request: { body: body(stopSchema) },
      responses: { 202: answer("Asked", z.object({})), ...errors(400, 403, 404, 409, 429) },
    }),
    async (c) => {
      await driverStop(services, c.get("address"), c.req.valid("json"));
      return c.json({}, 202);
    },
  );

  app.openapi(
    createRoute({
      tags,
      method: "post",
      path: "/api/pass/compensation",
      summary: "A booked driver who found no place gives up: the booking ends, with what its terms pay for that",
      request: { body: body(passSchema) },
      responses: {
        200: answer("What the driver owes, minor units; negative is paid to him", z.object({ owed: z.int() })),
        ...errors(400, 403, 404, 409, 429),
      },
    }),
    async (c) => c.json(await driverCompensation(services, c.get("address"), c.req.valid("json")), 200),
  );

  app.openapi(
    createRoute({
      tags,
      method: "post",
      path: "/api/unlock",
      summary: "Unlocks the plug, for the secret that charged here last",
      request: { body: body(unlockSchema) },
      responses: { 202: answer("Done", z.object({})), ...errors(400, 403, 409, 429, 502, 504) },
    }),
    async (c) => {
      await driverUnlock(services, c.get("address"), c.req.valid("json"));
      return c.json({}, 202);
    },
  );

  app.openapi(
    createRoute({
      tags,
      method: "get",
      path: "/api/receipts/{sessionId}",
      summary: "The receipt, for the secret that started the session (or the admin token) as bearer",
      request: { params: z.object({ sessionId: z.uuid() }) },
      security: receiptSecurity,
      responses: { 200: answer("The receipt", receiptSchema), ...errors(400, 401, 403, 404, 409, 429) },
    }),
    async (c) => {
      const address = c.get("address");
      if (limits.guess.blocked(address)) throw tooMany();
      const secret = c.get("isAdmin") ? null : bearerOf(c);
      if (!c.get("isAdmin") && !secret) {
        throw new AppError("unauthorized", "Give the secret of the start: Authorization: Bearer <secret>.", {
          status: 401,
        });
      }
      try {
        return c.json(await openReceipt(store, c.req.valid("param").sessionId, secret), 200);
      } catch (error) {
        if (error instanceof AppError && error.code === "not_yours") limits.guess.failed(address);
        throw error;
      }
    },
  );

  const streams = tally();
  app.openapi(
    createRoute({
      tags,
      method: "get",
      path: "/api/page/live",
      summary: "Server-sent events: the page's view first, then what changes",
      request: { query: placeQuery },
      responses: {
        200: { description: "LiveMessage events", content: { "text/event-stream": { schema: z.string() } } },
        ...errors(400, 429),
      },
    }),
    (c) => {
      // Hono runs GET's handler for HEAD as well, and nobody would ever end that stream.
      if (c.req.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
      const { cpId, connectorId } = c.req.valid("query");
      const place = cpId === undefined || connectorId === undefined ? null : { cpId, connectorId };
      const address = c.get("address");
      if (streams.all() >= MOST_STREAMS.all || streams.of(address) >= MOST_STREAMS.address) throw tooMany();
      const leave = streams.enter(address);
      // Proxies must neither collect nor change it.
      c.header("X-Accel-Buffering", "no");
      return streamSSE(
        c,
        (stream) => follow(services, place, stream).finally(leave),
        async (error) => log.warn({ err: error }, "a live page was cut off"),
      );
    },
  );
}
