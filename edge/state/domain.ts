import type { HubEvent } from "../../shared/events";
import { follow } from "../booking/follow";
import type { ArchiveLine, Domain, Store } from "../store/types";
import type { HubStored } from "./fold";
import { fold } from "./fold";
import type { HubState } from "./state";
import { unindex, withIndexes } from "./sessions";
import { initialState } from "./state";

export type HubStore = Store<HubState, HubEvent>;

/** What the store needs to know of the hub: fold, archives, prune, migrations of the snapshot. */
export const hubDomain: Domain<HubState, HubEvent> = {
  version: 2,
  initial: initialState,
  fold,
  follow,
  archive,
  mayThin,
  prune,
  migrate: (version, state) => {
    if (version === 1) return withIndexes({ ...initialState(), ...(state as Partial<HubState>) });
    throw new Error(
      `A snapshot of version ${version} is not known to this program: use the version of hitchpost that wrote it.`,
    );
  },
};

/** Ended sessions stay this many deep in the live state, so that a repeated StopTransaction finds its session. */
const RECENT_SESSIONS = 100;

/**
 * Files by month: `sessions-2026-11` (whole sessions by the month of their start, by session id; a correction is a later line),
 * `samples-2026-11` (meter readings, found by session, or by charge point
 * where there is none) and `status-2026-11` (connector, charge point and security history, found by charge point) by the month of the event.
 */
function archive(event: HubStored, state: Readonly<HubState>): ArchiveLine[] {
  const month = event.at.slice(0, 7);
  switch (event.type) {
    case "session.ended": {
      const session = state.closedSessions[event.data.id]?.session;
      return session ? [{ file: `sessions-${session.startedAt.slice(0, 7)}`, id: session.id, value: session }] : [];
    }
    case "session.metered":
      return [line(`samples-${month}`, event, event.data.id ?? event.data.cpId)];
    case "connector.status":
    case "chargePoint.online":
    case "chargePoint.offline":
    case "chargePoint.booted":
    case "chargePoint.reported":
    case "chargePoint.securityEvent":
    case "transaction.orphaned":
      return [line(`status-${month}`, event, event.data.cpId)];
    default:
      return [];
  }
}

/**
 * Meter samples that nobody bills by: a session's start and end stay, with its charging periods, and so do readings that the meter has signed (format `SignedData`, OCPP 1.6
 * section 7.40), which are the driver's proof.
 */
function mayThin({ type, data }: HubStored): boolean {
  if (type !== "session.metered") return false;
  return !data.samples.some(({ values }) => values.some(({ format }) => format === "SignedData"));
}

function line(file: string, event: HubStored, group: string): ArchiveLine {
  const { id, seq, at, type, data } = event;
  return { file, id, group, value: { seq, at, type, data } };
}

/** Ended sessions that the archives hold now leave the live state, but for the most recent. */
function prune(state: HubState, seq: number): void {
  const archived = Object.entries(state.closedSessions).filter(([, closed]) => closed.seq <= seq);
  archived.sort(([, a], [, b]) => b.seq - a.seq);
  for (const [id, { session }] of archived.slice(RECENT_SESSIONS)) {
    unindex(state, session);
    delete state.closedSessions[id];
  }
}
