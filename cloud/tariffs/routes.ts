import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { tariffSchema } from "../../shared/tariff";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { appendFeed } from "../hubs/append-feed";
import { lockSite } from "../sites/queries";
import { siteParam } from "../sites/routes";

const tariffParam = siteParam.extend({ tariffId: tariffSchema.shape.id });

const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/tariffs",
  tags: ["tariffs"],
  summary: "The site's tariffs, in the structure of OCPI 2.2.1",
  request: { params: siteParam },
  responses: { 200: json("Tariffs by id.", z.object({ tariffs: z.array(tariffSchema) })), ...failures },
});
const put = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/tariffs/{tariffId}",
  tags: ["tariffs"],
  summary: "Sets a tariff; running sessions keep the one that they began with",
  request: { params: tariffParam, body: body(tariffSchema) },
  responses: { 200: json("The tariff.", tariffSchema), ...failures },
});
const remove = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/tariffs/{tariffId}",
  tags: ["tariffs"],
  summary: "Removes a tariff that nothing uses",
  request: { params: tariffParam },
  responses: { 204: { description: "It is gone." }, ...failures },
});

/** Tariffs of a site. Each change goes into the hub's feed in the same transaction. Sign-in is checked by the site's routes. */
export function tariffRoutes({ db, wake, now }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await db
        .selectFrom("tariffs")
        .select("tariff")
        .where("site_id", "=", siteId)
        .orderBy("tariff_id")
        .execute();
      return c.json({ tariffs: rows.map((row) => row.tariff) }, 200);
    })
    .openapi(put, async (c) => {
      const { siteId, tariffId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const data = c.req.valid("json");
      if (data.id !== tariffId) {
        throw new AppError("id_mismatch", "The tariff's id is not the one in the address.", { status: 400 });
      }
      const hubId = await db.transaction().execute(async (trx) => {
        const site = await lockSite(trx, siteId);
        if (site.currency !== data.currency) {
          throw new AppError("other_currency", `The site's currency is ${site.currency}.`, { status: 400 });
        }
        const row = { site_id: siteId, tariff_id: tariffId, tariff: JSON.stringify(data), updated_at: new Date(now()) };
        await trx
          .insertInto("tariffs")
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(["site_id", "tariff_id"]).doUpdateSet({ tariff: row.tariff, updated_at: row.updated_at }),
          )
          .execute();
        return appendFeed(trx, siteId, [{ type: "tariff.set", data }], now());
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.json(data, 200);
    })
    .openapi(remove, async (c) => {
      const { siteId, tariffId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const hubId = await db.transaction().execute(async (trx) => {
        const site = await lockSite(trx, siteId);
        const user = await trx
          .selectFrom("charge_points")
          .select("cp_id")
          .where("site_id", "=", siteId)
          .where("tariff_id", "=", tariffId)
          .executeTakeFirst();
        if (user || site.defaultTariffId === tariffId) {
          const who = user ? `Charge point ${user.cp_id}` : "The site";
          throw new AppError("tariff_in_use", `${who} uses this tariff.`, { status: 409 });
        }
        const { numDeletedRows } = await trx
          .deleteFrom("tariffs")
          .where("site_id", "=", siteId)
          .where("tariff_id", "=", tariffId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) throw notFound("tariff");
        return appendFeed(trx, siteId, [{ type: "tariff.removed", data: { tariffId } }], now());
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.body(null, 204);
    });
}
