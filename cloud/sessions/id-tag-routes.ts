import { createRoute, z } from "@hono/zod-openapi";
import type { Selectable } from "kysely";
import { AppError } from "../../shared/error";
import { normaliseIdTag } from "../../shared/ocpp";
import { idTagSchema, instantSchema, storableTextSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { appendFeed } from "../hubs/append-feed";
import { notify, ownersOf } from "../notifications/notify";
import { lockSite } from "../sites/queries";
import { siteParam } from "../sites/routes";
import { isVisible } from "../sites/visit";
import { keepPastIdTag } from "./past-id-tags";
import type { IdTagTable } from "./tables";

const REQUESTS = { hits: 20, windowMs: 60 * 60_000 };
/** Cards of one driver at one site. */
const MAX_TAGS = 10;
const tags = ["id tags"];

const tagSchema = idTagSchema
  .transform(normaliseIdTag)
  .pipe(storableTextSchema.min(1))
  .openapi({ type: "string", minLength: 1, maxLength: 20 });
const tagParam = siteParam.extend({ idTag: tagSchema });
const cardFields = {
  siteId: z.uuid(),
  idTag: z.string(),
  label: z.string(),
  status: z.enum(["requested", "approved", "refused"]),
  requestedAt: instantSchema,
};
const ownSchema = z.object({ ...cardFields, siteName: z.string() }).openapi("OwnIdTag");
const cardSchema = z
  .object({
    ...cardFields,
    driver: z.object({ userId: z.string(), name: z.string() }),
    decidedAt: instantSchema.nullable(),
  })
  .openapi("IdTag");

const request = createRoute({
  method: "post",
  path: "/v1/me/id-tags",
  tags,
  summary: "Asks a site's owner to let a card of the driver's start there",
  request: {
    body: body(z.strictObject({ siteId: z.uuid(), idTag: tagSchema, label: storableTextSchema.min(1).max(60) })),
  },
  responses: { 201: json("The owner has to approve it.", ownSchema), ...failures },
});
const mine = createRoute({
  method: "get",
  path: "/v1/me/id-tags",
  tags,
  summary: "The signed-in driver's cards at all sites",
  responses: { 200: json("Newest first.", z.object({ idTags: z.array(ownSchema) })), ...failures },
});
const giveUp = createRoute({
  method: "delete",
  path: "/v1/me/id-tags/{siteId}/{idTag}",
  tags,
  summary: "Takes a card off, such as a lost one: its site's hub refuses it from then on",
  request: { params: tagParam },
  responses: { 204: { description: "It is off." }, ...failures },
});
const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/id-tags",
  tags,
  summary: "Drivers' cards at a site",
  request: { params: siteParam },
  responses: { 200: json("Those to be decided first.", z.object({ idTags: z.array(cardSchema) })), ...failures },
});
const decide = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/id-tags/{idTag}/decision",
  tags,
  summary: "Approves or refuses a card; one that was approved is blocked by a refusal, one that was not is off",
  request: { params: tagParam, body: body(z.strictObject({ approved: z.boolean() })) },
  responses: { 204: { description: "The site's hub hears of it." }, ...failures },
});

