import { createRoute, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../../shared/error";
import { isAdmin, requireSite, userOf } from "../../accounts/access";
import type { Deps } from "../../deps";
import { notFound } from "../../http/errors";
import { countHit } from "../../http/rate-limit";
import { createRouter, failures, json } from "../../http/router";
import { photoSchema } from "../place-schemas";
import { photoView, photosOf, requirePlace } from "../places";
import { lockSite } from "../queries";
import { siteParam } from "../routes";
import { visitPlace } from "../visit";
import { PHOTO_BYTES, readPhoto } from "./photo";

/** Of one site. */
const MAX_PHOTOS = 12;
/** Uploads of one person. */
const UPLOADS = { hits: 60, windowMs: 10 * 60_000 };
/** A photo never changes, but may be taken away. */
const KEEP = "max-age=86400";

const photoParam = siteParam.extend({ photoId: z.uuid() });
const file = { schema: z.string().openapi({ format: "binary" }) };

const add = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/photos",
  tags: ["places"],
  summary: `Adds a photo; at most ${MAX_PHOTOS}`,
  description: `JPEG, PNG or WebP of at most ${PHOTO_BYTES} bytes and 8000 pixels a side. Where, when and with what it was taken is left out.`,
  request: {
    params: siteParam,
    query: z.object({ caption: z.string().trim().max(200).default("") }),
    body: { required: true, content: { "image/jpeg": file, "image/png": file, "image/webp": file } },
  },
  responses: { 201: json("The photo.", photoSchema), ...failures },
});
const remove = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/photos/{photoId}",
  tags: ["places"],
  summary: "Takes a photo away",
  request: { params: photoParam },
  responses: { 204: { description: "It is gone." }, ...failures },
});
const show = createRoute({
  method: "get",
  path: "/v1/places/{siteId}/photos/{photoId}",
  tags: ["places"],
  summary: "A photo of a place, for whoever may see the place, and for the admins who judge it",
  request: { params: photoParam, query: z.object({ share: z.string().max(100).optional() }) },
  responses: {
    200: { description: "The image.", content: { "image/jpeg": file, "image/png": file, "image/webp": file } },
    ...failures,
  },
});

/** Photos of places, kept in PostgreSQL. */
export function photoRoutes({ db, auth, now, newId }: Deps) {
  const router = createRouter();
  const tooLarge = () => {
    throw new AppError("too_large", `A photo has at most ${PHOTO_BYTES} bytes.`, { status: 413 });
  };
  router.use("/v1/sites/:siteId/photos", bodyLimit({ maxSize: PHOTO_BYTES, onError: tooLarge }));

  return router
    .openapi(add, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "change");
      await countHit(db, `photos:${userId}`, UPLOADS, now());
      const { caption } = c.req.valid("query");
      const { type, width, height, content } = readPhoto(Buffer.from(await c.req.arrayBuffer()));
      const photo = { site_id: siteId, photo_id: newId(), content_type: type, width, height, caption };
      await db.transaction().execute(async (trx) => {
        await lockSite(trx, siteId);
        if ((await photosOf(trx, siteId)).length >= MAX_PHOTOS) {
          throw new AppError("too_many_photos", `At most ${MAX_PHOTOS} photos a site.`, { status: 409 });
        }
        await trx
          .insertInto("place_photos")
          .values({ ...photo, content, created_at: new Date(now()) })
          .execute();
      });
      return c.json(photoView(photo), 201);
    })
    .openapi(remove, async (c) => {
      const { siteId, photoId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const { numDeletedRows } = await db
        .deleteFrom("place_photos")
        .where("site_id", "=", siteId)
        .where("photo_id", "=", photoId)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) throw notFound("photo");
      return c.body(null, 204);
    })
    .openapi(show, async (c) => {
      const { siteId, photoId } = c.req.valid("param");
      const user = await userOf(auth, c.req.raw.headers);
      const visitor = { userId: user?.id, share: c.req.valid("query").share };
      const judges = user !== undefined && (await isAdmin(db, user.id));
      const place = judges ? await requirePlace(db, siteId) : (await visitPlace(db, siteId, visitor, now())).row;
      const photo = await db
        .selectFrom("place_photos")
        .select(["content", "content_type"])
        .where("site_id", "=", siteId)
        .where("photo_id", "=", photoId)
        .executeTakeFirst();
      if (!photo) throw notFound("photo");
      const isForAll = place.state === "approved" && place.access !== "private";
      return c.body(new Uint8Array(photo.content), 200, {
        "Content-Type": photo.content_type,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": "inline",
        "Cache-Control": `${isForAll ? "public" : "private"}, ${KEEP}`,
      });
    });
}
