import { z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { instantSchema } from "../../shared/schema";
import type { Db } from "../db/database";

/** What an admin judges a place by beside the place itself: whose it is, and what became of it before. */

/** Entries of the audit log that a look gives. */
const HISTORY = 20;

export const evidenceShape = {
  owners: z
    .array(
      z.object({ userId: z.string(), name: z.string(), email: z.string(), since: instantSchema, blocked: z.boolean() }),
    )
    .openapi({ description: "Owners and administrators of its organisation, the first to join first." }),
  history: z
    .array(
      z.object({
        at: instantSchema,
        action: z.string(),
        actorName: z.string().nullable().openapi({ description: "null: nobody, or somebody who has left." }),
        reason: z.string(),
      }),
    )
    .openapi({ description: `What was decided about it, the newest first; at most ${HISTORY}.` }),
};
const evidenceSchema = z.object(evidenceShape);

interface OwnerRow {
  userId: string;
  name: string;
  email: string;
  createdAt: Date;
  blocked: boolean;
}
interface HistoryRow {
  at: Date;
  action: string;
  actorName: string | null;
  reason: string | null;
}

/** Owners and history of a site. */
export async function evidenceOf(db: Db, siteId: string): Promise<z.infer<typeof evidenceSchema>> {
  const [owners, history] = await Promise.all([
    sql<OwnerRow>`
      select u.id as "userId", u.name, u.email, u."createdAt", p.blocked_at is not null as blocked
      from sites s join auth.member m on m."organizationId" = s.organization_id join auth."user" u on u.id = m."userId"
        left join people p on p.user_id = u.id
      where s.site_id = ${siteId} and string_to_array(m.role, ',') && array['owner', 'admin']
      order by m."createdAt", u.id`.execute(db),
    sql<HistoryRow>`
      select l.at, l.action, u.name as "actorName", l.data->>'reason' as reason
      from audit_log l left join auth."user" u on u.id = l.actor_id
      where l.subject = ${`site:${siteId}`} order by l.id desc limit ${HISTORY}`.execute(db),
  ]);
  return {
    owners: owners.rows.map(({ createdAt, ...owner }) => ({ ...owner, since: createdAt.toISOString() })),
    history: history.rows.map(({ at, reason, ...entry }) => ({
      ...entry,
      at: at.toISOString(),
      reason: reason ?? "",
    })),
  };
}
