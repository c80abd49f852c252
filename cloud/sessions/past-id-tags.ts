import type { Selectable, Transaction } from "kysely";
import type { Database } from "../db/schema";
import type { IdTagTable } from "./tables";

/** Keeps whose a card was that has just been taken off or blocked: its sessions until `now` (epoch ms) stay its driver's, however late a hub tells of them. One that was not approved has none. */
export async function keepPastIdTag(
  trx: Transaction<Database>,
  { site_id, id_tag, user_id, status, decided_at: approved_at }: Omit<Selectable<IdTagTable>, "label">,
  now: number,
): Promise<void> {
  if (status !== "approved" || approved_at === null) return;
  await trx
    .insertInto("past_id_tags")
    .values({ site_id, id_tag, user_id, approved_at, ended_at: new Date(now) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
