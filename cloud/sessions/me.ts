import type { z } from "@hono/zod-openapi";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import type { Paging } from "../http/page";
import { newestFirst, pageOf } from "../http/page";
import type { ownSessionSchema } from "./view";
import { commonView } from "./view";

type OwnSession = z.infer<typeof ownSessionSchema>;

function ownSessions(db: Db, userId: string) {
  return db
    .selectFrom("session_drivers as d")
    .innerJoin("sessions as s", (join) => join.onRef("s.site_id", "=", "d.site_id").onRef("s.id", "=", "d.session_id"))
    .innerJoin("sites", "sites.site_id", "d.site_id")
    .select(["d.site_id", "d.session_id", "d.via", "d.agreements", "d.started_at", "s.session", "sites.name"])
    .where("d.user_id", "=", userId);
}

type Row = Awaited<ReturnType<ReturnType<typeof ownSessions>["execute"]>>[number];

export function ownView({ site_id: siteId, name: siteName, via, agreements, session }: Row): OwnSession {
  return { ...commonView({ session }), siteId, siteName, via, agreements };
}

/** A page of a driver's sessions at all sites, newest first. */
export async function listOwn(
  db: Db,
  userId: string,
  paging: Paging,
): Promise<{ sessions: OwnSession[]; nextCursor: string | null }> {
  const rows = await ownSessions(db, userId)
    .$call(newestFirst("d.started_at", "d.session_id", paging))
    .execute();
  const { page, nextCursor } = pageOf(rows, paging, (row) => [row.started_at, row.session_id]);
  return { sessions: page.map(ownView), nextCursor };
}

/** One session of a driver. Throws AppError 404 for another's. */
export async function readOwn(db: Db, userId: string, siteId: string, sessionId: string): Promise<Row> {
  const row = await ownSessions(db, userId)
    .where("d.site_id", "=", siteId)
    .where("d.session_id", "=", sessionId)
    .executeTakeFirst();
  if (!row) throw notFound("session");
  return row;
}
