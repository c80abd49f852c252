import type { z } from "@hono/zod-openapi";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
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

/** A driver's sessions at all sites, newest first, from after `before` on. */
export async function listOwn(
  db: Db,
  userId: string,
  limit: number,
  before?: { at: Date; id: string },
): Promise<Row[]> {
  return ownSessions(db, userId)
    .$if(before !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("d.started_at", "d.session_id"), "<", tuple(before!.at, before!.id)),
      ),
    )
    .orderBy("d.started_at", "desc")
    .orderBy("d.session_id", "desc")
    .limit(limit)
    .execute();
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
