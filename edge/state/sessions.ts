import { normaliseIdTag } from "../../shared/ocpp";
import type { HubEvent } from "../../shared/events";
import type { Session } from "../../shared/session";
import { meterSession } from "../../shared/session";
import type { ClosedSession, HubState, OpenSession } from "./state";

type Metered = Extract<HubEvent, { type: "session.metered" }>["data"];

/** A running session after a meter reading. */
export function meterOpen(open: OpenSession, data: Metered): OpenSession {
  return {
    ...open,
    session: meterSession(open.session, data),
    suspicious: open.suspicious || data.suspicious === true,
  };
}

/** The running sessions of a charge point, in the order of their start. */
export function openOf(state: Readonly<HubState>, cpId: string): OpenSession[] {
  return (own(state.sessionsOf, cpId)?.open ?? []).flatMap((id) => state.openSessions[id] ?? []);
}

/** Its sessions that ended lately. */
export function closedOf(state: Readonly<HubState>, cpId: string): ClosedSession[] {
  return (own(state.sessionsOf, cpId)?.closed ?? []).flatMap((id) => state.closedSessions[id] ?? []);
}

/** The running session on a connector, if any. */
export function openOn(state: Readonly<HubState>, cpId: string, connectorId: number): OpenSession | null {
  return openOf(state, cpId).findLast(({ session }) => session.connectorId === connectorId) ?? null;
}

/** The running session of a transaction. A transaction id alone proves nothing: it must be this charge point's. */
export function openTransaction(state: Readonly<HubState>, cpId: string, transactionId: number): OpenSession | null {
  const open = state.openSessions[state.byTransaction[transactionId] ?? ""];
  return open?.session.cpId === cpId ? open : null;
}

/** The same among those that ended lately. */
export function closedTransaction(
  state: Readonly<HubState>,
  cpId: string,
  transactionId: number,
): ClosedSession | null {
  const closed = state.closedSessions[state.byTransaction[transactionId] ?? ""];
  return closed?.session.cpId === cpId ? closed : null;
}

/** What tells one StartTransaction from another when its message id is of no help. */
interface StartContent {
  cpId: string;
  connectorId: number;
  idTag: string;
  /** The charger's own text. */
  chargerTime: string | null;
  meterStart: number;
  /** Whether that time can be believed: many chargers start each session in 1970 with a register of 0. */
  credible: boolean;
}

/** The session that this very StartTransaction has made before, running or ended, or null. */
export function repeatedStart(state: Readonly<HubState>, start: StartContent): OpenSession | null {
  const same = ({ session, chargerTime }: OpenSession) =>
    session.meterStart === start.meterStart &&
    session.connectorId === start.connectorId &&
    session.transactionId !== null &&
    chargerTime === start.chargerTime &&
    session.cpId === start.cpId &&
    normaliseIdTag(session.idTag) === normaliseIdTag(start.idTag);
  const sessions = own(state.sessionsOf, start.cpId);
  const found = findIn(state.openSessions, sessions?.open ?? [], same);
  if (found || !start.credible) return found;
  return findIn(state.closedSessions, sessions?.closed ?? [], same);
}

/** The first that fits. A charger may have hundreds that have ended, and each start asks: no list is made of them. */
function findIn<T>(
  sessions: Readonly<Record<string, T>>,
  ids: readonly string[],
  fits: (each: T) => boolean,
): T | null {
  for (const id of ids) {
    const each = sessions[id];
    if (each && fits(each)) return each;
  }
  return null;
}

/** Whether a transaction id is free in the live state. */
export function isUnused(state: Readonly<HubState>, transactionId: number): boolean {
  return state.byTransaction[transactionId] === undefined;
}

type Indexed = Pick<Session, "id" | "cpId" | "transactionId">;

/** Enters a session that has begun. */
export function indexOpen(state: HubState, { id, cpId, transactionId }: Indexed): void {
  const sessions = own(state.sessionsOf, cpId) ?? { open: [], closed: [] };
  state.sessionsOf[cpId] = { ...sessions, open: [...sessions.open, id] };
  if (transactionId !== null) state.byTransaction[transactionId] = id;
}

/** Moves a session that ran to those that ended. */
export function indexClosed(state: HubState, { id, cpId }: Indexed): void {
  const { open, closed } = own(state.sessionsOf, cpId) ?? { open: [], closed: [] };
  state.sessionsOf[cpId] = { open: open.filter((each) => each !== id), closed: [...closed, id] };
}

/** Takes out a session that leaves the live state. */
export function unindex(state: HubState, { id, cpId, transactionId }: Indexed): void {
  const { open, closed } = own(state.sessionsOf, cpId) ?? { open: [], closed: [] };
  const left = { open, closed: closed.filter((each) => each !== id) };
  if (left.open.length + left.closed.length > 0) state.sessionsOf[cpId] = left;
  else delete state.sessionsOf[cpId];
  if (transactionId !== null && state.byTransaction[transactionId] === id) delete state.byTransaction[transactionId];
}

/** A state that was written before there were indexes. */
export function withIndexes(state: HubState): HubState {
  for (const { session } of Object.values(state.openSessions)) indexOpen(state, session);
  for (const { session } of Object.values(state.closedSessions)) {
    indexOpen(state, session);
    indexClosed(state, session);
  }
  return state;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
