import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { decodeCursor, pageAnswer, pageOf, pageQuery } from "../http/page";
import { body, createRouter, failures, json } from "../http/router";
import { notify, ownersOf } from "../notifications/notify";
import { evidenceOf, evidenceShape } from "./evidence";
import { decisions, nextState } from "./listing";
import { ownConnectorSchema, ownPlaceSchema } from "./place-schemas";
import { connectorsOf, listConnectors, ownConnectorView, ownPlaceView, photosOf, requirePlace } from "./places";
import { siteParam } from "./routes";
import { listingStates } from "./tables";

const queuedSchema = ownPlaceSchema
  .extend({
    name: z.string(),
    organizationName: z.string(),
    connectors: z.array(ownConnectorSchema),
    ...evidenceShape,
  })
  .openapi("Listing");
export type Listing = z.infer<typeof queuedSchema>;

const queue = createRoute({
  method: "get",
  path: "/v1/admin/listings",
  tags: ["admin"],
  summary:
    "Places that wait for a decision, or are in another state, with what it is judged by; the longest unchanged first",
  request: { query: pageQuery.extend({ state: z.enum(listingStates).default("submitted") }) },
  responses: {
    200: pageAnswer("listings", queuedSchema),
    ...failures,
  },
});
const decide = createRoute({
  method: "post",
  path: "/v1/admin/listings/{siteId}/decision",
  tags: ["admin"],
  summary:
    "Approves a place that was submitted, or refuses it, or one that was approved, with a reason that its owner reads",
  request: {
    params: siteParam,
    body: body(z.strictObject({ decision: z.enum(decisions), reason: z.string().trim().max(1000).default("") })),
  },
  responses: { 200: json("The place as it is now.", ownPlaceSchema), ...failures },
});

/** What an admin of the platform decides about places. */
export function listingAdminRoutes({ db, wake, now, publicUrl }: Deps) {
  return createRouter()
    .openapi(queue, async (c) => {
      const { state, limit, cursor } = c.req.valid("query");
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      const rows = await db
        .selectFrom("places as p")
        .innerJoin("sites as s", "s.site_id", "p.site_id")
        .innerJoin("auth.organization as o", "o.id", "s.organization_id")
        .selectAll("p")
        .select(["s.name", "o.name as organization_name"])
        .where("p.state", "=", state)
        .$if(after !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple("p.updated_at", "p.site_id"), ">", tuple(after!.at, after!.id)),
          ),
        )
        .orderBy("p.updated_at")
        .orderBy("p.site_id")
        .limit(limit + 1)
        .execute();
      const { page, nextCursor } = pageOf(rows, { limit }, (row) => [row.updated_at, row.site_id]);
      const listings = await Promise.all(
        page.map(async (row) => ({
          ...ownPlaceView(row, await photosOf(db, row.site_id)),
          name: row.name,
          organizationName: row.organization_name,
          connectors: (await connectorsOf(db, row.site_id)).map((each) => ownConnectorView(publicUrl, each)),
          ...(await evidenceOf(db, row.site_id)),
        })),
      );
      return c.json({ listings, nextCursor }, 200);
    })
    .openapi(decide, async (c) => {
      const actorId = c.get("user").id;
      const { siteId } = c.req.valid("param");
      const { decision, reason } = c.req.valid("json");
      if (decision === "refuse" && reason === "") {
        throw new AppError("invalid", "reason: say why, for the owner", { status: 400 });
      }
      const row = await db.transaction().execute(async (trx) => {
        const place = await requirePlace(trx, siteId, "lock");
        const at = new Date(now());
        const state = nextState(place.state, decision);
        const decided = { state, reason: decision === "refuse" ? reason : null, decided_at: at, decided_by: actorId };
        await trx
          .updateTable("places")
          .set({ ...decided, updated_at: at })
          .where("site_id", "=", siteId)
          .execute();
        await listConnectors(trx, siteId);
        const subject = `site:${siteId}`;
        await audit(trx, { now: now(), actorId, action: `listing.${decision}`, subject, siteId, data: { reason } });
        const { name: siteName } = await trx
          .selectFrom("sites")
          .select("name")
          .where("site_id", "=", siteId)
          .executeTakeFirstOrThrow();
        for (const userId of await ownersOf(trx, siteId)) {
          const to = { userId, siteId, now: now() };
          if (decision === "approve") await notify(trx, { ...to, kind: "siteApproved", data: { siteId, siteName } });
          else await notify(trx, { ...to, kind: "siteRefused", data: { siteId, siteName, reason } });
        }
        return requirePlace(trx, siteId);
      });
      wake.tell(`site:${siteId}`);
      return c.json(ownPlaceView(row, await photosOf(db, siteId)), 200);
    });
}