/** Drivers' own cards. A card opens at the hub, also offline, once its owner has approved it; its sessions are the driver's. */
export function idTagRoutes({ db, wake, now }: Deps) {
  return createRouter()
    .openapi(request, async (c) => {
      const userId = c.get("user").id;
      const { siteId, idTag, label } = c.req.valid("json");
      await countHit(db, `id-tags:${userId}`, REQUESTS, now());
      if (!(await isVisible(db, siteId, userId, now()))) throw notFound("site");
      const name = await db.transaction().execute(async (trx) => {
        const site = await lockSite(trx, siteId);
        const known = await trx
          .selectFrom("id_tags")
          .select(["id_tag", "user_id"])
          .where("site_id", "=", siteId)
          .where(({ or, eb }) => or([eb("id_tag", "=", idTag), eb("user_id", "=", userId)]))
          .execute();
        if (known.some((each) => each.id_tag === idTag)) {
          throw new AppError("id_tag_taken", "This card is registered at this site already.", { status: 409 });
        }
        if (known.length >= MAX_TAGS) {
          throw new AppError("too_many_id_tags", `At most ${MAX_TAGS} cards at a site.`, { status: 409 });
        }
        const row = { site_id: siteId, id_tag: idTag, user_id: userId, label, status: "requested" as const };
        await trx
          .insertInto("id_tags")
          .values({ ...row, requested_at: new Date(now()) })
          .execute();
        const driver = c.get("user").name;
        for (const owner of await ownersOf(trx, siteId)) {
          const notice = { userId: owner, kind: "cardRequested" as const, siteId, now: now() };
          await notify(trx, { ...notice, data: { siteId, siteName: site.name, idTag, driver } });
        }
        return site.name;
      });
      const requestedAt = new Date(now()).toISOString();
      return c.json({ siteId, siteName: name, idTag, label, status: "requested" as const, requestedAt }, 201);
    })
    .openapi(mine, async (c) => {
      const rows = await db
        .selectFrom("id_tags")
        .innerJoin("sites", "sites.site_id", "id_tags.site_id")
        .selectAll("id_tags")
        .select("sites.name")
        .where("user_id", "=", c.get("user").id)
        .orderBy("requested_at", "desc")
        .execute();
      return c.json({ idTags: rows.map((row) => ({ ...cardView(row), siteName: row.name })) }, 200);
    })
    .openapi(giveUp, async (c) => {
      const { siteId, idTag } = c.req.valid("param");
      const hubId = await db.transaction().execute(async (trx) => {
        const row = await trx
          .deleteFrom("id_tags")
          .where("site_id", "=", siteId)
          .where("id_tag", "=", idTag)
          .where("user_id", "=", c.get("user").id)
          .returningAll()
          .executeTakeFirst();
        if (!row) throw notFound("card");
        await keepPastIdTag(trx, row, now());
        if (row.status !== "approved") return undefined;
        return appendFeed(trx, siteId, [{ type: "idTag.removed", data: { idTag } }], now());
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.body(null, 204);
    })
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await db
        .selectFrom("id_tags")
        .innerJoin("auth.user", "auth.user.id", "id_tags.user_id")
        .selectAll("id_tags")
        .select("auth.user.name")
        .where("site_id", "=", siteId)
        .orderBy(({ eb }) => eb("status", "=", "requested"), "desc")
        .orderBy("requested_at", "desc")
        .limit(1000)
        .execute();
      const idTags = rows.map((row) => ({
        ...cardView(row),
        driver: { userId: row.user_id, name: row.name },
        decidedAt: row.decided_at?.toISOString() ?? null,
      }));
      return c.json({ idTags }, 200);
    })
    .openapi(decide, async (c) => {
      const { siteId, idTag } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "change");
      const status = c.req.valid("json").approved ? ("approved" as const) : ("refused" as const);
      const hubId = await db.transaction().execute(async (trx) => {
        const before = await trx
          .selectFrom("id_tags")
          .selectAll()
          .where("site_id", "=", siteId)
          .where("id_tag", "=", idTag)
          .forUpdate()
          .executeTakeFirst();
        if (!before) throw notFound("card");
        if (before.status === status) return undefined;
        const { name: siteName } = await lockSite(trx, siteId);
        const data = { siteId, siteName, idTag, approved: status === "approved" };
        await notify(trx, { userId: before.user_id, kind: "cardDecided", siteId, data, now: now() });
        if (before.status === "requested" && status === "refused") {
          // So that whose card it is can ask, and nobody takes its number by asking first.
          await trx.deleteFrom("id_tags").where("site_id", "=", siteId).where("id_tag", "=", idTag).execute();
          return undefined;
        }
        await keepPastIdTag(trx, before, now());
        await trx
          .updateTable("id_tags")
          .set({ status, decided_at: new Date(now()), decided_by: userId })
          .where("site_id", "=", siteId)
          .where("id_tag", "=", idTag)
          .execute();
        if (before.status !== "approved" && status !== "approved") return undefined;
        return appendFeed(
          trx,
          siteId,
          [status === "approved" ? cardMessage(idTag) : { type: "idTag.removed", data: { idTag } }],
          now(),
        );
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.body(null, 204);
    });
}

/** What a hub hears of an approved card. */
export function cardMessage(idTag: string) {
  const data = { idTag, status: "Accepted" as const, expiryDate: null, parentIdTag: null };
  return { type: "idTag.set" as const, data };
}

function cardView(row: Pick<Selectable<IdTagTable>, "site_id" | "id_tag" | "label" | "status" | "requested_at">) {
  const { site_id: siteId, id_tag: idTag, label, status, requested_at } = row;
  return { siteId, idTag, label, status, requestedAt: requested_at.toISOString() };
}
