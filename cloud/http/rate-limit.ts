import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";

export interface Limit {
  /** At most so many in a window. */
  hits: number;
  windowMs: number;
}

/**
 * Counts one more use of `key` in its fixed window, in PostgreSQL since processes keep no state, in one statement since two requests may come at once.
 * Throws AppError `too_many_requests` (429) with the seconds to wait where the window has had its share.
 */
export async function countHit(db: Db, key: string, limit: Limit, now: number): Promise<void> {
  const at = new Date(now);
  const { rows } = await sql<{ hits: number; resets_at: Date }>`
    insert into rate_limits as r (key, hits, resets_at) values (${key}, 1, ${new Date(now + limit.windowMs)})
    on conflict (key) do update set
      hits = case when r.resets_at <= ${at} then 1 else r.hits + 1 end,
      resets_at = case when r.resets_at <= ${at} then excluded.resets_at else r.resets_at end
    returning hits, resets_at`.execute(db);
  const row = rows[0];
  if (!row || row.hits <= limit.hits) return;
  const retryAfter = Math.max(1, Math.ceil((row.resets_at.getTime() - now) / 1000));
  throw new AppError("too_many_requests", `Too many tries. Try again in ${retryAfter} seconds.`, {
    status: 429,
    details: { retryAfter },
  });
}

/** Forgets what was counted, as after a sign-in that worked. */
export async function clearHits(db: Db, key: string): Promise<void> {
  await db.deleteFrom("rate_limits").where("key", "=", key).execute();
}

/** Removes windows and codes that are over. Run now and then. */
export async function forgetExpired(db: Db, now: number): Promise<void> {
  await db.deleteFrom("rate_limits").where("resets_at", "<=", new Date(now)).execute();
  await db.deleteFrom("pairing_codes").where("expires_at", "<=", new Date(now)).execute();
}
