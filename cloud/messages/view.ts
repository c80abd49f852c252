import { z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { instantSchema } from "../../shared/schema";
import type { Db } from "../db/database";
import type { Paging } from "../http/page";
import { decodeCursor, pageOf } from "../http/page";
import { firstName } from "../reviews/reviews";
import type { Side } from "./tables";

const sideSchema = z.enum(["driver", "owner", "admin"]);

export const messageSchema = z
  .object({
    seq: z.number().int().openapi({ description: "1, 2, ... without holes in a thread" }),
    side: sideSchema,
    author: z.string().nullable().openapi({ description: "A first name; null: somebody who has left." }),
    mine: z.boolean(),
    text: z.string(),
    at: instantSchema,
  })
  .openapi("Message");

export const threadSchema = z
  .object({
    siteId: z.uuid(),
    siteName: z.string(),
    threadId: z.uuid(),
    booking: z.string().nullable().openapi({ description: "The booking it is about; null: the site." }),
    side: sideSchema.openapi({ description: "On which the reader is." }),
    driver: z.string().openapi({ description: "First name of the driver it is with." }),
    lastAt: instantSchema,
    lastSeq: z.number().int(),
    lastText: z.string(),
    readSeq: z.number().int().openapi({ description: "How far the reader has read; what is beyond is unread." }),
    theyReadSeq: z.number().int().openapi({ description: "How far somebody of the other side has read." }),
    report: z
      .object({ by: z.enum(["driver", "owner"]), reason: z.string(), at: instantSchema })
      .nullable()
      .openapi({ description: "While it is open, admins of the platform read along." }),
  })
  .openapi("MessageThread");
type ThreadView = z.infer<typeof threadSchema>;

/** Whose threads: of a driver, of a site, all with an open report, or one. */
type Which =
  | { of: "driver"; userId: string }
  | { of: "site"; siteId: string }
  | { of: "reports" }
  | { of: "one"; siteId: string; threadId: string };

interface Row {
  site_id: string;
  site_name: string;
  thread_id: string;
  booking: string | null;
  driver_id: string;
  driver: string;
  last_at: Date;
  last_seq: number;
  last_text: string;
  read_seq: number;
  they_read_seq: number;
  reported_at: Date | null;
  reported_by: "driver" | "owner" | null;
  report_reason: string | null;
}

/** Threads as a reader of one side sees them, what was written to last first. */
export async function listThreads(
  db: Db,
  reader: { userId: string; side: Side },
  which: Which,
  paging: Paging & { booking?: string },
): Promise<{ threads: ThreadView[]; nextCursor: string | null }> {
  const { userId, side } = reader;
  const { limit, cursor, booking } = paging;
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  const where = {
    driver: sql`t.user_id = ${"userId" in which ? which.userId : null}`,
    site: sql`t.site_id = ${"siteId" in which ? which.siteId : null}`,
    reports: sql`t.reported_at is not null`,
    one: sql`t.site_id = ${"siteId" in which ? which.siteId : null} and t.thread_id = ${"threadId" in which ? which.threadId : null}`,
  }[which.of];
  const { rows } = await sql<Row>`
    select t.site_id, s.name as site_name, t.thread_id, t.booking, t.user_id as driver_id, ${firstName} as driver, t.last_at, t.last_seq,
      m.text as last_text, coalesce(mine.seq, 0) as read_seq, t.reported_at, t.reported_by, t.report_reason,
      coalesce((
        select max(r.seq) from message_reads r
        where r.site_id = t.site_id and r.thread_id = t.thread_id and r.user_id <> ${userId}
          and (r.user_id = t.user_id) = ${side !== "driver"}::boolean
      ), 0) as they_read_seq
    from message_threads t
    join sites s on s.site_id = t.site_id
    join auth."user" u on u.id = t.user_id
    join messages m on m.site_id = t.site_id and m.thread_id = t.thread_id and m.seq = t.last_seq
    left join message_reads mine on mine.site_id = t.site_id and mine.thread_id = t.thread_id and mine.user_id = ${userId}
    where ${where} ${booking === undefined ? sql`` : sql`and t.booking = ${booking}`}
      ${before ? sql`and (t.last_at, t.thread_id) < (${before.at}, ${before.id}::uuid)` : sql``}
    order by t.last_at desc, t.thread_id desc limit ${limit + 1}`.execute(db);
  const { page, nextCursor } = pageOf(rows, paging, (row) => [row.last_at, row.thread_id]);
  return { threads: page.map((row) => view(row, side)), nextCursor };
}

function view(row: Row, side: Side): ThreadView {
  const { reported_at: at, reported_by: by, report_reason: reason } = row;
  return {
    siteId: row.site_id,
    siteName: row.site_name,
    threadId: row.thread_id,
    booking: row.booking,
    side,
    driver: row.driver,
    lastAt: row.last_at.toISOString(),
    lastSeq: row.last_seq,
    lastText: row.last_text,
    readSeq: row.read_seq,
    theyReadSeq: row.they_read_seq,
    report: at && by && reason !== null ? { by, reason, at: at.toISOString() } : null,
  };
}

/** Messages of a thread, the newest first, those with a number below `before`. */
export async function listMessages(
  db: Db,
  userId: string,
  { siteId, threadId }: { siteId: string; threadId: string },
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<z.infer<typeof messageSchema>[]> {
  const rows = await db
    .selectFrom("messages as m")
    .leftJoin("auth.user as u", "u.id", "m.author_id")
    .select(["m.seq", "m.side", "m.text", "m.at", "m.author_id"])
    .select(firstName.as("author"))
    .where("m.site_id", "=", siteId)
    .where("m.thread_id", "=", threadId)
    .$if(before !== undefined, (query) => query.where("m.seq", "<", before as number))
    .orderBy("m.seq", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ seq, side, text, at, author, author_id }) => ({
    seq,
    side,
    author,
    mine: author_id === userId,
    text,
    at: at.toISOString(),
  }));
}
