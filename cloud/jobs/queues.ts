import { sql } from "kysely";
import type { Db } from "../db/database";
import type { AnyJob } from "./job";

/** A job that has not come to its end by then, as when its process was killed, is tried again by another. */
const EXPIRE_SECONDS = 15 * 60;

/** Makes the queue of each job that has none yet; processes that start at once do not disturb each other. */
export async function createQueues(db: Db, jobs: AnyJob[]): Promise<void> {
  const queues = jobs.map(({ name, retry }) => ({
    name,
    options: {
      policy: "standard",
      retryLimit: retry.limit,
      retryDelay: retry.delaySeconds,
      retryBackoff: true,
      expireInSeconds: EXPIRE_SECONDS,
      retentionMinutes: 14 * 24 * 60,
    },
  }));
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('hitchpost.queues', 0))`.execute(tx);
    await sql`
      select pgboss.create_queue(q.name, q.options)
      from json_to_recordset(${JSON.stringify(queues)}::json) as q(name text, options json)
      where not exists (select from pgboss.queue known where known.name = q.name)`.execute(tx);
  });
}
