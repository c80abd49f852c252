import type { Transaction } from "kysely";
import { z } from "zod";
import { personOf } from "../accounts/person";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { defineJob } from "../jobs/job";
import { send } from "../jobs/send";
import { deliverJob } from "./deliver";
import type { Channel } from "./kinds";
import { channelsOf } from "./preferences";

/** What is older, as after an outage, is in the inbox and nowhere else. */
const STALE_MS = 24 * 3_600_000;

/** Follows each entry of an inbox: wakes the open pages of its reader, and queues what goes out by the channels that they want. */
export const dispatchJob = defineJob({
  name: "notifications.dispatch",
  data: z.object({ notificationId: z.uuid() }),
  retry: { limit: 5, delaySeconds: 5 },
  async run(deps, { notificationId }) {
    const { db, wake, now } = deps;
    const row = await db
      .selectFrom("notifications")
      .select(["user_id", "kind", "created_at"])
      .where("id", "=", notificationId)
      .executeTakeFirst();
    if (!row) return;
    wake.tell(`user:${row.user_id}`);
    if (row.created_at.getTime() < now() - STALE_MS) return;
    await db.transaction().execute(async (tx) => {
      const wanted = await channelsOf(tx, row.user_id, row.kind);
      for (const { channel, target } of await targetsOf(tx, deps, row.user_id, wanted)) {
        const fresh = await tx
          .insertInto("notification_deliveries")
          .values({ notification_id: notificationId, channel, target, state: "waiting" })
          .onConflict((conflict) => conflict.doNothing())
          .returning("channel")
          .executeTakeFirst();
        if (fresh) await send(tx, deliverJob, { notificationId, channel, target });
      }
    });
  },
});

/** Where a person can be reached by these channels now. */
async function targetsOf(
  tx: Transaction<Database>,
  { mail, sms, verifyEmails }: Deps,
  userId: string,
  wanted: readonly Channel[],
): Promise<{ channel: Channel; target: string }[]> {
  const { email, emailVerified, phone, phone_verified_at, deleted_at } = await personOf(tx, userId);
  if (deleted_at) return [];
  const addresses = [email, phone ?? ""];
  const dead = await tx
    .selectFrom("dead_addresses")
    .select(["channel", "address"])
    .where("address", "in", addresses)
    .execute();
  const isDead = (channel: Channel, address: string) =>
    dead.some((each) => each.channel === channel && each.address === address);
  const targets: { channel: Channel; target: string }[] = [];
  if (wanted.includes("email") && mail && (emailVerified || !verifyEmails) && !isDead("email", email)) {
    targets.push({ channel: "email", target: "" });
  }
  if (wanted.includes("sms") && sms && phone !== null && phone_verified_at && !isDead("sms", phone)) {
    targets.push({ channel: "sms", target: "" });
  }
  if (wanted.includes("push")) {
    const browsers = await tx.selectFrom("push_subscriptions").select("id").where("user_id", "=", userId).execute();
    targets.push(...browsers.map(({ id }) => ({ channel: "push" as const, target: id })));
  }
  return targets;
}
