import type { Kysely, Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import { requireAdmin, requireSite } from "../accounts/access";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import type { Topic } from "../db/wake";
import { notify, ownersOf } from "../notifications/notify";
import type { Side, ThreadTable } from "./tables";

/** Who is in a thread, and what is put into it. */

export type Thread = Selectable<ThreadTable>;
interface ThreadId {
  siteId: string;
  threadId: string;
}

/** While somebody does not read, they are told of what comes at most once in this time. */
const TELL_MS = 3_600_000;

/**
 * The thread, and on which side of it somebody is: the driver's, the site's owners', or (while a report is open) an admin's. To all others it is not
 * there: AppError `not_found` (404).
 */
export async function enterThread(
  db: Kysely<Database>,
  userId: string,
  { siteId, threadId }: ThreadId,
): Promise<{ thread: Thread; side: Side }> {
  const thread = await db
    .selectFrom("message_threads")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("thread_id", "=", threadId)
    .executeTakeFirst();
  if (!thread) throw notFound("thread");
  if (thread.user_id === userId) return { thread, side: "driver" };
  if (await passes(requireSite(db, userId, siteId, "change"))) return { thread, side: "owner" };
  if (thread.reported_at && (await passes(requireAdmin(db, userId)))) return { thread, side: "admin" };
  throw notFound("thread");
}

const passes = (check: Promise<void>): Promise<boolean> =>
  check.then(
    () => true,
    (error: { status?: number }) => {
      if (error.status === 403 || error.status === 404) return false;
      throw error;
    },
  );

/**
 * Whose booking it is that somebody wants to write about: their own, or one at a site of theirs. Throws AppError `not_found` (404) for all others, and for one that
 * was made at the site by nobody who is known.
 */
export async function driverOfBooking(
  db: Kysely<Database>,
  userId: string,
  { siteId, booking }: { siteId: string; booking: string },
): Promise<string> {
  const row = await db
    .selectFrom("reservations")
    .select("user_id")
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", ">", 0)
    .where("user_id", "is not", null)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  const driverId = row?.user_id ?? undefined;
  const isParty = driverId === userId || (await passes(requireSite(db, userId, siteId, "change")));
  if (driverId === undefined || !isParty) throw notFound("booking");
  return driverId;
}

/** The thread of a driver, a site and a booking (null: none), begun where there is none yet. */
export async function openThread(
  trx: Transaction<Database>,
  thread: { siteId: string; threadId: string; driverId: string; booking: string | null; at: Date },
): Promise<Thread> {
  const { siteId, threadId, driverId, booking, at } = thread;
  await trx
    .insertInto("message_threads")
    .values({ site_id: siteId, thread_id: threadId, user_id: driverId, booking, created_at: at, last_at: at })
    .onConflict((conflict) => conflict.columns(["site_id", "user_id", "booking"]).doNothing())
    .execute();
  return trx
    .selectFrom("message_threads")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("user_id", "=", driverId)
    .where(sql<boolean>`booking is not distinct from ${booking}`)
    .executeTakeFirstOrThrow();
}

/**
 * Adds a message with the next number, and tells the other sides by their inboxes; of a thread that they leave unread, once an hour. Gives the number, and whose open
 * pages to wake after the commit.
 */
export async function postMessage(
  trx: Transaction<Database>,
  thread: Thread,
  message: { authorId: string; side: Side; text: string; now: number },
): Promise<{ seq: number; topics: Topic[] }> {
  const { site_id, thread_id, user_id: driverId } = thread;
  const { authorId, side, text, now } = message;
  const { last_seq: seq } = await trx
    .updateTable("message_threads")
    .set((threads) => ({ last_seq: threads("last_seq", "+", 1), last_at: new Date(now) }))
    .where("site_id", "=", site_id)
    .where("thread_id", "=", thread_id)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  await trx
    .insertInto("messages")
    .values({ site_id, thread_id, seq, author_id: authorId, side, text, at: new Date(now) })
    .execute();
  const owners = await ownersOf(trx, site_id);
  const { name: siteName } = await trx
    .selectFrom("sites")
    .select("name")
    .where("site_id", "=", site_id)
    .executeTakeFirstOrThrow();
  const data = { siteId: site_id, siteName, threadId: thread_id, side };
  const hearers = [...(side === "driver" ? [] : [driverId]), ...(side === "owner" ? [] : owners)];
  for (const userId of new Set(hearers)) {
    if (userId === authorId) continue;
    const read = await readUpTo(trx, thread, userId);
    const key = `${thread_id} ${read} ${Math.floor(now / TELL_MS)}`;
    await notify(trx, { userId, kind: "message", siteId: site_id, key, data, now });
  }
  if (side !== "admin") await markRead(trx, thread, authorId, seq);
  return { seq, topics: [driverId, ...owners].map((userId) => `user:${userId}` as const) };
}

async function readUpTo(trx: Transaction<Database>, thread: Thread, userId: string): Promise<number> {
  const row = await trx
    .selectFrom("message_reads")
    .select("seq")
    .where("site_id", "=", thread.site_id)
    .where("thread_id", "=", thread.thread_id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** Notes how far somebody has read; never back, and never beyond the thread's end. */
export async function markRead(db: Kysely<Database>, thread: Thread, userId: string, seq: number): Promise<void> {
  const { site_id, thread_id } = thread;
  await sql`
    insert into message_reads as r (site_id, thread_id, user_id, seq)
    select site_id, thread_id, ${userId}, least(last_seq, ${seq}::integer) from message_threads where site_id = ${site_id} and thread_id = ${thread_id}
    on conflict (site_id, thread_id, user_id) do update set seq = greatest(r.seq, excluded.seq)`.execute(db);
}

/** Takes what a person wrote as a driver, both sides of it; what they wrote for a site stays the site's, without their name. */
export async function forgetMessages(trx: Transaction<Database>, userId: string): Promise<void> {
  for (const table of ["messages", "message_reads"] as const) {
    await sql`
      delete from ${sql.table(table)} m using message_threads t
      where t.site_id = m.site_id and t.thread_id = m.thread_id and t.user_id = ${userId}`.execute(trx);
  }
  await trx.deleteFrom("message_threads").where("user_id", "=", userId).execute();
  await trx.deleteFrom("message_reads").where("user_id", "=", userId).execute();
  await trx.updateTable("messages").set({ author_id: null }).where("author_id", "=", userId).execute();
}
