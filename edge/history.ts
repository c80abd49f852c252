import type { HubEventType } from "../shared/events";
import { AppError } from "../shared/error";
import type { HubEvent } from "../shared/events";
import type { HubState } from "./state/state";
import type { HubStored } from "./state/fold";
import type { OpenStore } from "./store/types";

/** The store with its archives. */
export type HubArchiveStore = OpenStore<HubState, HubEvent>;

/** An event as the archives keep it. */
interface Happened {
  id: string;
  seq: number;
  at: string;
  type: HubEventType;
  data: Record<string, unknown>;
}

const PIECE = 500;

/** The journal after `seq`, oldest first, in pieces; where that is no longer kept, from where it begins. */
export async function* journalAfter(store: Pick<HubArchiveStore, "read">, seq: number): AsyncGenerator<HubStored> {
  for (let last: number | undefined = seq; last !== undefined;) {
    const events = await readAfter(store, last);
    yield* events;
    last = events.at(-1)?.seq;
  }
}

async function readAfter(store: Pick<HubArchiveStore, "read">, seq: number): Promise<HubStored[]> {
  try {
    return (await store.read(seq, PIECE)).events;
  } catch (error) {
    const first = firstKept(error);
    if (first === null || first - 1 <= seq) throw error;
    return (await store.read(first - 1, PIECE)).events;
  }
}

/** Where the journal begins, as `journal_gone` tells; null for another error. */
export function firstKept(error: unknown): number | null {
  const first = error instanceof AppError && error.code === "journal_gone" ? error.details?.firstSeq : undefined;
  return typeof first === "number" ? first : null;
}

/**
 * Visits the events that the archive files of a prefix (`samples`, `status`) do not hold yet, oldest first: those after the newest line that
 * they do hold. At most a journal file or two.
 */
export async function visitUnarchived(
  store: HubArchiveStore,
  prefix: string,
  visit: (event: HubStored) => void,
): Promise<void> {
  const { items } = await store.archive.list(prefix, { limit: 1 });
  const seq = (items[0]?.value as { seq?: number } | undefined)?.seq ?? 0;
  for await (const event of journalAfter(store, seq)) visit(event);
}

/** An archived line as the event that it was made of. */
function happened(id: string, value: unknown): Happened {
  return { id, ...(value as Omit<Happened, "id">) };
}

/** What is asked for of a charge point's history: how it was, or what it and the hub say of its security. */
const historyTypes: Record<"status" | "security", ReadonlySet<HubEventType>> = {
  security: new Set<HubEventType>(["chargePoint.securityEvent"]),
  status: new Set<HubEventType>([
    "connector.status",
    "chargePoint.online",
    "chargePoint.offline",
    "chargePoint.booted",
    "chargePoint.reported",
  ]),
};

interface HistoryQuery {
  limit: number;
  cursor: string | null;
  connectorId?: number | undefined;
  about?: keyof typeof historyTypes;
}

/**
 * What happened to a charge point, newest first, at most `limit`: statuses, connections, boots, reports of uploads and updates; with a
 * `connectorId` the statuses of that connector alone. `cursor` is the id of the last one of the page before; `nextCursor` is null on the last page.
 */
export async function statusHistory(
  store: HubArchiveStore,
  cpId: string,
  { limit, cursor, connectorId, about = "status" }: HistoryQuery,
): Promise<{ events: Happened[]; nextCursor: string | null }> {
  const wanted = (event: { id: string; type: HubEventType; data: unknown }) =>
    historyTypes[about].has(event.type) &&
    (event.data as { cpId?: string }).cpId === cpId &&
    (connectorId === undefined || (event.data as { connectorId?: number }).connectorId === connectorId) &&
    (cursor === null || event.id < cursor);
  const found = new Map<string, Happened>();
  await visitUnarchived(store, "status", ({ id, seq, at, type, data }) => {
    if (wanted({ id, type, data })) found.set(id, { id, seq, at, type, data: { ...data } });
  });
  for (const file of await store.archive.files("status")) {
    if (found.size > limit) break;
    const month = file.slice("status-".length);
    for (const { id, value } of await store.archive.group("status", cpId, { from: month, to: month })) {
      const event = happened(id, value);
      if (wanted(event)) found.set(id, event);
    }
  }
  const sorted = [...found.values()].toSorted((a, b) => (a.id > b.id ? -1 : 1));
  const events = sorted.slice(0, limit);
  return { events, nextCursor: sorted.length > limit ? (events.at(-1)?.id ?? null) : null };
}
