import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";
import { storable, storableJson } from "../db/storable";
import type { SiteState } from "./fold";
import { applyEvents, connectorKey, emptyState } from "./fold";

/** Loads what these events may touch. */
export async function loadState(trx: Transaction<Database>, siteId: string, events: StreamEvent[]): Promise<SiteState> {
  const state = emptyState();
  const whole = events.some((event) => event.type === "hub.state");
  const cpIds = [...new Set(events.flatMap(({ data }) => ("cpId" in data ? [data.cpId] : [])))];
  const sessionIds = [...new Set(events.flatMap(sessionsOf))];

  if (whole || cpIds.length > 0) {
    const rows = await trx
      .selectFrom("charge_points")
      .selectAll()
      .where("site_id", "=", siteId)
      .$if(!whole, (query) => query.where("cp_id", "in", cpIds))
      .execute();
    for (const row of rows) {
      state.chargePoints.set(row.cp_id, {
        name: row.name,
        connectors: row.connectors,
        tariffId: row.tariff_id,
        vendor: row.vendor,
        model: row.model,
        serialNumber: row.serial_number,
        firmwareVersion: row.firmware_version,
        online: row.online,
        onlineChangedAt: row.online_changed_at?.toISOString() ?? null,
      });
    }
  }
  if (whole) {
    for (const row of await trx.selectFrom("connectors").selectAll().where("site_id", "=", siteId).execute()) {
      const { cp_id: cpId, connector_id: connectorId, status, error_code: errorCode, at } = row;
      state.connectors.set(connectorKey(cpId, connectorId), {
        cpId,
        connectorId,
        status,
        errorCode,
        at: at.toISOString(),
      });
    }
  }
  if (sessionIds.length > 0) {
    const rows = await trx
      .selectFrom("sessions")
      .select(["id", "session", "priced_amount"])
      .where("site_id", "=", siteId)
      .where("id", "in", sessionIds)
      .execute();
    for (const row of rows) state.sessions.set(row.id, { session: row.session, pricedAmount: row.priced_amount });
  }
  return state;
}

function sessionsOf(event: StreamEvent): string[] {
  return event.type === "hub.state" ? (event.data.sessions ?? []).map(({ id }) => id) : sessionOf(event);
}

/** The session that an event belongs to, in a list of one; else none. */
export function sessionOf({ type, data }: StreamEvent): string[] {
  switch (type) {
    case "session.started":
    case "session.metered":
    case "session.shifted":
    case "session.ended":
      return data.id === null ? [] : [data.id];
    default:
      return [];
  }
}

/**
 * After a new epoch the start of a session may come when its readings or its end are here already, and readings when its end is. Such sessions are folded from the beginning, from
 * everything kept of them in the hub's order. Gives their ids: the batch's own events of them are in that fold.
 */
export async function refoldSessions(
  trx: Transaction<Database>,
  siteId: string,
  events: StreamEvent[],
  state: SiteState,
): Promise<Set<string>> {
  const isOver = (id: string) => (state.sessions.get(id)?.session.endedAt ?? null) !== null;
  const ids = events.flatMap((event) =>
    sessionOf(event).filter((id) => event.type === "session.started" || isOver(id)),
  );
  if (ids.length === 0) return new Set();
  const rows = await trx
    .selectFrom("events")
    .select(["id", "seq", "at", "type", "data"])
    .where("site_id", "=", siteId)
    .where("session_id", "in", ids)
    .orderBy("seq")
    .orderBy("at")
    .execute();
  const kept = rows.map((row) => ({ ...row, at: row.at.toISOString() }) as unknown as StreamEvent);
  // One whose start never came is known by its end, or by what the hub said of all that runs.
  const begun = new Set(kept.flatMap((event) => (event.type === "session.started" ? [event.data.id] : [])));
  for (const id of begun) state.sessions.delete(id);
  applyEvents(
    state,
    kept.filter((event) => sessionOf(event).some((id) => begun.has(id))),
  );
  return begun;
}

