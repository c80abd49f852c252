import type { Db } from "../db/database";
import type { Wake } from "../db/wake";
import type { Stream } from "../http/sse";
import { Sleeper } from "../http/sse";
import { moveFrontier } from "../reservations/frontier";
import { isPresent } from "./instances";
import { toldColumns } from "./told";
import type { HubIdentity } from "./token";

/** Messages read at once. */
const PAGE = 100;

/**
 * Sends a hub its feed: everything after `after`, then what comes, whichever process writes it; a comment at each heart-beat, which also counts as
 * having seen the hub, and hands it what its frontier has come to. Ends when the stream does, when another hub was paired with the site, or when another
 * machine took the hub's place.
 */
export async function runFeed(
  deps: { db: Db; wake: Wake; now: () => number; heartbeatMs: number },
  hub: HubIdentity,
  after: number | undefined,
  stream: Stream,
): Promise<void> {
  const { db, wake, now, heartbeatMs } = deps;
  const { siteId, hubId } = hub;
  const sleeper = new Sleeper();
  const stop = wake.on(`feed:${hubId}`, sleeper.wake);
  /** What it said of itself it said when it opened the feed. */
  const seen = async (more: ReturnType<typeof toldColumns> = {}) => {
    const row = await db
      .updateTable("hubs")
      .set({ last_seen_at: new Date(now()), ...more })
      .where("site_id", "=", siteId)
      .where("hub_id", "=", hubId)
      .where("replaced_at", "is", null)
      .returning("feed_ack")
      .executeTakeFirst();
    wake.tell(`site:${siteId}`);
    return row?.feed_ack;
  };
  try {
    const acked = await seen(toldColumns(hub));
    if (acked === undefined) return;
    let position = after ?? acked;
    await stream.comment();
    await moveFrontier(db, siteId, now());
    for (;;) {
      const messages = await db
        .selectFrom("feed")
        .select(["position", "type", "data", "epoch"])
        .where("site_id", "=", siteId)
        .where("hub_id", "=", hubId)
        .where("position", ">", position)
        .orderBy("position")
        .limit(PAGE)
        .execute();
      if (!(await isPresent(db, hub))) return;
      for (const { position: at, type, data, epoch } of messages) {
        const message = epoch === null ? { type, data } : { type, epoch, data };
        await stream.send({ id: String(at), data: JSON.stringify(message) });
        position = at;
      }
      if (messages.length === PAGE) continue;
      const why = await sleeper.sleep(heartbeatMs, stream.signal);
      if (why === "end") return;
      if (why === "beat") {
        await stream.comment();
        if ((await seen()) === undefined) return;
        await moveFrontier(db, siteId, now());
      }
    }
  } finally {
    stop();
  }
}
