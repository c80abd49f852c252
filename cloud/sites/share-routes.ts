import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { clientNetwork } from "../http/client-address";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { requirePlace } from "./places";
import { siteParam } from "./routes";
import { hashShare, linkOf } from "./visit";

const TOKEN_BYTES = 24;
const MAX_LINKS = 50;
/** Tries of one address to get in by a link. */
const TRIES = { hits: 60, windowMs: 10 * 60_000 };

const linkParam = siteParam.extend({ linkId: z.uuid() });
const guestParam = siteParam.extend({ userId: z.string().min(1).max(64) });

const linkSchema = z
  .object({
    linkId: z.uuid(),
    name: z.string(),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable(),
    guests: z.number().int(),
  })
  .openapi("ShareLink");

const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/share-links",
  tags: ["places"],
  summary: "Share links that hold, and the people who came by them",
  request: { params: siteParam },
  responses: {
    200: json(
      "Links, oldest first, and guests.",
      z.object({
        links: z.array(linkSchema),
        guests: z.array(z.object({ userId: z.string(), name: z.string(), linkId: z.uuid(), since: instantSchema })),
      }),
    ),
    ...failures,
  },
});
const create = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/share-links",
  tags: ["places"],
  summary: "Makes a link that lets people in; it is shown once",
  request: {
    params: siteParam,
    body: body(
      z.strictObject({ name: z.string().trim().min(1).max(80), expiresAt: instantSchema.nullable().default(null) }),
    ),
  },
  responses: { 201: json("The link.", linkSchema.extend({ url: z.string() })), ...failures },
});
const revoke = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/share-links/{linkId}",
  tags: ["places"],
  summary: "Takes a link back, and with it the right of all who came by it",
  request: { params: linkParam },
  responses: { 204: { description: "It opens nothing any more." }, ...failures },
});
const dismiss = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/guests/{userId}",
  tags: ["places"],
  summary: "Lets somebody in no longer, unless by a link that still holds",
  request: { params: guestParam },
  responses: { 204: { description: "They are out." }, ...failures },
});
const join = createRoute({
  method: "post",
  path: "/v1/places/{siteId}/join",
  tags: ["places"],
  summary: "Comes in by a share link: the place is found and can be booked from now on",
  request: { params: siteParam, body: body(z.strictObject({ share: z.string().min(1).max(100) })) },
  responses: { 204: { description: "You are in." }, ...failures },
});

/** Share links: how an owner lets people in at a private or a members' site. */
export function shareRoutes({ db, now, newId, randomBytes, publicUrl, trustProxy }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const guests = await db
        .selectFrom("place_guests as g")
        .innerJoin("auth.user as u", "u.id", "g.user_id")
        .select(["g.user_id", "g.link_id", "g.created_at", "u.name"])
        .where("g.site_id", "=", siteId)
        .orderBy("g.created_at")
        .execute();
      const rows = await db
        .selectFrom("place_links")
        .select(["link_id", "name", "created_at", "expires_at"])
        .where("site_id", "=", siteId)
        .where("revoked_at", "is", null)
        .orderBy("created_at")
        .orderBy("link_id")
        .execute();
      const links = rows.map((row) => ({
        linkId: row.link_id,
        name: row.name,
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at?.toISOString() ?? null,
        guests: guests.filter(({ link_id }) => link_id === row.link_id).length,
      }));
      const people = guests.map(({ user_id: userId, name, link_id: linkId, created_at }) => ({
        userId,
        name,
        linkId,
        since: created_at.toISOString(),
      }));
      return c.json({ links, guests: people }, 200);
    })
    .openapi(create, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "change");
      const { name, expiresAt } = c.req.valid("json");
      const token = Buffer.from(randomBytes(TOKEN_BYTES)).toString("base64url");
      const [linkId, at] = [newId(), new Date(now())];
      await db.transaction().execute(async (trx) => {
        await requirePlace(trx, siteId, "lock");
        const held = await trx
          .selectFrom("place_links")
          .select("link_id")
          .where("site_id", "=", siteId)
          .where("revoked_at", "is", null)
          .execute();
        if (held.length >= MAX_LINKS) {
          throw new AppError("too_many_links", `At most ${MAX_LINKS} links at a time.`, { status: 409 });
        }
        const link = { site_id: siteId, link_id: linkId, token_hash: hashShare(token), name, created_by: userId };
        await trx
          .insertInto("place_links")
          .values({ ...link, created_at: at, expires_at: expiresAt })
          .execute();
        await audit(trx, { now: now(), actorId: userId, action: "share.created", subject: `link:${linkId}`, siteId });
      });
      const url = `${publicUrl}/places/${siteId}?share=${token}`;
      return c.json({ linkId, name, createdAt: at.toISOString(), expiresAt, guests: 0, url }, 201);
    })
    .openapi(revoke, async (c) => {
      const { siteId, linkId } = c.req.valid("param");
      const actorId = c.get("user").id;
      await requireSite(db, actorId, siteId, "change");
      const revoked = await db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable("place_links")
          .set({ revoked_at: new Date(now()) })
          .where("site_id", "=", siteId)
          .where("link_id", "=", linkId)
          .where("revoked_at", "is", null)
          .returning("link_id")
          .executeTakeFirst();
        if (!row) return false;
        await trx.deleteFrom("place_guests").where("site_id", "=", siteId).where("link_id", "=", linkId).execute();
        await audit(trx, { now: now(), actorId, action: "share.revoked", subject: `link:${linkId}`, siteId });
        return true;
      });
      if (!revoked) throw notFound("link");
      return c.body(null, 204);
    })
    .openapi(dismiss, async (c) => {
      const { siteId, userId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const { numDeletedRows } = await db
        .deleteFrom("place_guests")
        .where("site_id", "=", siteId)
        .where("user_id", "=", userId)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) throw notFound("guest");
      return c.body(null, 204);
    })
    .openapi(join, async (c) => {
      const { siteId } = c.req.valid("param");
      await countHit(db, `share:${clientNetwork(c, trustProxy)}`, TRIES, now());
      const linkId = await linkOf(db, siteId, c.req.valid("json").share, now());
      if (linkId === undefined) throw notFound("link, or it was taken back");
      const guest = { site_id: siteId, user_id: c.get("user").id, link_id: linkId, created_at: new Date(now()) };
      await db
        .insertInto("place_guests")
        .values(guest)
        .onConflict((conflict) => conflict.columns(["site_id", "user_id"]).doUpdateSet({ link_id: linkId }))
        .execute();
      return c.body(null, 204);
    });
}
