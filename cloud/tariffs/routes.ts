import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { tariffSchema, versionAt } from "../../shared/tariff";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { appendFeed } from "../hubs/append-feed";
import { lockSite } from "../sites/queries";
import { siteParam } from "../sites/routes";
import { addVersion, removeVersion, versionsOf } from "./versions";

const tariffParam = siteParam.extend({ tariffId: tariffSchema.shape.id });
const versionParam = tariffParam.extend({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});
const versionSchema = z
  .object({
    version: z.number().int(),
    /** For sessions that start from then on, and bookings of that time. */
    effectiveFrom: instantSchema,
    state: z.enum(["past", "current", "coming"]),
    createdAt: instantSchema,
    tariff: tariffSchema,
  })
  .openapi("TariffVersion");

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
  summary:
    "Sets a tariff, now or from a time on; running sessions and bookings keep the version that they were begun or sold with",
  request: {
    params: tariffParam,
    query: z.object({ effectiveFrom: instantSchema.optional().openapi({ description: "Without it: now." }) }),
    body: body(tariffSchema),
  },
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
const versions = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/tariffs/{tariffId}/versions",
  tags: ["tariffs"],
  summary: "Every version of a tariff: what held, holds and is to come",
  request: { params: tariffParam },
  responses: { 200: json("By number.", z.object({ versions: z.array(versionSchema) })), ...failures },
});
const takeBack = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/tariffs/{tariffId}/versions/{version}",
  tags: ["tariffs"],
  summary: "Takes a version back that is yet to come",
  request: { params: versionParam },
  responses: { 204: { description: "It will not come." }, ...failures },
});

/** Tariffs of a site. Each change goes into the hub's feed in the same transaction. */
export function tariffRoutes({ db, wake, now }: Deps) {
  const told = (siteId: string, hubId: string | undefined) => {
    if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
  };
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
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "change");
      const { effectiveFrom } = c.req.valid("query");
      const tariff = c.req.valid("json");
      if (tariff.id !== tariffId) {
        throw new AppError("id_mismatch", "The tariff's id is not the one in the address.", { status: 400 });
      }
      const from = effectiveFrom === undefined ? undefined : Date.parse(effectiveFrom);
      const hubId = await db.transaction().execute(async (trx) => {
        const { messages } = await addVersion(trx, { siteId, tariff, from, userId, now: now() });
        return appendFeed(trx, siteId, messages, now());
      });
      told(siteId, hubId);
      return c.json(tariff, 200);
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
        for (const table of ["tariff_versions", "tariffs"] as const) {
          const { numDeletedRows } = await trx
            .deleteFrom(table)
            .where("site_id", "=", siteId)
            .where("tariff_id", "=", tariffId)
            .executeTakeFirstOrThrow();
          if (numDeletedRows === 0n) throw notFound("tariff");
        }
        return appendFeed(trx, siteId, [{ type: "tariff.removed", data: { tariffId } }], now());
      });
      told(siteId, hubId);
      return c.body(null, 204);
    })
    .openapi(versions, async (c) => {
      const { siteId, tariffId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const all = await versionsOf(db, siteId, tariffId);
      const current = versionAt(all, now());
      if (!current) throw notFound("tariff");
      const stateOf = (from: string, version: number) =>
        version === current.version ? "current" : Date.parse(from) > now() ? "coming" : "past";
      const answer = all.map(({ from: effectiveFrom, version, tariff, createdAt }) => {
        return { version, effectiveFrom, state: stateOf(effectiveFrom, version), createdAt, tariff } as const;
      });
      return c.json({ versions: answer }, 200);
    })
    .openapi(takeBack, async (c) => {
      const { siteId, tariffId, version } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const hubId = await db.transaction().execute(async (trx) => {
        const messages = await removeVersion(trx, { siteId, tariffId, version }, now());
        return appendFeed(trx, siteId, messages, now());
      });
      told(siteId, hubId);
      return c.body(null, 204);
    });
}
