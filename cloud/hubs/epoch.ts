import { AppError } from "../../shared/error";
import type { EpochRequest } from "../../shared/sync";
import type { Db } from "../db/database";
import { lockBook } from "../reservations/book";
import type { NextEpoch } from "../reservations/epochs";
import { nextEpoch } from "../reservations/epochs";
import { lockSite } from "../sites/queries";
import { appendFeed } from "./append-feed";
import { handOver } from "./hand-over";
import type { HubIdentity } from "./token";

/**
 * Begins a new epoch of the hub's stream: older ones are refused from now on, and the first batch says where it starts. The book's epoch comes first in it; site and tariffs go down the
 * feed again, since a hub restored from a back-up may have forgotten what it had acknowledged. Gives the epoch that holds now, and the recovery that began it.
 */
export async function startEpoch(
  db: Db,
  { siteId, hubId }: HubIdentity,
  request: EpochRequest,
  now: number,
): Promise<Pick<NextEpoch, "epoch" | "recovery">> {
  return db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const site = await lockSite(trx, siteId);
    const hub = await trx
      .selectFrom("hubs")
      .select("epoch")
      .where("site_id", "=", siteId)
      .where("hub_id", "=", hubId)
      .where("replaced_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    if (!hub) throw new AppError("hub_replaced", "Another hub was paired with this site.", { status: 403 });
    const { epoch, recovery, begun } = await nextEpoch(trx, siteId, request, hub.epoch, now);
    if (!begun) return { epoch, recovery };
    await trx
      .updateTable("hubs")
      .set({ epoch, acked_seq: null, chain_hash: null, head_seq: null, last_seen_at: new Date(now) })
      .where("site_id", "=", siteId)
      .where("hub_id", "=", hubId)
      .execute();
    const tariffs = await trx.selectFrom("tariffs").select("tariff").where("site_id", "=", siteId).execute();
    const again = [
      ...begun,
      ...tariffs.map(({ tariff }) => ({ type: "tariff.set" as const, data: tariff })),
      ...(await handOver(trx, siteId, now)),
      { type: "site.set" as const, data: site },
    ];
    await appendFeed(trx, siteId, again, now);
    return { epoch, recovery };
  });
}
