import { createRoute, z } from "@hono/zod-openapi";
import { isOpenAt } from "../../shared/opening-hours";
import type { Deps } from "../deps";
import { createRouter, failures, json } from "../http/router";
import { HUB_OFFLINE_MS } from "./board";
import { accesses } from "./tables";

/** Of one person; the newest. */
const MAX_SHOWN = 100;

const joinedSchema = z
  .object({
    siteId: z.uuid(),
    name: z.string(),
    street: z.string(),
    city: z.string(),
    access: z.enum(accesses),
    open: z.boolean(),
    online: z.boolean().openapi({ description: "Whether its hub is in touch, so that there is a live status." }),
  })
  .openapi("JoinedPlace");

const list = createRoute({
  method: "get",
  path: "/v1/me/places",
  tags: ["places"],
  summary: "Places that share links have opened to the signed-in user, which no search finds",
  responses: {
    200: json("The last joined first.", z.object({ places: z.array(joinedSchema) })),
    ...failures,
  },
});

/** The places where somebody has joined by a share link. */
export function joinedPlaceRoutes({ db, now }: Deps) {
  return createRouter().openapi(list, async (c) => {
    const rows = await db
      .selectFrom("place_guests as g")
      .innerJoin("place_links as l", (join) =>
        join.onRef("l.site_id", "=", "g.site_id").onRef("l.link_id", "=", "g.link_id"),
      )
      .innerJoin("places as p", "p.site_id", "g.site_id")
      .innerJoin("sites as s", "s.site_id", "g.site_id")
      .leftJoin("hubs as h", (join) => join.onRef("h.site_id", "=", "g.site_id").on("h.replaced_at", "is", null))
      .select(["g.site_id", "s.name", "s.time_zone", "p.street", "p.city", "p.access", "p.hours", "h.last_seen_at"])
      .where("g.user_id", "=", c.get("user").id)
      .where("l.revoked_at", "is", null)
      .where("p.state", "=", "approved")
      .orderBy("g.created_at", "desc")
      .orderBy("g.site_id")
      .limit(MAX_SHOWN)
      .execute();
    const places = rows.map((row) => ({
      siteId: row.site_id,
      name: row.name,
      street: row.street,
      city: row.city,
      access: row.access,
      open: isOpenAt(row.hours, row.time_zone, now()),
      online: now() - (row.last_seen_at?.getTime() ?? 0) < HUB_OFFLINE_MS,
    }));
    return c.json({ places }, 200);
  });
}
