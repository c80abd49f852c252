import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { connectorIdSchema, cpIdSchema, instantSchema } from "../../shared/schema";
import { methods } from "../billing/charge-types";
import type { Deps } from "../deps";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { sendCommand } from "../hubs/send-command";
import { keepChoice, requireMethod } from "../billing/choices";
import { siteParam } from "../sites/routes";
import { isOpenTo, isVisible } from "../sites/visit";

const STARTS = { hits: 20, windowMs: 10 * 60_000 };
const EXPIRES_MS = 60_000;
const tags = ["my sessions"];

const startAt = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/starts",
  tags,
  summary: "A driver starts from afar: where the site is open to everybody, or its owner has approved a card of his",
  request: {
    params: siteParam,
    body: body(
      z.strictObject({
        cpId: cpIdSchema,
        connectorId: connectorIdSchema.min(1),
        method: z.enum(methods).optional().openapi({ description: "How it is paid; without it as usual." }),
      }),
    ),
  },
  responses: {
    202: json("It is on its way.", z.object({ commandId: z.uuid(), expiresAt: instantSchema })),
    ...failures,
  },
});
const outcome = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/starts/{commandId}",
  tags,
  summary:
    "What became of the driver's start; `outcome` is null until the hub has said so, `sessionId` until it has begun",
  request: { params: siteParam.extend({ commandId: z.uuid() }) },
  responses: {
    200: json(
      "The start.",
      z.object({
        commandId: z.uuid(),
        expiresAt: instantSchema,
        outcome: z.enum(["accepted", "rejected", "failed", "expired"]).nullable(),
        detail: z.string().nullable(),
        sessionId: z.uuid().nullable(),
      }),
    ),
    ...failures,
  },
});

/** Starts by drivers, from afar. */
export function startRoutes({ db, wake, now, newId, randomBytes, payments }: Deps) {
  return createRouter()
    .openapi(startAt, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      const { method: wish, ...at } = c.req.valid("json");
      await countHit(db, `starts:${userId}`, STARTS, now());
      await requireStart(db, { userId, siteId, cpId: at.cpId }, now());
      const payer = { siteId, userId, takesCards: payments.cards, now: now() };
      const { method } = await requireMethod(db, payer, wish);
      const commandId = newId();
      const expiresAt = new Date(now() + EXPIRES_MS).toISOString();
      // One start's own tag, as at the hub's page: it opens nothing else.
      const idTag = Buffer.from(randomBytes(10)).toString("hex").toUpperCase();
      const command = { name: "startSession" as const, ...at, idTag };
      const hubId = await db.transaction().execute(async (trx) => {
        if (wish) await keepChoice(trx, { siteId, about: "start", subject: commandId }, { method, now: now() });
        const who = { createdBy: userId, driverId: userId };
        return sendCommand(trx, { siteId, commandId, command, ...who, expiresAt, now: now() });
      });
      wake.tell(`feed:${hubId}`);
      return c.json({ commandId, expiresAt }, 202);
    })
    .openapi(outcome, async (c) => {
      const { siteId, commandId } = c.req.valid("param");
      const row = await db
        .selectFrom("commands")
        .select(["expires_at", "outcome", "detail"])
        .where("site_id", "=", siteId)
        .where("id", "=", commandId)
        .where("driver_id", "=", c.get("user").id)
        .executeTakeFirst();
      if (!row) throw notFound("start");
      const begun = await db
        .selectFrom("session_drivers as d")
        .innerJoin("sessions as s", (join) =>
          join.onRef("s.site_id", "=", "d.site_id").onRef("s.id", "=", "d.session_id"),
        )
        .select(["s.id", "s.session"])
        .where("d.site_id", "=", siteId)
        .where("d.user_id", "=", c.get("user").id)
        .orderBy("d.started_at", "desc")
        .limit(20)
        .execute();
      const sessionId = begun.find(({ session }) => session.requestId === commandId)?.id ?? null;
      const { outcome, detail } = row;
      return c.json({ commandId, expiresAt: row.expires_at.toISOString(), outcome, detail, sessionId }, 200);
    });
}

/** Throws AppError 404 for a site or charge point that is not there, 403 `members_only` where it is not for him, and `not_open` where a pass or card is needed. */
async function requireStart(
  db: Db,
  { userId, siteId, cpId }: { userId: string; siteId: string; cpId: string },
  now: number,
): Promise<void> {
  const site = await db
    .selectFrom("sites")
    .innerJoin("charge_points as c", "c.site_id", "sites.site_id")
    .leftJoin("own_charge_points as o", (join) =>
      join.onRef("o.site_id", "=", "c.site_id").onRef("o.cp_id", "=", "c.cp_id"),
    )
    .select("start_policy")
    .where("sites.site_id", "=", siteId)
    .where("c.cp_id", "=", cpId)
    .where("o.retired_at", "is", null)
    .executeTakeFirst();
  if (!site) throw notFound("charge point");
  const card = await db
    .selectFrom("id_tags")
    .select("id_tag")
    .where("site_id", "=", siteId)
    .where("user_id", "=", userId)
    .where("status", "=", "approved")
    .limit(1)
    .executeTakeFirst();
  if (card) return;
  if (!(await isVisible(db, siteId, userId, now))) throw notFound("charge point");
  if (!(await isOpenTo(db, siteId, userId, now))) {
    throw new AppError(
      "members_only",
      "This site is for its members. Its owner lets people in by a membership or a link.",
      { status: 403 },
    );
  }
  if (site.start_policy !== "open") {
    throw new AppError("not_open", "Book here, or ask the owner to approve a card of yours.", { status: 403 });
  }
}
