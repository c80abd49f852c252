import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Db } from "../db/database";
import type { TicketTable } from "./tables";

type TicketRow = Selectable<TicketTable>;

/** Tickets of one site as its owners see them: with their history and their downtime, in two statements however many they are. `now` is epoch ms. */
export async function ticketViews(db: Db, siteId: string, rows: readonly TicketRow[], now: number) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ ticket_id }) => ticket_id);
  const notes = await db
    .selectFrom("ticket_notes as n")
    .leftJoin("auth.user as u", "u.id", "n.user_id")
    .select(["n.ticket_id", "n.at", "n.kind", "n.text", "u.name as by"])
    .where("n.site_id", "=", siteId)
    .where("n.ticket_id", "in", ids)
    .orderBy("n.at")
    .orderBy("n.note_id")
    .execute();
  const downtimes = await downtimesOf(db, siteId, ids, now);
  return rows.map((row) => ({
    ticketId: row.ticket_id,
    cpId: row.cp_id,
    connectorId: row.connector_id,
    title: row.title,
    faultId: row.fault_id,
    openedAt: row.opened_at.toISOString(),
    cause: row.cause,
    fixedBy: row.fixed_by,
    fixedAt: row.fixed_at?.toISOString() ?? null,
    downtimeSeconds: downtimes.get(row.ticket_id) ?? 0,
    history: notes
      .filter(({ ticket_id }) => ticket_id === row.ticket_id)
      .map(({ at, kind, text, by }) => ({ at: at.toISOString(), kind, text, by })),
  }));
}

/**
 * Whole seconds of each ticket's time (from its fault, where it has one that is older) in which its connector was faulted, each second once; a fault of the whole
 * charge point is one of each of its connectors.
 */
async function downtimesOf(db: Db, siteId: string, ids: string[], now: number): Promise<Map<string, number>> {
  const at = new Date(now);
  const { rows } = await sql<{ ticket_id: string; seconds: number }>`
    select t.ticket_id, coalesce((
      select floor(sum(extract(epoch from upper(span) - lower(span))))::integer
      from unnest((
        select range_agg(tstzrange(greatest(f.opened_at, began), least(coalesce(f.closed_at, ${at}), coalesce(t.fixed_at, ${at}))))
        from faults f
        where f.site_id = t.site_id and f.cp_id = t.cp_id and (f.connector_id in (t.connector_id, 0) or t.connector_id = 0)
          and greatest(f.opened_at, began) < least(coalesce(f.closed_at, ${at}), coalesce(t.fixed_at, ${at}))
      )) as span
    ), 0) as seconds
    from tickets t
    left join faults own on own.site_id = t.site_id and own.fault_id = t.fault_id
    cross join lateral (select least(t.opened_at, own.opened_at) as began) w
    where t.site_id = ${siteId} and t.ticket_id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map(({ ticket_id, seconds }) => [ticket_id, seconds]));
}
