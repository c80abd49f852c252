import { createRoute, z } from "@hono/zod-openapi";
import { requireSite } from "../../accounts/access";
import type { Deps } from "../../deps";
import { notFound } from "../../http/errors";
import { countHit } from "../../http/rate-limit";
import { body, createRouter, failures, json } from "../../http/router";
import { tellBooked } from "../../notifications/bookings";
import { siteParam } from "../../sites/routes";
import { bookingOf } from "../mine";
import { reservationSchema, spanOf, wishSchema } from "../schemas";
import { acceptOffer, join, leave, waitsOf } from "./line";
import { offerMinutesOf } from "./offers";
import { queueSchema, queueView, waitSchema, waitSettingsSchema, waitView } from "./schemas";

/** Changes of one driver. */
const CHANGES = { hits: 60, windowMs: 60_000 };
const waitParam = siteParam.extend({ waitId: z.uuid() });

const joining = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/waiting-list",
  tags: ["reservations"],
  summary: "Gets in line for a time that is taken; when it comes free, it is held for the first in line, who is told",
  description: "The line is of a class: whoever is offered a connector whose plug does not fit gives it back.",
  request: { params: siteParam, body: body(wishSchema.omit({ type: true })) },
  responses: { 201: json("The place in line; the same again for a repeated call.", waitSchema), ...failures },
});
const mine = createRoute({
  method: "get",
  path: "/v1/waiting-list",
  tags: ["reservations"],
  summary: "What the signed-in driver waits for, and is offered; ended ones for a week",
  responses: { 200: json("Places in line.", z.object({ waits: z.array(waitSchema) })), ...failures },
});
const accepting = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/waiting-list/{waitId}/accept",
  tags: ["reservations"],
  summary: "Makes a reservation of an offer; `pin` asks for a PIN that the pass then needs",
  request: { params: waitParam, body: body(z.strictObject({ pin: z.boolean().default(false) })) },
  responses: {
    201: json(
      "The PIN is told here only; a repeated call gets it again.",
      reservationSchema.extend({ pin: z.string().nullable() }),
    ),
    ...failures,
  },
});
const leaving = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/waiting-list/{waitId}",
  tags: ["reservations"],
  summary: "Leaves the line; an offer goes to the next",
  request: { params: waitParam },
  responses: { 204: { description: "The place is gone." }, ...failures },
});
const queue = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/waiting-list",
  tags: ["reservations"],
  summary: "Who waits for what at a site, the first first, without names; ended ones for a week",
  request: { params: siteParam },
  responses: { 200: json("The line.", queueSchema), ...failures },
});
const settings = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/waiting-list/settings",
  tags: ["reservations"],
  summary: "How long an offer holds; those that are made already stay as they are",
  request: { params: siteParam, body: body(waitSettingsSchema) },
  responses: { 200: json("As it is now.", waitSettingsSchema), ...failures },
});

/** The waiting list. */
export function waitingRoutes(deps: Deps) {
  const { db, now } = deps;
  const change = (userId: string) => countHit(db, `reservations:${userId}`, CHANGES, now());

  return createRouter()
    .openapi(joining, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await change(userId);
      const { class: kind, ...times } = c.req.valid("json");
      const waitId = await join(deps, { siteId, userId }, { class: kind, ...spanOf(times) });
      const row = (await waitsOf(db, { userId }, now())).find((each) => each.wait_id === waitId);
      if (!row) throw notFound("place in line");
      return c.json(waitView(row, now()), 201);
    })
    .openapi(mine, async (c) => {
      const rows = await waitsOf(db, { userId: c.get("user").id }, now());
      return c.json({ waits: rows.map((row) => waitView(row, now())) }, 200);
    })
    .openapi(accepting, async (c) => {
      const { siteId, waitId } = c.req.valid("param");
      const userId = c.get("user").id;
      await change(userId);
      const { sale, pin } = await acceptOffer(deps, { siteId, userId }, waitId, c.req.valid("json").pin);
      await tellBooked(db, siteId, userId, sale, now());
      return c.json({ ...(await bookingOf(db, siteId, userId, sale.booking)), pin }, 201);
    })
    .openapi(leaving, async (c) => {
      const { siteId, waitId } = c.req.valid("param");
      await leave(deps, { siteId, userId: c.get("user").id }, waitId);
      return c.body(null, 204);
    })
    .openapi(queue, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await waitsOf(db, { siteId }, now());
      return c.json({ offerMinutes: await offerMinutesOf(db, siteId), waits: rows.map(queueView) }, 200);
    })
    .openapi(settings, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const { offerMinutes } = c.req.valid("json");
      const row = { offer_minutes: offerMinutes, updated_at: new Date(now()) };
      await db
        .insertInto("booking_wait_settings")
        .values({ site_id: siteId, ...row })
        .onConflict((conflict) => conflict.column("site_id").doUpdateSet(row))
        .execute();
      return c.json({ offerMinutes }, 200);
    });
}
