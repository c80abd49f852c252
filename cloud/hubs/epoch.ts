import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import { lockSite } from "../sites/queries";
import { appendFeed } from "./append-feed";
import type { HubIdentity } from "./token";

/**
 * Begins a new epoch of the hub's stream: older ones are refused from now on, and the first batch says where it starts. Site and tariffs go down the feed
 * again, since a hub restored from a back-up may have forgotten what it had acknowledged. Gives the epoch's number.
 */
export async function startEpoch(db: Db, { siteId, hubId }: HubIdentity, now: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const site = await lockSite(trx, siteId);
    const row = await trx
      .updateTable("hubs")
      .set((hubs) => ({ epoch: hubs("epoch", "+", 1), acked_seq: null, chain_hash: null, last_seen_at: new Date(now) }))
      .where("site_id", "=", siteId)
      .where("hub_id", "=", hubId)
      .where("replaced_at", "is", null)
      .returning("epoch")
      .executeTakeFirst();
    if (!row) throw new AppError("hub_replaced", "Another hub was paired with this site.", { status: 403 });
    const tariffs = await trx.selectFrom("tariffs").select("tariff").where("site_id", "=", siteId).execute();
    const again = [
      ...tariffs.map(({ tariff }) => ({ type: "tariff.set" as const, data: tariff })),
      { type: "site.set" as const, data: site },
    ];
    await appendFeed(trx, siteId, again, now);
    return row.epoch;
  });
}
