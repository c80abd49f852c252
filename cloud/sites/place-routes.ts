import { createRoute, z } from "@hono/zod-openapi";
import { requireSite } from "../accounts/access";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { appendFeed } from "../hubs/append-feed";
import { lockBook } from "../reservations/book";
import { tellBookable } from "../reservations/bookable";
import { requireShown } from "../reservations/preview-read";
import { shownQuery } from "../reservations/schemas";
import { nextState, ownerActions, requireComplete } from "./listing";
import {
  connectorInputSchema,
  connectorParam,
  ownConnectorSchema,
  ownPlaceSchema,
  placeInputSchema,
} from "./place-schemas";
import {
  connectorsOf,
  inUse,
  listConnectors,
  ownConnectorView,
  ownPlaceView,
  photosOf,
  requirePlace,
  savePlace,
} from "./places";
import { lockSite, siteColumns } from "./queries";
import { siteParam } from "./routes";

const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/place",
  tags: ["places"],
  summary: "What drivers are told of a site, and how its listing stands",
  request: { params: siteParam },
  responses: { 200: json("The place.", ownPlaceSchema), ...failures },
});
const write = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/place",
  tags: ["places"],
  summary: "Says where a site is, when and by whom it can be used, and what is around it",
  description:
    "The first time makes a draft. An approved place that moves waits for an admin again. Hours that leave bookings outside are refused with 409 `bookings_affected` until their preview was shown. `booked` also lets nobody start at the charger without a pass.",
  request: { params: siteParam, query: shownQuery, body: body(placeInputSchema) },
  responses: { 200: json("The place as it is now.", ownPlaceSchema), ...failures },
});
const listing = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/place/listing",
  tags: ["places"],
  summary: "Submits the place for approval, takes it back, or retires it",
  description: "Who has booked already keeps the reservation.",
  request: { params: siteParam, body: body(z.strictObject({ action: z.enum(ownerActions) })) },
  responses: { 200: json("The place as it is now.", ownPlaceSchema), ...failures },
});
const connectors = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/connectors",
  tags: ["places"],
  summary: "Connectors with their type, power and link for a QR code",
  request: { params: siteParam },
  responses: { 200: json("Connectors.", z.object({ connectors: z.array(ownConnectorSchema) })), ...failures },
});
const writeConnector = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/connectors/{cpId}/{connectorId}",
  tags: ["places"],
  summary: "Says what a connector is; one that the hub does not have yet can be described beforehand",
  request: { params: connectorParam, body: body(connectorInputSchema) },
  responses: { 200: json("The connector as it is now.", ownConnectorSchema), ...failures },
});
const removeConnector = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/connectors/{cpId}/{connectorId}",
  tags: ["places"],
  summary: "Forgets a connector that the hub does not have, or what was said of one that it has",
  request: { params: connectorParam },
  responses: { 204: { description: "It is gone." }, ...failures },
});

/** What an owner says of a site to drivers. */
export function placeRoutes({ db, wake, now, publicUrl }: Deps) {
  const view = async (siteId: string) => ownPlaceView(await requirePlace(db, siteId), await photosOf(db, siteId));
  const changed = (siteId: string) => wake.tell(`site:${siteId}`);

  return createRouter()
    .openapi(read, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      return c.json(await view(siteId), 200);
    })
    .openapi(write, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const input = c.req.valid("json");
      const { shown } = c.req.valid("query");
      const hubId = await db.transaction().execute(async (trx) => {
        await lockBook(trx, siteId);
        await requireShown(trx, siteId, { kind: "hours", hours: input.hours }, shown, now());
        const site = await lockSite(trx, siteId);
        await savePlace(trx, siteId, input, now());
        if (input.access !== "booked" || site.startPolicy === "pass") return undefined;
        const strict = { ...site, startPolicy: "pass" as const };
        await trx.updateTable("sites").set(siteColumns(strict)).where("site_id", "=", siteId).execute();
        return appendFeed(trx, siteId, [{ type: "site.set", data: strict }], now());
      });
      changed(siteId);
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.json(await view(siteId), 200);
    })
    .openapi(listing, async (c) => {
      const { siteId } = c.req.valid("param");
      const actorId = c.get("user").id;
      await requireSite(db, actorId, siteId, "change");
      const { action } = c.req.valid("json");
      await db.transaction().execute(async (trx) => {
        const place = await requirePlace(trx, siteId, "lock");
        const state = nextState(place.state, action);
        if (action === "submit") requireComplete(place, inUse(await connectorsOf(trx, siteId)));
        const at = new Date(now());
        const submitted = action === "submit" ? { submitted_at: at, reason: null } : {};
        await trx
          .updateTable("places")
          .set({ state, updated_at: at, ...submitted })
          .where("site_id", "=", siteId)
          .execute();
        await listConnectors(trx, siteId);
        await audit(trx, { now: now(), actorId, action: `listing.${action}`, subject: `site:${siteId}`, siteId });
      });
      changed(siteId);
      return c.json(await view(siteId), 200);
    })
    .openapi(connectors, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await connectorsOf(db, siteId);
      return c.json({ connectors: rows.map((row) => ownConnectorView(publicUrl, row)) }, 200);
    })
    .openapi(writeConnector, async (c) => {
      const { siteId, cpId, connectorId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const { type, powerW, label } = c.req.valid("json");
      const said = { type, own_power_w: powerW, label };
      const { row, hubId } = await db.transaction().execute(async (trx) => {
        await lockBook(trx, siteId);
        await lockSite(trx, siteId);
        await trx
          .insertInto("place_connectors")
          .values({ site_id: siteId, cp_id: cpId, connector_id: connectorId, ...said })
          .onConflict((conflict) => conflict.columns(["site_id", "cp_id", "connector_id"]).doUpdateSet(said))
          .execute();
        await listConnectors(trx, siteId);
        const row = await trx
          .selectFrom("place_connectors")
          .selectAll()
          .where("site_id", "=", siteId)
          .where("cp_id", "=", cpId)
          .where("connector_id", "=", connectorId)
          .executeTakeFirstOrThrow();
        return { row, hubId: await tellBookable(trx, siteId, now()) };
      });
      changed(siteId);
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.json(ownConnectorView(publicUrl, row), 200);
    })
    .openapi(removeConnector, async (c) => {
      const { siteId, cpId, connectorId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const { found, hubId } = await db.transaction().execute(async (trx) => {
        await lockBook(trx, siteId);
        await lockSite(trx, siteId);
        const forgotten = await trx
          .updateTable("place_connectors")
          .set({ type: null, own_power_w: null, label: "" })
          .where("site_id", "=", siteId)
          .where("cp_id", "=", cpId)
          .where("connector_id", "=", connectorId)
          .returning("told")
          .executeTakeFirst();
        if (forgotten && !forgotten.told) {
          await trx
            .deleteFrom("place_connectors")
            .where("site_id", "=", siteId)
            .where("cp_id", "=", cpId)
            .where("connector_id", "=", connectorId)
            .execute();
        }
        return { found: forgotten, hubId: forgotten && (await tellBookable(trx, siteId, now())) };
      });
      if (!found) throw notFound("connector");
      changed(siteId);
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.body(null, 204);
    });
}
