import { z } from "@hono/zod-openapi";
import { cpIdSchema, instantSchema } from "../../shared/schema";
import type { Db } from "../db/database";
import type { Paging } from "../http/page";
import { newestFirst, pageOf } from "../http/page";
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

/** A page of the sessions of a site, newest first. */
export async function listSessions(
  db: Db,
  siteId: string,
  { cpId, driver, from, to }: Filter,
  paging: Paging,
): Promise<{ sessions: OwnerSession[]; nextCursor: string | null }> {
  const rows = await db
    .selectFrom("sessions as s")
    .leftJoin("session_drivers as d", (join) =>
      join.onRef("d.site_id", "=", "s.site_id").onRef("d.session_id", "=", "s.id"),
    )
    .leftJoin("auth.user as u", "u.id", "d.user_id")
    .select(["s.id", "s.started_at", "s.session", "s.priced_amount", "d.user_id", "u.name"])
    .where("s.site_id", "=", siteId)
    .$if(cpId !== undefined, (query) => query.where("s.cp_id", "=", cpId as string))
    .$if(driver !== undefined, (query) => query.where("d.user_id", "=", driver as string))
    .$if(from !== undefined, (query) => query.where("s.started_at", ">=", new Date(from as string)))
    .$if(to !== undefined, (query) => query.where("s.started_at", "<", new Date(to as string)))
    .$call(newestFirst("s.started_at", "s.id", paging))
    .execute();
  const { page, nextCursor } = pageOf(rows, paging, (row) => [row.started_at, row.id]);
  const view = (row: (typeof rows)[number]) =>
    sessionView({ session: row.session, pricedAmount: row.priced_amount }, driverOf(row));
  return { sessions: page.map(view), nextCursor };
}
