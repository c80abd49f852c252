import type { Kysely } from "kysely";
import type { Database } from "../db/schema";

interface AuditEntry {
  /** Epoch ms. */
  now: number;
  /** Who did it; null: nobody who is signed in, such as a job or a command on the machine. */
  actorId: string | null;
  /** What was done, as `site.approved`. */
  action: string;
  /** To what: kind and id, as `user:0190...`. */
  subject: string;
  siteId?: string;
  /** What else matters, such as a reason. No e-mail address, no secret: the log outlives its people. */
  data?: Record<string, unknown>;
}

/** Adds to the log, in the transaction of what it is about. */
export async function audit(tx: Kysely<Database>, entry: AuditEntry): Promise<void> {
  const { now, actorId, action, subject, siteId = null, data = {} } = entry;
  await tx
    .insertInto("audit_log")
    .values({ at: new Date(now), actor_id: actorId, action, subject, site_id: siteId, data: JSON.stringify(data) })
    .execute();
}
