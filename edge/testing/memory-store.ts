import { v7 } from "uuid";
import type { HubEvent } from "../../shared/events";
import { follow } from "../booking/follow";
import type { HubStore } from "../state/domain";
import type { HubStored } from "../state/fold";
import { fold } from "../state/fold";
import { initialState } from "../state/state";

export interface MemoryStore extends HubStore {
  readonly events: HubStored[];
  /** What the next commits reject with; null: they succeed. */
  failure: Error | null;
  /** Commits wait for this before they settle, like an fsync that takes its time. */
  fsync: () => Promise<void>;
}

/** A store that forgets everything with its process: the fold is the real one. */
export function memoryStore(now: () => number): MemoryStore {
  const state = initialState();
  const events: HubStored[] = [];
  const listeners = new Set<(events: HubStored[]) => void>();
  const store: MemoryStore = {
    state,
    events,
    failure: null,
    fsync: () => Promise.resolve(),
    head: { seq: 0, hash: "0".repeat(64) },
    async commit(decide) {
      if (store.failure) throw store.failure;
      const { reply, events: decided } = decide(state);
      const made = decided.length > 0 ? [...decided, ...follow(state, decided, now())] : decided;
      const stored = made.map((event, index) => stamp(event, events.length + index + 1));
      for (const event of stored) {
        fold(state, event);
        events.push(event);
      }
      await store.fsync();
      if (stored.length > 0) for (const listener of listeners) listener(stored);
      return reply;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: (seq, limit) => Promise.resolve({ prev: "0".repeat(64), events: events.slice(seq, seq + limit) }),
    setAcked: () => {},
    close: () => Promise.resolve(),
  };
  return store;

  function stamp(event: HubEvent, seq: number): HubStored {
    const at = new Date(now()).toISOString();
    return { ...(structuredClone(event) as HubEvent), id: v7(), seq, at } as HubStored;
  }
}
