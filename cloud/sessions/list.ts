import { z } from "@hono/zod-openapi";
import { cpIdSchema, instantSchema } from "../../shared/schema";
import type { Db } from "../db/database";
import type { OwnerSession } from "./view";
import { driverOf, sessionView } from "./view";

/** Which sessions of a site; times are of their start, `from` inclusive, `to` exclusive. */
export const filterSchema = z.object({
  cpId: cpIdSchema.optional(),
  driver: z.string().min(1).max(64).optional().openapi({ description: "User id of the driver." }),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});
type Filter = z.infer<typeof filterSchema>;

/** Sessions of a site, newest first, from after `before` on. */
export async function listSessions(
  db: Db,
  siteId: string,
  { cpId, driver, from, to }: Filter,
  limit: number,
  before?: { at: Date; id: string },
): Promise<{ startedAt: Date; session: OwnerSession }[]> {
  const rows = await db
    .selectFrom("sessions as s")
    .leftJoin("session_drivers as d", (join) =>
      join.onRef("d.site_id", "=", "s.site_id").onRef("d.session_id", "=", "s.id"),
    )
    .leftJoin("auth.user as u", "u.id", "d.user_id")
    .select(["s.started_at", "s.session", "s.priced_amount", "d.user_id", "u.name"])
    .where("s.site_id", "=", siteId)
    .$if(cpId !== undefined, (query) => query.where("s.cp_id", "=", cpId as string))
    .$if(driver !== undefined, (query) => query.where("d.user_id", "=", driver as string))
    .$if(from !== undefined, (query) => query.where("s.started_at", ">=", new Date(from as string)))
    .$if(to !== undefined, (query) => query.where("s.started_at", "<", new Date(to as string)))
    .$if(before !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("s.started_at", "s.id"), "<", tuple(before!.at, before!.id)),
      ),
    )
    .orderBy("s.started_at", "desc")
    .orderBy("s.id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const state = { session: row.session, pricedAmount: row.priced_amount };
    return { startedAt: row.started_at, session: sessionView(state, driverOf(row)) };
  });
}
