import { AppError } from "../shared/error";
import type { HubEvent } from "../shared/events";
import type { Session } from "../shared/session";
import type { ChargingPeriod } from "../shared/tariff";
import { periodsOf } from "../shared/tariff";
import type { HubArchiveStore } from "./history";
import { visitUnarchived } from "./history";

/** A session as the API gives it: without the meter's inner workings, with the charging periods so far or final. */
type ListedSession = Omit<Session, "metering" | "periods"> & { periods: ChargingPeriod[] };

type Metered = Extract<HubEvent, { type: "session.metered" }>["data"];

/** A meter reading of a session: the hub's instant, the register and power it made of it, and every value to the letter. */
type ListedReading = Pick<Metered, "at" | "registerWh" | "powerW" | "samples">;

/** A session for the API. */
export function listed({ metering, periods, ...session }: Session): ListedSession {
  return { ...session, periods: periods ?? periodsOf(metering) };
}

/** Where a session stands in the list: by the month of its start, then by its id, which grows with time. It is the archives' own order. */
function placeOf({ id, startedAt }: { id: string; startedAt: string }): string {
  return `sessions-${startedAt.slice(0, 7)}/${id}`;
}

const cursorPattern = /^sessions-\d{4}-\d{2}\/[0-9a-f-]{36}$/;

/**
 * Sessions, newest first, running ones included; those of the live state and of the archives as one list. Rejects with AppError
 * `bad_cursor` for a cursor that is not one of ours.
 */
export async function listSessions(
  store: HubArchiveStore,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<{ sessions: ListedSession[]; nextCursor: string | null }> {
  if (cursor !== null && !cursorPattern.test(cursor)) {
    throw new AppError("bad_cursor", "This cursor is not one of ours.");
  }
  // The live ones first: a session that moves to the archives meanwhile is then seen twice, never not at all.
  const found = new Map<string, ListedSession>();
  for (const session of await liveSessions(store)) {
    if (cursor === null || placeOf(session) < cursor) found.set(session.id, session);
  }
  const archived = await store.archive.list("sessions", { limit, cursor });
  for (const { id, value } of archived.items) {
    if (!found.has(id)) found.set(id, listed(value as Session));
  }
  const sorted = [...found.values()].toSorted((a, b) => (placeOf(a) > placeOf(b) ? -1 : 1));
  const sessions = sorted.slice(0, limit);
  const last = sessions.at(-1);
  const hasMore = sorted.length > limit || archived.nextCursor !== null;
  return { sessions, nextCursor: hasMore && last ? placeOf(last) : null };
}

function liveSessions(store: HubArchiveStore): Promise<ListedSession[]> {
  return store.commit(({ openSessions, closedSessions }) => {
    const all = [...Object.values(openSessions), ...Object.values(closedSessions)];
    return { reply: all.map(({ session }) => listed(session)), events: [] };
  });
}

/** A session of the live state or the archives, and its starter's secret hash where the live state has it; null: there is none. */
export async function findSession(
  store: HubArchiveStore,
  id: string,
): Promise<{ session: Session; secretHash: string | null } | null> {
  const live = await store.commit(({ openSessions, closedSessions }) => {
    const known = own(openSessions, id) ?? own(closedSessions, id);
    return { reply: known ? { session: known.session, secretHash: known.secretHash } : null, events: [] };
  });
  if (live) return live;
  const archived = await store.archive.get("sessions", id);
  return archived ? { session: archived.value as Session, secretHash: null } : null;
}

/** All meter readings of a session, oldest first. */
export async function readingsOf(store: HubArchiveStore, session: Session): Promise<ListedReading[]> {
  const readings = new Map<string, Metered>();
  // A charger whose clock is off may have begun in any month.
  const months = session.flags.includes("clock") ? {} : { from: session.startedAt.slice(0, 7) };
  for (const { id, value } of await store.archive.group("samples", session.id, months)) {
    readings.set(id, (value as { data: Metered }).data);
  }
  await visitUnarchived(store, "samples", (event) => {
    if (event.type === "session.metered" && event.data.id === session.id) readings.set(event.id, event.data);
  });
  return [...readings.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { at, registerWh, powerW, samples }]) => ({ at, registerWh, powerW, samples }));
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
