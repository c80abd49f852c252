import { z } from "zod";
import { personOf } from "../accounts/person";
import type { Db } from "../db/database";
import type { Deps } from "../deps";
import { defineJob } from "../jobs/job";
import type { Channel } from "./kinds";
import { channels, textOf } from "./kinds";
import { DeadAddress } from "./mail";

/** Longer than any attempt takes: one that has not come back by then died with its process. */
const ATTEMPT_MS = 2 * 60_000;
const deliverySchema = z.object({ notificationId: z.uuid(), channel: z.enum(channels), target: z.string() });
type Delivery = z.infer<typeof deliverySchema>;

/**
 * Sends one notification by one channel. Its row is claimed first and marked when the server has taken it, so that neither a repeated job nor a second
 * process sends it again; only a process that is killed in that very instant can. An address that does not exist is given up.
 */
export const deliverJob = defineJob({
  name: "notifications.deliver",
  data: deliverySchema,
  retry: { limit: 8, delaySeconds: 15 },
  async run(deps, delivery) {
    const { db } = deps;
    if (!(await claim(deps, delivery))) return;
    try {
      await sendOut(deps, delivery);
      await mark(db, delivery, "sent");
    } catch (error) {
      await mark(db, delivery, error instanceof DeadAddress ? "dead" : "waiting");
      if (!(error instanceof DeadAddress)) throw error;
    }
  },
});

const rowOf = (db: Db, { notificationId, channel, target }: Delivery) =>
  db
    .updateTable("notification_deliveries")
    .where("notification_id", "=", notificationId)
    .where("channel", "=", channel)
    .where("target", "=", target);

async function claim({ db, now }: Deps, delivery: Delivery): Promise<boolean> {
  const claimed = await rowOf(db, delivery)
    .set({ state: "sending", tried_at: new Date(now()) })
    .where(({ or, and, eb }) =>
      or([
        eb("state", "=", "waiting"),
        and([eb("state", "=", "sending"), eb("tried_at", "<", new Date(now() - ATTEMPT_MS))]),
      ]),
    )
    .returning("channel")
    .executeTakeFirst();
  return claimed !== undefined;
}

async function mark(db: Db, delivery: Delivery, state: "waiting" | "sent" | "dead"): Promise<void> {
  await rowOf(db, delivery).set({ state }).execute();
}

async function sendOut(deps: Deps, { notificationId, channel, target }: Delivery): Promise<void> {
  const { db, mail, sms, push, publicUrl, now } = deps;
  const row = await db
    .selectFrom("notifications")
    .select(["user_id", "kind", "data"])
    .where("id", "=", notificationId)
    .executeTakeFirst();
  if (!row) return;
  const { email, phone, language, time_zone } = await personOf(db, row.user_id);
  const { title, body, path } = textOf(row.kind, row.data, { language, timeZone: time_zone });
  const url = `${publicUrl}${path}`;
  const dead = (address: string | null) => async (error: unknown) => {
    if (error instanceof DeadAddress && address !== null) await noteDead(db, channel, address, now());
    throw error;
  };
  if (channel === "email") {
    await mail?.send({ to: email, subject: title, text: `${body}\n\n${url}`, id: notificationId }).catch(dead(email));
  } else if (channel === "sms") {
    if (phone !== null) await sms?.send(phone, `${title}. ${body}`).catch(dead(phone));
  } else {
    // Since it was queued, somebody else may have signed in in that browser, or the sign-in may have ended.
    const browser = await liveBrowser(db, { id: target, userId: row.user_id }, now());
    if (!browser) return;
    const subscription = { endpoint: browser.endpoint, keys: { p256dh: browser.p256dh, auth: browser.auth } };
    await push
      .send(subscription, { id: notificationId, title, body, url }, notificationId)
      .catch(async (error: unknown) => {
        if (error instanceof DeadAddress) await db.deleteFrom("push_subscriptions").where("id", "=", target).execute();
        throw error;
      });
  }
}

/** A subscription of somebody who is still signed in where it was made; it is forgotten where they are not. */
async function liveBrowser(db: Db, { id, userId }: { id: string; userId: string }, now: number) {
  const browser = await db
    .selectFrom("push_subscriptions")
    .selectAll()
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  if (!browser) return undefined;
  const { session_id: sessionId } = browser;
  const signedIn = await db
    .selectFrom("auth.session")
    .select("id")
    .where("userId", "=", userId)
    .where("expiresAt", ">", new Date(now))
    .$if(sessionId !== null, (query) => query.where("id", "=", sessionId))
    .limit(1)
    .executeTakeFirst();
  if (signedIn) return browser;
  await db.deleteFrom("push_subscriptions").where("id", "=", id).where("user_id", "=", userId).execute();
  return undefined;
}

async function noteDead(db: Db, channel: Channel, address: string, now: number): Promise<void> {
  await db
    .insertInto("dead_addresses")
    .values({ channel, address, since: new Date(now) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
