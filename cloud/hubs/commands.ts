import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { connectorIdSchema, cpIdSchema, idTagSchema, instantSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { sendCommand } from "./send-command";

const DEFAULT_SECONDS = 60;
const MAX_HOURS = 24;
const COMMANDS = { hits: 60, windowMs: 60_000 };

const commandSchema = z
  .discriminatedUnion("name", [
    z.strictObject({ name: z.literal("stopSession"), sessionId: z.uuid() }),
    z.strictObject({
      name: z.literal("startSession"),
      cpId: cpIdSchema,
      connectorId: connectorIdSchema.min(1),
      idTag: idTagSchema,
    }),
  ])
  .openapi("Command");
const requestSchema = z.strictObject({ command: commandSchema, expiresAt: instantSchema.optional() });
const commandAnswer = z
  .object({
    commandId: z.uuid(),
    command: commandSchema,
    createdAt: instantSchema,
    expiresAt: instantSchema,
    outcome: z.enum(["accepted", "rejected", "failed", "expired"]).nullable(),
    detail: z.string().nullable(),
    finishedAt: instantSchema.nullable(),
  })
  .openapi("CommandState");

const send = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/commands",
  tags: ["hubs"],
  summary: "Sends a command to the site's hub; after `expiresAt` (default a minute) the hub does nothing",
  request: { params: siteParam, body: body(requestSchema) },
  responses: {
    202: json("It is on its way.", z.object({ commandId: z.uuid(), expiresAt: instantSchema })),
    ...failures,
  },
});
const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/commands/{commandId}",
  tags: ["hubs"],
  summary: "What became of a command; `outcome` is null until the hub has said so",
  request: { params: siteParam.extend({ commandId: z.uuid() }) },
  responses: { 200: json("The command.", commandAnswer), ...failures },
});

/** Commands of owners to their hub, through its feed. */
export function commandRoutes({ db, wake, now, newId }: Deps) {
  return createRouter()
    .openapi(send, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "install");
      await countHit(db, `commands:${siteId}`, COMMANDS, now());
      const { command, expiresAt = new Date(now() + DEFAULT_SECONDS * 1000).toISOString() } = c.req.valid("json");
      const life = Date.parse(expiresAt) - now();
      if (life <= 0 || life > MAX_HOURS * 3_600_000) {
        throw new AppError("invalid", `expiresAt must lie ahead, by at most ${MAX_HOURS} hours.`, { status: 400 });
      }
      const commandId = newId();
      const hubId = await db.transaction().execute(async (trx) => {
        if (command.name === "stopSession") {
          const session = await trx
            .selectFrom("sessions")
            .select("ended_at")
            .where("site_id", "=", siteId)
            .where("id", "=", command.sessionId)
            .executeTakeFirst();
          if (!session) throw notFound("session");
          if (session.ended_at) throw new AppError("session_ended", "This session is over.", { status: 409 });
        }
        const order = { siteId, commandId, command, expiresAt, createdBy: userId, driverId: null };
        return sendCommand(trx, { ...order, now: now() });
      });
      wake.tell(`feed:${hubId}`);
      return c.json({ commandId, expiresAt }, 202);
    })
    .openapi(read, async (c) => {
      const { siteId, commandId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const row = await db
        .selectFrom("commands")
        .selectAll()
        .where("site_id", "=", siteId)
        .where("id", "=", commandId)
        .executeTakeFirst();
      if (!row) throw notFound("command");
      const answer = {
        commandId,
        command: row.command,
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
        outcome: row.outcome,
        detail: row.detail,
        finishedAt: row.finished_at?.toISOString() ?? null,
      };
      return c.json(answer, 200);
    });
}
