import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { keyRequestSchema, publicKeySchema } from "../../shared/sync";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { body, createRouter, failures } from "../http/router";
import { readToken, verifyHubRequest } from "./token";

const hubParam = z.object({ hubId: z.uuid() });

const change = createRoute({
  method: "post",
  path: "/v1/hubs/{hubId}/key",
  tags: ["hubs"],
  summary: "A hub names the key that is to follow its present one; both hold until it confirms",
  description:
    "The token is signed by the present key and has the new one as its claim `nextKey`; `proof` is a token signed by the new one.",
  request: { params: hubParam, body: body(keyRequestSchema) },
  responses: { 204: { description: "Both hold now." }, ...failures },
});
const confirm = createRoute({
  method: "post",
  path: "/v1/hubs/{hubId}/key/confirm",
  tags: ["hubs"],
  summary: "A hub confirms its new key by signing with it; the one before is over",
  request: { params: hubParam },
  responses: { 204: { description: "Only the key that signed holds now." }, ...failures },
});

/** A hub changes its own key, without its owner. */
export function hubKeyRoutes(deps: Deps) {
  const { db, now, publicUrl } = deps;
  return createRouter()
    .openapi(change, async (c) => {
      const { hubId } = c.req.valid("param");
      const { hub, by, claims } = await verifyHubRequest(deps, hubId, c.req.header("authorization"));
      const named = z.object({ nextKey: publicKeySchema, iat: z.number().int().max(1e11) }).safeParse(claims);
      if (!named.success) throw new AppError("invalid", "The token names no new key.", { status: 400 });
      if (by !== "present") throw refused("not_present", "The present key has to sign for the next one.");
      const { nextKey, iat } = named.data;
      const expected = { hubId, audience: [String(claims.aud), publicUrl], now: now() };
      await readToken(c.req.valid("json").proof, nextKey, expected).catch((cause: unknown) => {
        throw new AppError("invalid_proof", "The proof is not signed by the new key.", { status: 400, cause });
      });
      await db.transaction().execute(async (trx) => {
        const row = await trx
          .selectFrom("hub_keys")
          .select(["public_key", "next_key", "next_said_at"])
          .where("hub_id", "=", hubId)
          .forUpdate()
          .executeTakeFirstOrThrow();
        if (row.next_key?.x === nextKey.x) return;
        if (row.public_key.x === nextKey.x) throw refused("same_key", "This is the present key.");
        const saidAt = new Date(iat * 1000);
        // What was signed before the one that waits is old: somebody sends it again.
        if (row.next_said_at && row.next_said_at >= saidAt) throw refused("replayed", "A later key waits already.");
        await trx
          .updateTable("hub_keys")
          .set({ next_key: JSON.stringify(nextKey), next_said_at: saidAt })
          .where("hub_id", "=", hubId)
          .execute();
        const subject = `hub:${hubId}`;
        await audit(trx, { now: now(), actorId: null, action: "hub.keyNamed", subject, siteId: hub.siteId });
      });
      return c.body(null, 204);
    })
    .openapi(confirm, async (c) => {
      const { hubId } = c.req.valid("param");
      const { hub, by } = await verifyHubRequest(deps, hubId, c.req.header("authorization"));
      await db.transaction().execute(async (trx) => {
        const { next_key: next } = await trx
          .selectFrom("hub_keys")
          .select("next_key")
          .where("hub_id", "=", hubId)
          .forUpdate()
          .executeTakeFirstOrThrow();
        if (next === null) return;
        if (by !== "next") throw refused("not_confirmed", "The new key has to sign for itself.");
        await trx
          .updateTable("hub_keys")
          .set({ public_key: JSON.stringify(next), next_key: null, next_said_at: null })
          .where("hub_id", "=", hubId)
          .execute();
        const subject = `hub:${hubId}`;
        await audit(trx, { now: now(), actorId: null, action: "hub.keyChanged", subject, siteId: hub.siteId });
      });
      return c.body(null, 204);
    });
}

const refused = (code: string, message: string) => new AppError(code, message, { status: 409 });
