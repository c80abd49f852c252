import type { Transaction } from "kysely";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../db/schema";
import { defineJob } from "../jobs/job";
import { notify, ownersOf } from "../notifications/notify";
import { CLONED_MS } from "./instances";
import type { HubIdentity } from "./token";

/** Tells the owners that a second machine speaks as their hub; once, until that is over. */
export async function tellCloned(trx: Transaction<Database>, hub: HubIdentity, now: number): Promise<void> {
  const news = await trx
    .updateTable("hubs")
    .set({ cloned_told_at: new Date(now) })
    .where("site_id", "=", hub.siteId)
    .where("hub_id", "=", hub.hubId)
    .where("cloned_told_at", "is", null)
    .returning("name")
    .executeTakeFirst();
  if (news) await tell(trx, hub, news.name, false, now);
}

/** Tells the owners of hubs of which no second machine has been heard for a while, or which another has replaced, that it is over. */
export const clonedJob = defineJob({
  name: "hubs.cloned",
  data: z.object({}),
  retry: { limit: 2, delaySeconds: 60 },
  everySeconds: 300,
  async run({ db, now }) {
    await db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ site_id: string; hub_id: string; name: string }>`
        update hubs h set cloned_told_at = null
        where cloned_told_at is not null and (replaced_at is not null or not exists (
          select from hub_instances i
          where i.site_id = h.site_id and i.hub_id = h.hub_id and i.heard_again_at > ${new Date(now() - CLONED_MS)}
        ))
        returning site_id, hub_id, name`.execute(trx);
      for (const { site_id: siteId, hub_id: hubId, name } of rows)
        await tell(trx, { siteId, hubId }, name, true, now());
    });
  },
});

async function tell(
  trx: Transaction<Database>,
  { siteId, hubId }: HubIdentity,
  hub: string,
  over: boolean,
  now: number,
): Promise<void> {
  const { name: siteName } = await trx
    .selectFrom("sites")
    .select("name")
    .where("site_id", "=", siteId)
    .executeTakeFirstOrThrow();
  for (const userId of await ownersOf(trx, siteId)) {
    const data = { siteId, siteName, hub, over };
    await notify(trx, { userId, kind: "hubCloned", siteId, key: `${hubId} ${over} ${now}`, data, now });
  }
}
