import type { Transaction } from "kysely";
import type { FeedMessage } from "../../shared/sync";
import type { Database } from "../db/schema";

/**
 * Appends messages to the feed of the site's current hub, in the transaction of what they tell. The hub's row is locked until the commit, so positions
 * have no holes and come in the order of the commits. Gives the hub to wake afterwards; undefined where the site has none yet (pairing hands it the
 * whole state).
 */
export async function appendFeed(
  trx: Transaction<Database>,
  siteId: string,
  messages: FeedMessage[],
  now: number,
): Promise<string | undefined> {
  const hub = await trx
    .updateTable("hubs")
    .set((row) => ({ feed_position: row("feed_position", "+", messages.length) }))
    .where("site_id", "=", siteId)
    .where("replaced_at", "is", null)
    .returning(["hub_id", "feed_position"])
    .executeTakeFirst();
  if (!hub || messages.length === 0) return hub?.hub_id;
  const first = hub.feed_position - messages.length + 1;
  const rows = messages.map((message, index) => ({
    site_id: siteId,
    hub_id: hub.hub_id,
    position: first + index,
    type: message.type,
    data: JSON.stringify(message.data),
    epoch: "epoch" in message ? message.epoch : null,
    created_at: new Date(now),
  }));
  await trx.insertInto("feed").values(rows).execute();
  return hub.hub_id;
}
