import { sql } from "kysely";
import { z } from "zod";
import type { Sale } from "../../shared/booking";
import { instantOfSlot, slotOf } from "../../shared/booking";
import type { Db } from "../db/database";
import { defineJob } from "../jobs/job";
import { notify } from "./notify";

/** How long before its start a driver is reminded of a booking, in slots of a quarter of an hour. */
const AHEAD_SLOTS = 2;

/** Tells a driver that a booking is theirs; once, however often it is called. */
export async function tellBooked(db: Db, siteId: string, userId: string, sale: Sale, now: number): Promise<void> {
  const site = await db.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  const { booking, from, to } = sale;
  const times = { start: instantOfSlot(from), end: instantOfSlot(to) };
  const data = { siteId, siteName: site.name, booking, ...times };
  await db
    .transaction()
    .execute((tx) => notify(tx, { userId, kind: "bookingConfirmed", siteId, key: booking, data, now }));
}

/** Reminds drivers of what starts within the next half hour. */
export const remindJob = defineJob({
  name: "notifications.remind",
  data: z.object({}),
  retry: { limit: 2, delaySeconds: 30 },
  everySeconds: 300,
  async run({ db, now }) {
    const from = slotOf(now());
    const rows = await db
      .selectFrom("reservations as r")
      .innerJoin("sites as s", "s.site_id", "r.site_id")
      .select(["r.site_id", "r.booking", "r.from_slot", "r.user_id", "s.name"])
      .where("r.version", ">", 0)
      .where("r.stage", "=", "reserved")
      .where("r.cancel_owed", "is", null)
      .where("r.held", "is not", null)
      .where("r.from_slot", ">", from)
      .where("r.from_slot", "<=", from + AHEAD_SLOTS)
      .where(sql<boolean>`r.user_id is not null`)
      .execute();
    for (const row of rows) {
      const { site_id: siteId, booking, from_slot } = row;
      const data = { siteId, siteName: row.name, booking, start: instantOfSlot(from_slot) };
      const whom = { userId: row.user_id as string, siteId, key: `${booking} ${from_slot}` };
      await db.transaction().execute((tx) => notify(tx, { ...whom, kind: "bookingStartsSoon", data, now: now() }));
    }
  },
});

/** How long before a hold runs out its driver is told, at most. */
const HOLD_ENDS_MS = 2 * 60_000;

/** Tells drivers of holds, and of offers to those who waited, that are about to run out. */
export const holdEndingJob = defineJob({
  name: "notifications.holds",
  data: z.object({}),
  retry: { limit: 1, delaySeconds: 20 },
  everySeconds: 60,
  async run({ db, now }) {
    const rows = await db
      .selectFrom("reservations as r")
      .innerJoin("sites as s", "s.site_id", "r.site_id")
      .select(["r.site_id", "r.booking", "r.from_slot", "r.user_id", "r.expires_at", "s.name"])
      .where("r.version", "=", 0)
      .where("r.expires_at", ">", new Date(now()))
      .where("r.expires_at", "<=", new Date(now() + HOLD_ENDS_MS))
      .execute();
    for (const { site_id: siteId, booking, from_slot, user_id, expires_at, name } of rows) {
      const until = (expires_at as Date).toISOString();
      const data = { siteId, siteName: name, start: instantOfSlot(from_slot), until };
      const whom = { userId: user_id as string, siteId, key: booking };
      await db.transaction().execute((tx) => notify(tx, { ...whom, kind: "holdEnding", data, now: now() }));
    }
  },
});
