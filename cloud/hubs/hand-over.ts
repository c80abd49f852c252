import type { Transaction } from "kysely";
import type { FeedMessage } from "../../shared/sync";
import type { Database } from "../db/schema";
import { bookableOf } from "../reservations/bookable";
import { cardMessage } from "../sessions/id-tag-routes";
import { comingVersions } from "../tariffs/versions";

/** What a hub that knows nothing has to hear through its feed, beside site and tariffs: versions to come, drivers' cards, and what the owner says of connectors. */
export async function handOver(trx: Transaction<Database>, siteId: string, now: number): Promise<FeedMessage[]> {
  const cards = await trx
    .selectFrom("id_tags")
    .select("id_tag")
    .where("site_id", "=", siteId)
    .where("status", "=", "approved")
    .orderBy("id_tag")
    .execute();
  const data = await bookableOf(trx, siteId, now);
  const isSaid = data.blocks.length > 0 || Object.keys(data.plugs).length > 0 || (await wasTold(trx, siteId));
  return [
    ...(await comingVersions(trx, siteId, now)),
    ...cards.map(({ id_tag }) => cardMessage(id_tag)),
    ...(isSaid ? [{ type: "bookable.set" as const, data }] : []),
  ];
}

/** Whether the site's hub was ever told: then it may remember what has been taken back since, as after a restore. */
async function wasTold(trx: Transaction<Database>, siteId: string): Promise<boolean> {
  const row = await trx
    .selectFrom("feed")
    .select("position")
    .where("site_id", "=", siteId)
    .where("type", "=", "bookable.set")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
