import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Db } from "./database";
import { sql } from "kysely";

/** Something changed: `site` wakes owners' live pages, `feed` wakes the hub's feed, `user` a person's inbox. */
export type Topic = `site:${string}` | `feed:${string}` | `user:${string}`;

const CHANNEL = "hitchpost";

/**
 * How processes wake each other: PostgreSQL's LISTEN and NOTIFY. A wake-up carries no data and may be lost; whoever sleeps looks at the tables again
 * when woken, and at each heart-beat anyway.
 */
export interface Wake {
  /** Calls `listener` when the topic, here or in any other process, changes. Gives the way to stop it. */
  on(topic: Topic, listener: () => void): () => void;
  /** Tells everyone, soon. Called after the commit: a NOTIFY inside the transaction would make all commits wait for one another. */
  tell(...topics: Topic[]): void;
  /** Waits until everything told has gone out. */
  flushed(): Promise<void>;
  stop(): Promise<void>;
}

/** Listens on a connection of its own and comes back by itself when that breaks. `onError` hears of each break. */
export async function startWake(url: string, db: Db, onError: (error: Error) => void): Promise<Wake> {
  const listeners = new Map<Topic, Set<() => void>>();
  const pending = new Set<Topic>();
  const ending = new AbortController();
  let sending: Promise<void> | undefined;
  let client: pg.Client | undefined;

  const wake = (topic: Topic) => listeners.get(topic)?.forEach((listener) => listener());

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true });
    const broken = (error: Error) => {
      if (client !== fresh || ending.signal.aborted) return;
      client = undefined;
      onError(error);
      void reconnect();
    };
    fresh.on("error", broken);
    fresh.on("end", () => broken(new Error("The connection that listens for changes has ended.")));
    fresh.on("notification", ({ payload }) => wake(payload as Topic));
    await fresh.connect();
    await fresh.query(`listen ${CHANNEL}`);
    client = fresh;
    // The process stopped meanwhile.
    if (ending.signal.aborted) await fresh.end();
  }

  async function reconnect(): Promise<void> {
    for (let delay = 100; !ending.signal.aborted; delay = Math.min(delay * 2, 5000)) {
      try {
        await pause(delay, undefined, { signal: ending.signal, ref: false });
        await connect();
        // Whatever was told meanwhile has been missed.
        for (const topic of listeners.keys()) wake(topic);
        return;
      } catch (error) {
        if (!ending.signal.aborted) onError(error as Error);
      }
    }
  }

  /** One statement at a time: what is told while it is under way goes together with the next. */
  async function send(): Promise<void> {
    while (pending.size > 0) {
      const topics = [...pending];
      pending.clear();
      try {
        await sql`select pg_notify(${CHANNEL}, topic) from unnest(${topics}::text[]) as topic`.execute(db);
      } catch (error) {
        onError(error as Error);
      }
    }
    sending = undefined;
  }

  await connect();
  return {
    on(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
      };
    },
    tell(...topics) {
      for (const topic of topics) pending.add(topic);
      sending ??= send();
    },
    async flushed() {
      await sending;
    },
    async stop() {
      ending.abort();
      await sending;
      await client?.end().catch(() => undefined);
    },
  };
}
