import { z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { loadProblems } from "../../shared/load";
import { connectorStatuses } from "../../shared/ocpp";
import { instantSchema } from "../../shared/schema";
import type { StreamEvent } from "../../shared/events";
import type { Db } from "../db/database";
import { clonedAt } from "../hubs/instances";

/** A hub counts as offline when nothing was heard of it for so long: three heart-beats of its feed. */
export const HUB_OFFLINE_MS = 45_000;

const moneySchema = z.object({ amount: z.number().int(), currency: z.string() });
const hubSchema = z.object({
  hubId: z.uuid(),
  name: z.string(),
  version: z.string(),
  online: z.boolean(),
  lastSeenAt: instantSchema.nullable(),
  /** A second machine speaks as this hub, heard last at; missing: none does. */
  clonedAt: instantSchema.optional(),
});
const runningSchema = z.object({
  id: z.uuid(),
  energyWh: z.number().int(),
  powerW: z.number().int().nullable(),
  cost: moneySchema,
  startedAt: instantSchema,
  lastReadingAt: instantSchema,
});
const problemSchema = z.object({
  problem: z.enum(loadProblems),
  limitA: z.number().nullable(),
  measuredA: z.number().nullable(),
  since: instantSchema,
});
const connectorSchema = z.object({
  connectorId: z.number().int(),
  /** null: the charger has not told yet. */
  status: z.enum(connectorStatuses).nullable(),
  errorCode: z.string(),
  at: instantSchema.nullable(),
  session: runningSchema.nullable(),
  /** Missing: it keeps to the current that it was given. */
  problem: problemSchema.optional(),
});
const chargePointSchema = z.object({
  cpId: z.string(),
  name: z.string().nullable(),
  online: z.boolean(),
  onlineChangedAt: instantSchema.nullable(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  connectors: z.array(connectorSchema),
});

/** What an owner sees at a glance: the hub and every connector, but of retired charge points, with its running session. */
export const boardSchema = z
  .object({ hub: hubSchema.nullable(), chargePoints: z.array(chargePointSchema) })
  .openapi("Board");
export type Board = z.infer<typeof boardSchema>;

/** Reads the board of a site as it is at `now` (epoch ms). */
export async function readBoard(db: Db, siteId: string, now: number): Promise<Board> {
  const [hub, chargePoints, connectors, sessions, problems] = await Promise.all([
    db
      .selectFrom("hubs")
      .select(["hub_id", "name", "version", "last_seen_at"])
      .where("site_id", "=", siteId)
      .where("replaced_at", "is", null)
      .executeTakeFirst(),
    db
      .selectFrom("charge_points as c")
      .leftJoin("own_charge_points as o", (join) =>
        join.onRef("o.site_id", "=", "c.site_id").onRef("o.cp_id", "=", "c.cp_id"),
      )
      .selectAll("c")
      .select("o.name as own_name")
      .where("c.site_id", "=", siteId)
      .where("o.retired_at", "is", null)
      .orderBy("c.cp_id")
      .execute(),
    db.selectFrom("connectors").selectAll().where("site_id", "=", siteId).where("connector_id", ">", 0).execute(),
    db
      .selectFrom("sessions")
      .select("session")
      .where("site_id", "=", siteId)
      .where("ended_at", "is", null)
      .orderBy("started_at")
      .execute(),
    readProblems(db, siteId),
  ]);

  const cloned = hub ? await clonedAt(db, { siteId, hubId: hub.hub_id }, now) : null;
  const statuses = new Map(connectors.map((row) => [`${row.connector_id} ${row.cp_id}`, row]));
  // Where an old session never ended, the newest is the one that is shown.
  const running = new Map(sessions.map(({ session }) => [`${session.connectorId} ${session.cpId}`, session]));
  return {
    hub: hub
      ? {
          hubId: hub.hub_id,
          name: hub.name,
          version: hub.version,
          online: hub.last_seen_at !== null && now - hub.last_seen_at.getTime() < HUB_OFFLINE_MS,
          lastSeenAt: hub.last_seen_at?.toISOString() ?? null,
          ...(cloned ? { clonedAt: cloned.toISOString() } : {}),
        }
      : null,
    chargePoints: chargePoints.map((row) => {
      const told = connectors.filter((each) => each.cp_id === row.cp_id).map((each) => each.connector_id);
      const registered = Array.from({ length: row.connectors ?? 0 }, (_, index) => index + 1);
      const ids = [...new Set([...registered, ...told])].toSorted((a, b) => a - b);
      return {
        cpId: row.cp_id,
        name: row.own_name ?? row.name,
        online: row.online,
        onlineChangedAt: row.online_changed_at?.toISOString() ?? null,
        vendor: row.vendor,
        model: row.model,
        connectors: ids.map((connectorId) => {
          const key = `${connectorId} ${row.cp_id}`;
          const status = statuses.get(key);
          return {
            connectorId,
            status: status?.status ?? null,
            errorCode: status?.error_code ?? "NoError",
            at: status?.at.toISOString() ?? null,
            session: runningView(running.get(key)),
            ...problems.get(key),
          };
        }),
      };
    }),
  };
}

/** What the hub said last of each connector's load, where that is a problem; by connector. */
async function readProblems(db: Db, siteId: string): Promise<Map<string, { problem: z.infer<typeof problemSchema> }>> {
  const { rows } = await sql<{ cp_id: string; connector_id: number; at: Date; data: Told }>`
    select distinct on (cp_id, connector_id) cp_id, connector_id, at, data from events
    where site_id = ${siteId} and type = 'load.problem' order by cp_id, connector_id, at desc, id desc`.execute(db);
  return new Map(
    rows.flatMap(({ cp_id, connector_id, at, data: { problem, limitA, measuredA } }) =>
      problem === null
        ? []
        : [[`${connector_id} ${cp_id}`, { problem: { problem, limitA, measuredA, since: at.toISOString() } }] as const],
    ),
  );
}

type Told = Extract<StreamEvent, { type: "load.problem" }>["data"];

type Running = z.infer<typeof runningSchema>;

function runningView(session: Running | undefined): Running | null {
  if (!session) return null;
  const { id, energyWh, powerW, cost, startedAt, lastReadingAt } = session;
  return { id, energyWh, powerW, cost, startedAt, lastReadingAt };
}

/** What changed between two boards: whole charge points, and those that went. undefined: nothing. */
interface BoardChange {
  hub?: Board["hub"];
  chargePoints: Board["chargePoints"];
  removed: string[];
}

export function boardChange(before: Board, after: Board): BoardChange | undefined {
  const known = new Map(before.chargePoints.map((each) => [each.cpId, JSON.stringify(each)]));
  const chargePoints = after.chargePoints.filter((each) => known.get(each.cpId) !== JSON.stringify(each));
  const left = new Set(after.chargePoints.map((each) => each.cpId));
  const removed = [...known.keys()].filter((cpId) => !left.has(cpId));
  const hubChanged = JSON.stringify(before.hub) !== JSON.stringify(after.hub);
  if (chargePoints.length === 0 && removed.length === 0 && !hubChanged) return undefined;
  return { ...(hubChanged ? { hub: after.hub } : {}), chargePoints, removed };
}

/** Server-sent events of `GET /v1/sites/{siteId}/live`: the whole board first, then what changed. */
export type BoardMessage = { kind: "board"; board: Board } | ({ kind: "change" } & BoardChange);
