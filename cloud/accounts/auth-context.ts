import type { AsyncLocalStorage } from "node:async_hooks";
import {
  getCurrentAuthContextAsyncLocalStorage,
  getCurrentDBAdapterAsyncLocalStorage,
  getRequestStateAsyncLocalStorage,
} from "@better-auth/core/context";

/**
 * better-auth keeps what belongs to each of its calls in three AsyncLocalStorages. In Node 20 and 22 a storage that was used once makes every promise of the process dearer from then on: half of
 * the processor time of a refused booking, which never asks better-auth. So each storage rests while no call is under way; the next call wakes it. Imported for that, before better-auth is used.
 */
for (const storage of await Promise.all([
  getCurrentAuthContextAsyncLocalStorage(),
  getCurrentDBAdapterAsyncLocalStorage(),
  getRequestStateAsyncLocalStorage(),
])) {
  restBetweenRuns(storage as Storage);
}

type Storage = Pick<AsyncLocalStorage<unknown>, "run" | "disable">;

/** Makes a storage, whose runs are asynchronous, rest (`disable`) whenever the last run under way is over. A second time changes nothing. */
export function restBetweenRuns(storage: Storage): void {
  if (Object.hasOwn(storage, "run")) return;
  const run = storage.run.bind(storage);
  let underWay = 0;
  const over = () => {
    underWay -= 1;
    if (underWay === 0) storage.disable();
  };
  const counted = (store: unknown, callback: () => unknown): Promise<unknown> => {
    underWay += 1;
    const result = run(store, async () => callback());
    result.then(over, over);
    return result;
  };
  Object.assign(storage, { run: counted });
}
