import type { Transaction } from "kysely";
import type { FeedMessage } from "../../shared/sync";
import type { Database } from "../db/schema";
import { cardMessage } from "../sessions/id-tag-routes";
import { comingVersions } from "../tariffs/versions";

/** What a hub that knows nothing has to hear through its feed, beside site and tariffs: versions to come, and drivers' cards. */
export async function handOver(trx: Transaction<Database>, siteId: string, now: number): Promise<FeedMessage[]> {
  const cards = await trx
    .selectFrom("id_tags")
    .select("id_tag")
    .where("site_id", "=", siteId)
    .where("status", "=", "approved")
    .orderBy("id_tag")
    .execute();
  return [...(await comingVersions(trx, siteId, now)), ...cards.map(({ id_tag }) => cardMessage(id_tag))];
}
