import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Database } from "../db/schema";
import { send } from "../jobs/send";
import { dispatchJob } from "./dispatch";
import type { Kind, KindData } from "./kinds";

interface Notice<K extends Kind> {
  userId: string;
  kind: K;
  siteId?: string;
  data: KindData<K>;
  /** What it is about, such as a session's id: of one kind and key a person is told once, however often this is called. */
  key?: string;
  /** Epoch ms. */
  now: number;
}

/** Puts a notification into somebody's inbox and queues its other channels, all in the transaction of what it tells. */
export async function notify<K extends Kind>(tx: Kysely<Database>, notice: Notice<K>): Promise<void> {
  const { userId, kind, siteId = null, data, key = null, now } = notice;
  const row = await tx
    .insertInto("notifications")
    .values({ user_id: userId, kind, key, site_id: siteId, data: JSON.stringify(data), created_at: new Date(now) })
    .onConflict((conflict) => conflict.columns(["user_id", "kind", "key"]).where("key", "is not", null).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (row) await send(tx, dispatchJob, { notificationId: row.id });
}

/** The owners and admins of a site's organisation: who hears of its faults and cases. */
export async function ownersOf(tx: Kysely<Database>, siteId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("sites")
    .innerJoin("auth.member", "auth.member.organizationId", "sites.organization_id")
    .select("auth.member.userId")
    .where("sites.site_id", "=", siteId)
    .where(sql<boolean>`string_to_array("auth"."member"."role", ',') && array['owner', 'admin']`)
    .execute();
  return rows.map(({ userId }) => userId);
}