/** Writes what changed, each table in one statement. */
export async function saveState(
  trx: Transaction<Database>,
  siteId: string,
  hubId: string,
  state: SiteState,
): Promise<void> {
  if (state.removed.size > 0) {
    const removed = [...state.removed];
    await trx.deleteFrom("charge_points").where("site_id", "=", siteId).where("cp_id", "in", removed).execute();
    await trx.deleteFrom("connectors").where("site_id", "=", siteId).where("cp_id", "in", removed).execute();
  }
  await saveChargePoints(trx, siteId, state);
  await saveConnectors(trx, siteId, state);
  await saveSessions(trx, siteId, hubId, state);
  for (const { commandId, outcome, detail, at } of state.commands) {
    await trx
      .updateTable("commands")
      .set({ outcome, detail: detail === null ? null : storable(detail), finished_at: new Date(at) })
      .where("site_id", "=", siteId)
      .where("id", "=", commandId)
      .where("outcome", "is", null)
      .execute();
  }
}

async function saveChargePoints(trx: Transaction<Database>, siteId: string, state: SiteState): Promise<void> {
  const rows = [...state.changed.chargePoints].map((cpId) => ({ cpId, ...state.chargePoints.get(cpId) }));
  if (rows.length === 0) return;
  await sql`
    insert into charge_points
      (site_id, cp_id, name, connectors, tariff_id, vendor, model, serial_number, firmware_version, online, online_changed_at)
    select ${siteId}::uuid, "cpId", name, connectors, "tariffId", vendor, model, "serialNumber", "firmwareVersion", online, "onlineChangedAt"
    from json_to_recordset(${storableJson(rows)}::json) as c("cpId" text, name text, connectors smallint, "tariffId" text,
      vendor text, model text, "serialNumber" text, "firmwareVersion" text, online boolean, "onlineChangedAt" timestamptz)
    on conflict (site_id, cp_id) do update set
      name = excluded.name, connectors = excluded.connectors, tariff_id = excluded.tariff_id, vendor = excluded.vendor, model = excluded.model,
      serial_number = excluded.serial_number, firmware_version = excluded.firmware_version, online = excluded.online,
      online_changed_at = excluded.online_changed_at`.execute(trx);
}

async function saveConnectors(trx: Transaction<Database>, siteId: string, state: SiteState): Promise<void> {
  const rows = [...state.changed.connectors].map((key) => state.connectors.get(key));
  if (rows.length === 0) return;
  await sql`
    insert into connectors (site_id, cp_id, connector_id, status, error_code, at)
    select ${siteId}::uuid, "cpId", "connectorId", status, "errorCode", at
    from json_to_recordset(${storableJson(rows)}::json)
      as c("cpId" text, "connectorId" smallint, status text, "errorCode" text, at timestamptz)
    on conflict (site_id, cp_id, connector_id) do update set
      status = excluded.status, error_code = excluded.error_code, at = excluded.at`.execute(trx);
}

async function saveSessions(
  trx: Transaction<Database>,
  siteId: string,
  hubId: string,
  state: SiteState,
): Promise<void> {
  const changed = [...state.sessions.values()].filter(({ session }) => state.changed.sessions.has(session.id));
  if (changed.length === 0) return;
  const keys = changed.map(({ session, pricedAmount }) => {
    const { id, cpId, connectorId, startedAt, endedAt } = session;
    return { id, cpId, connectorId, startedAt, endedAt, pricedAmount };
  });
  const sessions = changed.map(({ session }) => session);
  await sql`
    insert into sessions (site_id, id, hub_id, cp_id, connector_id, started_at, ended_at, session, priced_amount)
    select ${siteId}::uuid, id, ${hubId}::uuid, cp_id, connector_id, started_at, ended_at, session, priced_amount
    from rows from (
      json_to_recordset(${JSON.stringify(keys)}::json) as (id uuid, "cpId" text, "connectorId" smallint, "startedAt" timestamptz,
        "endedAt" timestamptz, "pricedAmount" bigint),
      json_array_elements(${JSON.stringify(sessions)}::json)
    ) as s(id, cp_id, connector_id, started_at, ended_at, priced_amount, session)
    on conflict (site_id, id) do update set
      ended_at = excluded.ended_at, session = excluded.session, priced_amount = excluded.priced_amount`.execute(trx);
}
