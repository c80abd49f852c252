import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Session } from "../../shared/session";
import type { Agreement } from "../../shared/tariff";
import type { Database } from "../db/schema";
import type { Method } from "./charge-types";

/** Who pays for a session, how, and what is taken off. */
export interface Deal {
  /** null: someone who did not sign in. */
  userId: string | null;
  method: Method;
  agreements: Agreement[];
}

/** How far a charger's own time of a start may lie before the hub's time of the admission (booking.md, Rule 5). */
const CLOCKS = "60 seconds";

/** The deal of a session: its driver is the one whose reservation was used at that connector when it began. */
export async function dealOf(tx: Transaction<Database>, siteId: string, session: Session): Promise<Deal> {
  const userId = await driverOf(tx, siteId, session);
  return { userId, method: await methodOf(tx, userId), agreements: [] };
}

/**
 * The driver whose reservation was used at this connector, where this is the first session there since: who comes after it, in the time that the reservation still has,
 * is somebody else.
 */
async function driverOf(tx: Transaction<Database>, siteId: string, session: Session): Promise<string | null> {
  const { id, cpId, connectorId, startedAt } = session;
  const { rows } = await sql<{ user_id: string }>`
    select r.user_id from reservations r
    where r.site_id = ${siteId} and r.user_id is not null and r.version > 0
      and r.to_slot >= floor(extract(epoch from ${startedAt}::timestamptz) / 900)
      and r.sale -> 'use' ->> 'connector' = ${`${cpId}/${connectorId}`}
      and (r.sale -> 'use' ->> 'at')::timestamptz <= ${startedAt}::timestamptz + ${CLOCKS}::interval
      and not exists (
        select from sessions s
        where s.site_id = ${siteId} and s.cp_id = ${cpId} and s.connector_id = ${connectorId} and s.id <> ${id}
          and s.started_at < ${startedAt}::timestamptz and s.started_at >= (r.sale -> 'use' ->> 'at')::timestamptz - ${CLOCKS}::interval)
    order by (r.sale -> 'use' ->> 'at')::timestamptz desc
    limit 1`.execute(tx);
  return rows[0]?.user_id ?? null;
}

/** How a driver pays; who has chosen nothing, on account. */
export async function methodOf(tx: Transaction<Database>, userId: string | null): Promise<Method> {
  if (userId === null) return "on_site";
  const profile = await tx
    .selectFrom("payment_profiles")
    .select("method")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return profile?.method ?? "on_account";
}
