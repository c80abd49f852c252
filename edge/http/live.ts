import type { ConnectorView, HubPageView, LiveMessage } from "../../shared/hub-page";
import type { Clock } from "../clock";
import type { HubStore } from "../state/domain";
import { pageView } from "./view";
import type { Place } from "./view";

/** An idle stream says something so often, so that both sides notice a dead line; ms. */
const KEEP_ALIVE_MS = 15_000;

/** What the page shows. */
interface Shown {
  store: HubStore;
  clock: Clock;
  /** Seconds. */
  sampleInterval: number;
}

/** What is needed of a stream of server-sent events. */
export interface LiveStream {
  readonly aborted: boolean;
  onAbort(listener: () => void): void;
  write(text: string): Promise<unknown>;
  writeSSE(message: { id: string; data: string }): Promise<void>;
}

/** The page's view once everything in it is on disk: what a page has seen, no power cut takes back. */
export function readView({ store, clock, sampleInterval }: Shown, place: Place): Promise<HubPageView> {
  return store.commit((state) => {
    return { reply: { ...pageView(state, place, clock.now(), store.head.seq), sampleInterval }, events: [] };
  });
}

/**
 * What a page that has `before` must be told to have `after`; null: nothing. Where no more than the connector has changed, only those of its fields
 * that did.
 */
export function changeOf(before: HubPageView, after: HubPageView): LiveMessage | null {
  const old = before.connector;
  const connector = after.connector;
  if (!old || !connector || !isSame(elsewhere(before), elsewhere(after))) {
    return isSame({ ...before, ...untimed }, { ...after, ...untimed }) ? null : { kind: "view", view: after };
  }
  const keys = (Object.keys(connector) as (keyof ConnectorView)[]).filter((key) => !isSame(old[key], connector[key]));
  if (keys.length === 0) return null;
  const changed = Object.fromEntries(keys.map((key) => [key, connector[key]])) as Partial<ConnectorView>;
  return { kind: "change", position: after.position, now: after.now, connector: changed };
}

const untimed = { position: 0, now: "" };

/** All but the connector: the page makes that one's line in the list from the connector itself. */
function elsewhere({ site, connectors, connector }: HubPageView): unknown {
  const others = connectors.filter(
    ({ cpId, connectorId }) => cpId !== connector?.cpId || connectorId !== connector.connectorId,
  );
  return { site, others };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Feeds a stream until it ends: the whole view first, then what changes. A slow reader misses steps in between, never the newest state, and
 * nothing piles up for it.
 */
export async function follow(hub: Shown, place: Place, stream: LiveStream): Promise<void> {
  const { store, clock } = hub;
  let isDirty = true;
  let wake: (() => void) | null = null;
  let last: HubPageView | null = null;
  const unsubscribe = store.subscribe(() => {
    isDirty = true;
    wake?.();
  });
  stream.onAbort(() => wake?.());
  try {
    while (!stream.aborted) {
      if (!isDirty) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(KEEP_ALIVE_MS, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      if (stream.aborted) return;
      if (isDirty) {
        isDirty = false;
        const view = await readView(hub, place);
        const message: LiveMessage | null = last ? changeOf(last, view) : { kind: "view", view };
        last = view;
        if (message) await stream.writeSSE({ id: String(view.position), data: JSON.stringify(message) });
      } else {
        await stream.write(": alive\n\n");
      }
    }
  } finally {
    unsubscribe();
  }
}
