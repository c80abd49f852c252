import type { Transaction } from "kysely";
import type { Database } from "../db/schema";
import { appendFeed } from "../hubs/append-feed";
import { keepPastIdTag } from "./past-id-tags";

/** When a driver's account goes: his cards open nowhere any more, and his memberships end at once, so that no fee comes. His sessions stay for the books. */
export async function forgetDriver(trx: Transaction<Database>, userId: string, now: number): Promise<void> {
  const cards = await trx.deleteFrom("id_tags").where("user_id", "=", userId).returningAll().execute();
  for (const card of cards) {
    const { site_id, id_tag: idTag, status } = card;
    await keepPastIdTag(trx, card, now);
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
