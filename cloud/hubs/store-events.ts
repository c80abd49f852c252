import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";
import { THINNED } from "../../shared/sync";
import type { RawEvent } from "./cursor";
import { sessionOf } from "./site-state";
import type { HubIdentity } from "./token";

/** An event as it was received and as it was understood. */
interface HeardEvent {
  raw: RawEvent;
  parsed: StreamEvent;
}

/**
 * Keeps the events that are new to the site, as they were received. Gives those: an event that is known by its id, as after a new epoch, is not kept, and must not be
 * folded, twice. They are looked up first, since `on conflict` would take half as long again: nothing comes in between, as only the site's one hub has events, and its row is locked.
 */
export async function storeEvents(
  trx: Transaction<Database>,
  where: { siteId: string; hubId: string; epoch: number },
  heard: HeardEvent[],
): Promise<StreamEvent[]> {
  const seen = await knownOf(trx, where.siteId, heard);
  const events = heard.filter(({ parsed }) => {
    const id = parsed.id.toLowerCase();
    return !seen.has(id) && seen.add(id);
  });
  if (events.length === 0) return [];
  const keys = events.map(({ parsed }) => ({
    id: parsed.id,
    seq: parsed.seq,
    at: parsed.at,
    type: parsed.type,
    ...keysOf(parsed),
  }));
  // Apart from the keys: this way PostgreSQL keeps its text as it is, also with escapes that its text type could not hold.
  const data = `[${events.map(({ raw }) => raw.json).join(",")}]`;
  await sql`
    insert into events (site_id, id, hub_id, epoch, seq, at, type, cp_id, connector_id, session_id, data)
    select ${where.siteId}::uuid, id, ${where.hubId}::uuid, ${where.epoch}::integer, seq, at, type, cp, connector, session, data
    from rows from (
      json_to_recordset(${JSON.stringify(keys)}::json)
        as (id uuid, seq bigint, at timestamptz, type text, cp text, connector smallint, session uuid),
      json_array_elements(${data}::json)
    ) as e(id, seq, at, type, cp, connector, session, data)`.execute(trx);
  return events.map(({ parsed }) => parsed);
}

/** Ids of those that the site has. */
async function knownOf(trx: Transaction<Database>, siteId: string, heard: HeardEvent[]): Promise<Set<string>> {
  const ids = heard.map(({ parsed }) => parsed.id);
  const { rows } = await sql<{ id: string }>`
    select id from events where site_id = ${siteId} and id = any(${ids}::uuid[])`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** What an event is looked up by. */
function keysOf(event: StreamEvent): { cp?: string; connector?: number; session?: string } {
  const { data } = event;
  const [session] = sessionOf(event);
  const keys: { cp?: string; connector?: number; session?: string } = session === undefined ? {} : { session };
  if ("cpId" in data && data.cpId !== null) keys.cp = data.cpId;
  if ("connectorId" in data) keys.connector = data.connectorId;
  return keys;
}

/** Whether the site has every one of these events, under the same seq. */
export async function hasEvents(trx: Transaction<Database>, siteId: string, events: RawEvent[]): Promise<boolean> {
  const wanted = JSON.stringify(events.map(({ id, seq }) => ({ id, seq })));
  const { rows } = await sql<{ found: number }>`
    select count(*)::integer as found
    from json_to_recordset(${wanted}::json) as w(id uuid, seq bigint)
    join events e on e.site_id = ${siteId} and e.id = w.id and e.seq = w.seq`.execute(trx);
  return rows[0]?.found === events.length;
}

/**
 * Whether a batch goes on from what the site has, though the cursor stands in a range that the hub has thinned from `from` on: what comes before it in the batch is there, and what is
 * there of the range are meter samples.
 */
export async function continues(
  trx: Transaction<Database>,
  { siteId, hubId }: HubIdentity,
  events: RawEvent[],
  from: number,
): Promise<boolean> {
  const other = await trx
    .selectFrom("events")
    .select("id")
    .where("site_id", "=", siteId)
    .where("hub_id", "=", hubId)
    .where("seq", ">=", from)
    .where("type", "not in", ["session.metered", THINNED])
    .limit(1)
    .executeTakeFirst();
  return (
    other === undefined &&
    hasEvents(
      trx,
      siteId,
      events.filter(({ seq }) => seq < from),
    )
  );
}
