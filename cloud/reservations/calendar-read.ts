import { sql } from "kysely";
import { instantOfSlot, slotOf } from "../../shared/booking";
import type { Db } from "../db/database";
import { driverOf } from "../sessions/view";
import { spansOf } from "./ranges";
import { counts, reservationView } from "./read";
import { blockEnd } from "./schemas";

/** Reservations, and sessions, that one answer is made of at most. */
const MAX_ENTRIES = 2000;
/** A session that began so much earlier is not looked for: it is one whose end was never heard. */
const LONGEST_SESSION_MS = 7 * 86_400_000;

interface During {
  startMs: number;
  endMs: number;
}

/** The order in which people count connectors; total. */
export function inOrder(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : Number(a > b));
}

/** Connectors of a calendar: those that there are, and those that had something in its time. In the order in which people count them. */
export async function connectorsDuring(db: Db, siteId: string, { startMs, endMs }: During): Promise<string[]> {
  const { rows } = await sql<{ connector: string }>`
    select seat as connector from booking_seats where site_id = ${siteId} and not gone
    union select seat from place_connectors where site_id = ${siteId} and told
    union select seat from reservations
      where site_id = ${siteId} and version > 0 and to_slot > ${slotOf(startMs)} and from_slot < ${Math.ceil(endMs / 900_000)}
    union select cp_id || '/' || connector_id from sessions
      where site_id = ${siteId} and started_at > ${new Date(startMs - LONGEST_SESSION_MS)} and started_at < ${new Date(endMs)}
        and (ended_at is null or ended_at > ${new Date(startMs)})`.execute(db);
  return rows.map(({ connector }) => connector).toSorted(inOrder);
}

/** All that lies on some connectors in a time. `truncated`: there is more. */
export async function entriesDuring(db: Db, siteId: string, during: During, connectors: readonly string[]) {
  if (connectors.length === 0) return { entries: [], truncated: false };
  const [reservations, sessions, blocks] = await Promise.all([
    reservationsDuring(db, siteId, during, connectors),
    sessionsDuring(db, siteId, during, connectors),
    blocksDuring(db, siteId, during, connectors),
  ]);
  const entries = [...reservations.slice(0, MAX_ENTRIES), ...sessions.slice(0, MAX_ENTRIES), ...blocks];
  return { entries, truncated: reservations.length > MAX_ENTRIES || sessions.length > MAX_ENTRIES };
}

/** Reservations and walk-ins by their seats: of each booking the version that counts, also where that is over. */
async function reservationsDuring(db: Db, siteId: string, { startMs, endMs }: During, seats: readonly string[]) {
  const rows = await db
    .selectFrom("reservations as r")
    .leftJoin("auth.user as u", "u.id", "r.user_id")
    .select(["r.site_id", "r.booking", "r.version", "r.sale", "r.created_at", "r.disputed", "r.user_id", "u.name"])
    .where("r.site_id", "=", siteId)
    .where("r.version", ">", 0)
    .where("r.to_slot", ">", slotOf(startMs))
    .where("r.from_slot", "<", Math.ceil(endMs / 900_000))
    .where("r.seat", "in", seats)
    .where(counts)
    .orderBy("r.from_slot")
    .limit(MAX_ENTRIES + 1)
    .execute();
  return rows.map((row) => {
    const { booking, version, status, pending, start, end, price, owed, seat, ...rest } = reservationView(row);
    const { use } = row.sale;
    return {
      kind: use?.by === "walkIn" ? ("walkIn" as const) : ("reservation" as const),
      connector: seat,
      start,
      end,
      booking,
      version,
      status,
      pending,
      class: rest.class,
      usedConnector: use?.connector ?? null,
      price,
      owed,
      driver: driverOf(row),
    };
  });
}

/** What was charged, by the connector where it was. */
async function sessionsDuring(db: Db, siteId: string, { startMs, endMs }: During, connectors: readonly string[]) {
  const rows = await db
    .selectFrom("sessions as s")
    .leftJoin("session_drivers as d", (join) =>
      join.onRef("d.site_id", "=", "s.site_id").onRef("d.session_id", "=", "s.id"),
    )
    .leftJoin("auth.user as u", "u.id", "d.user_id")
    .select(["s.session", "s.started_at", "s.ended_at", "d.user_id", "u.name"])
    .where("s.site_id", "=", siteId)
    .where("s.started_at", ">", new Date(startMs - LONGEST_SESSION_MS))
    .where("s.started_at", "<", new Date(endMs))
    .where(({ or, eb }) => or([eb("s.ended_at", "is", null), eb("s.ended_at", ">", new Date(startMs))]))
    .where(sql<string>`s.cp_id || '/' || s.connector_id`, "in", connectors)
    .orderBy("s.started_at")
    .limit(MAX_ENTRIES + 1)
    .execute();
  return rows.map((row) => {
    const { id, cpId, connectorId, energyWh, cost } = row.session;
    return {
      kind: "session" as const,
      connector: `${cpId}/${connectorId}`,
      start: row.started_at.toISOString(),
      end: row.ended_at?.toISOString() ?? null,
      id,
      energyWh,
      cost,
      driver: driverOf(row),
    };
  });
}

/** The owner's blocks, on each connector that they close. */
async function blocksDuring(db: Db, siteId: string, { startMs, endMs }: During, connectors: readonly string[]) {
  const rows = await db
    .selectFrom("booking_blocks")
    .select(["block_id", "seat", "cells"])
    .where("site_id", "=", siteId)
    .where(sql<boolean>`cells && int4range(${slotOf(startMs)}, ${Math.ceil(endMs / 900_000)})`)
    .execute();
  return rows.flatMap(({ block_id: blockId, seat, cells }) =>
    spansOf(cells).flatMap(({ from, to }) =>
      connectors
        .filter((connector) => seat === null || seat === connector)
        .map((connector) => ({
          kind: "block" as const,
          connector,
          start: instantOfSlot(from),
          end: blockEnd(to),
          blockId,
          allConnectors: seat === null,
        })),
    ),
  );
}
