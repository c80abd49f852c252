import type { Transaction } from "kysely";
import type { Database } from "../db/schema";
import { appendFeed } from "../hubs/append-feed";

/** When a driver's account goes: his cards open nowhere any more, and his memberships end at once, so that no fee comes. His sessions stay for the books. */
export async function forgetDriver(trx: Transaction<Database>, userId: string, now: number): Promise<void> {
  const cards = await trx
    .deleteFrom("id_tags")
    .where("user_id", "=", userId)
    .returning(["site_id", "id_tag", "status"])
    .execute();
  for (const { site_id, id_tag: idTag, status } of cards) {
    if (status === "approved") await appendFeed(trx, site_id, [{ type: "idTag.removed", data: { idTag } }], now);
  }
  const at = new Date(now);
  await trx
    .updateTable("memberships")
    .set({ ends_at: at })
    .where("user_id", "=", userId)
    .where(({ or, eb }) => or([eb("ends_at", "is", null), eb("ends_at", ">", at)]))
    .execute();
}
