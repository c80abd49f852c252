import { createRoute, z } from "@hono/zod-openapi";
import { instantSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { createRouter, failures, json } from "../http/router";
import { HUB_OFFLINE_MS } from "../sites/board";
import { siteParam } from "../sites/routes";
import { clonedAt } from "./instances";

const hubSchema = z
  .object({
    hubId: z.uuid(),
    name: z.string(),
    version: z.string().openapi({ description: "Of its program, as it last said." }),
    pairedAt: instantSchema,
    endedAt: instantSchema.nullable().openapi({ description: "When another took its place, or its key was revoked." }),
    lastSeenAt: instantSchema.nullable(),
    online: z.boolean(),
    epoch: z.number().int(),
    ackedSeq: z.number().int().nullable().openapi({ description: "Last event of its journal that the cloud keeps." }),
    backlog: z
      .number()
      .int()
      .nullable()
      .openapi({ description: "Events that it still had to send when it last spoke; null: it has not said." }),
    clockSkewMs: z
      .number()
      .int()
      .nullable()
      .openapi({ description: "Its clock minus the cloud's, when it last said; null: it has not." }),
    feedPosition: z.number().int().openapi({ description: "Last message for it." }),
    feedAck: z.number().int().openapi({ description: "Last message that it has applied; the rest wait." }),
    clonedAt: instantSchema
      .nullable()
      .openapi({ description: "When a second machine last spoke as this hub, if it did within ten minutes." }),
  })
  .openapi("Hub");

const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/hubs",
  tags: ["hubs"],
  summary: "The site's hub and how it is, and the ones before, newest first",
  request: { params: siteParam },
  responses: { 200: json("At most 100.", z.object({ hubs: z.array(hubSchema) })), ...failures },
});
const revoke = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/hubs/{hubId}",
  tags: ["hubs"],
  summary:
    "Revokes a hub's key without another in its place, as after a theft: it is refused from now on, and its streams end",
  description:
    "The site is without a hub until one is paired. A hub that is to stay may be paired anew, which also gives it a new key.",
  request: { params: siteParam.extend({ hubId: z.uuid() }) },
  responses: { 204: { description: "Revoked." }, ...failures },
});

/** How a site's hubs are, for its owner. */
export function hubOwnerRoutes({ db, wake, now }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await db
        .selectFrom("hubs")
        .selectAll()
        .where("site_id", "=", siteId)
        .orderBy("paired_at", "desc")
        .orderBy("hub_id", "desc")
        .limit(100)
        .execute();
      const hubs = await Promise.all(
        rows.map(async (row) => {
          const { hub_id: hubId, replaced_at: endedAt, last_seen_at: seenAt } = row;
          const cloned = endedAt === null ? await clonedAt(db, { siteId, hubId }, now()) : null;
          return {
            hubId,
            name: row.name,
            version: row.version,
            pairedAt: row.paired_at.toISOString(),
            endedAt: endedAt?.toISOString() ?? null,
            lastSeenAt: seenAt?.toISOString() ?? null,
            online: endedAt === null && seenAt !== null && now() - seenAt.getTime() < HUB_OFFLINE_MS,
            epoch: row.epoch,
            ackedSeq: row.acked_seq,
            backlog: row.head_seq === null ? null : Math.max(0, row.head_seq - (row.acked_seq ?? 0)),
            clockSkewMs: row.clock_skew_ms,
            feedPosition: row.feed_position,
            feedAck: row.feed_ack,
            clonedAt: cloned?.toISOString() ?? null,
          };
        }),
      );
      return c.json({ hubs }, 200);
    })
    .openapi(revoke, async (c) => {
      const { siteId, hubId } = c.req.valid("param");
      const actorId = c.get("user").id;
      await requireSite(db, actorId, siteId, "change");
      await db.transaction().execute(async (trx) => {
        const at = new Date(now());
        const { numUpdatedRows } = await trx
          .updateTable("hubs")
          .set({ replaced_at: at })
          .where("site_id", "=", siteId)
          .where("hub_id", "=", hubId)
          .where("replaced_at", "is", null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw notFound("hub");
        await trx
          .updateTable("hub_keys")
          .set({ revoked_at: at })
          .where("hub_id", "=", hubId)
          .where("revoked_at", "is", null)
          .execute();
        await audit(trx, { now: now(), actorId, action: "hub.revoked", subject: `hub:${hubId}`, siteId });
      });
      wake.tell(`feed:${hubId}`);
      wake.tell(`site:${siteId}`);
      return c.body(null, 204);
    });
}
