import { createRoute, z } from "@hono/zod-openapi";
import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import type { PairAnswer } from "../../shared/sync";
import { pairAnswerSchema, pairRequestSchema } from "../../shared/sync";
import { requireSite } from "../accounts/access";
import { audit } from "../admin/audit";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { clientNetwork } from "../http/client-address";
import { clearHits, countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { notify, ownersOf } from "../notifications/notify";
import { lockBook } from "../reservations/book";
import { pairBook } from "../reservations/epochs";
import { passSecretsId } from "../reservations/pass-secrets";
import { lockSite } from "../sites/queries";
import { siteParam } from "../sites/routes";
import { appendFeed } from "./append-feed";
import { handOver } from "./hand-over";
import { CODE_MINUTES, hashPairingCode, makePairingCode } from "./pairing-code";

const code = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/pairing-codes",
  tags: ["hubs"],
  summary: "A one-time code that a hub pairs with; a new one ends the one before",
  request: { params: siteParam },
  responses: {
    201: json("The code, shown once.", z.object({ code: z.string(), expiresAt: instantSchema })),
    ...failures,
  },
});
const pair = createRoute({
  method: "post",
  path: "/v1/hubs/pair",
  tags: ["hubs"],
  summary: "A hub registers its public key with a one-time code; it replaces the hub that the site had",
  request: { body: body(pairRequestSchema) },
  responses: { 201: json("What the hub needs to know.", pairAnswerSchema), ...failures },
});

const keys = createRoute({
  method: "get",
  path: "/v1/hubs/jwks",
  tags: ["hubs"],
  summary: "The public keys that passes are verified with, as a JWK set (RFC 7517); nobody has to be signed in",
  responses: {
    200: json("Keys; a pass names its own by `kid`.", z.object({ keys: z.array(z.record(z.string(), z.unknown())) })),
    ...failures,
  },
});

/** Tries of codes from one address, until one is right. */
const PAIR_TRIES = { hits: 10, windowMs: 10 * 60_000 };
const CODES_PER_USER = { hits: 30, windowMs: 60 * 60_000 };

/** Pairing of a hub with a site by a one-time code. */
export function pairingRoutes(deps: Deps) {
  const { db, wake, now, newId, randomBytes, passKey, publicUrl, trustProxy } = deps;
  return createRouter()
    .openapi(keys, (c) => {
      c.header("Cache-Control", "public, max-age=300");
      return c.json({ keys: [{ ...passKey.publicKey }] }, 200);
    })
    .openapi(code, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "install");
      await countHit(db, `pairing-codes:${userId}`, CODES_PER_USER, now());
      const text = makePairingCode(randomBytes);
      const expiresAt = new Date(now() + CODE_MINUTES * 60_000);
      await db.transaction().execute(async (trx) => {
        await lockSite(trx, siteId);
        await trx.deleteFrom("pairing_codes").where("site_id", "=", siteId).execute();
        const row = { code_hash: hashPairingCode(text), site_id: siteId, expires_at: expiresAt };
        await trx.insertInto("pairing_codes").values(row).execute();
      });
      return c.json({ code: text, expiresAt: expiresAt.toISOString() }, 201);
    })
    .openapi(pair, async (c) => {
      const tries = `pair:${clientNetwork(c, trustProxy)}`;
      await countHit(db, tries, PAIR_TRIES, now());
      const request = c.req.valid("json");
      const hubId = newId();
      let ended: string[] = [];
      const answer = await db.transaction().execute(async (trx): Promise<PairAnswer> => {
        const siteId = await useCode(trx, request.code, now());
        await lockBook(trx, siteId);
        const site = await lockSite(trx, siteId);
        const book = await pairBook(trx, siteId, Buffer.from(randomBytes(32)).toString("base64url"));
        const replaced = await trx
          .updateTable("hubs")
          .set({ replaced_at: new Date(now()) })
          .where("site_id", "=", siteId)
          .where("replaced_at", "is", null)
          .returning("hub_id")
          .execute();
        ended = replaced.map(({ hub_id }) => hub_id);
        const data = { name: request.name, replaces: ended };
        await audit(trx, { now: now(), actorId: null, action: "hub.paired", subject: `hub:${hubId}`, siteId, data });
        for (const userId of ended.length > 0 ? await ownersOf(trx, siteId) : []) {
          const about = { siteId, siteName: site.name, hub: request.name };
          await notify(trx, { userId, kind: "hubReplaced", siteId, key: hubId, data: about, now: now() });
        }
        await trx
          .updateTable("hub_keys")
          .set({ revoked_at: new Date(now()) })
          .where("site_id", "=", siteId)
          .where("revoked_at", "is", null)
          .execute();
        const secrets = passSecretsId(passKey, book.pinSecret);
        const hub = { site_id: siteId, hub_id: hubId, name: request.name, version: request.version, epoch: book.epoch };
        await trx
          .insertInto("hubs")
          .values({ ...hub, paired_at: new Date(now()), last_seen_at: new Date(now()), pass_secrets: secrets })
          .execute();
        const { kty, crv, x } = request.publicKey;
        const key = {
          hub_id: hubId,
          site_id: siteId,
          public_key: JSON.stringify({ kty, crv, x }),
          audience: publicUrl,
        };
        await trx.insertInto("hub_keys").values(key).execute();
        const tariffs = await trx.selectFrom("tariffs").select("tariff").where("site_id", "=", siteId).execute();
        await appendFeed(trx, siteId, await handOver(trx, siteId, now()), now());
        return {
          hubId,
          siteId,
          ...book,
          audience: publicUrl,
          site,
          tariffs: tariffs.map((row) => row.tariff),
          keys: [{ ...passKey.publicKey }],
        };
      });
      await clearHits(db, tries);
      // The feed of the one before ends at once.
      wake.tell(`site:${answer.siteId}`, ...ended.map((each) => `feed:${each}` as const));
      return c.json(answer, 201);
    });
}

/** Uses the code up, whoever comes first. Throws AppError `invalid_code` for one that is unknown, used or over: which of them, nobody learns. */
async function useCode(trx: Transaction<Database>, text: string, now: number): Promise<string> {
  const row = await trx
    .deleteFrom("pairing_codes")
    .where("code_hash", "=", hashPairingCode(text))
    .where("expires_at", ">", new Date(now))
    .returning("site_id")
    .executeTakeFirst();
  if (row) return row.site_id;
  throw new AppError("invalid_code", "This code is unknown, already used, or over. Ask the owner for a new one.", {
    status: 403,
  });
}
