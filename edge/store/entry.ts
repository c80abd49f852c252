import { nextHash } from "./record";
import type { Entry, JournalEvent } from "./record";
import type { NewEvent, Stored } from "./types";

/**
 * Numbers, dates and hashes the events of a commit that comes after `head`. What is to be folded is read back from the text that is written, so
 * that a restart folds the very same. Throws a TypeError for what is no JSON.
 */
export function makeEntry<E extends NewEvent>(
  events: E[],
  head: { seq: number; hash: string },
  { now, newId }: { now: () => number; newId: () => string },
): { entry: Entry; stored: Stored<E>[] } {
  const at = new Date(now()).toISOString();
  const first = head.seq + 1;
  const text = JSON.stringify(
    events.map(({ type, data, local }, index) => ({ id: newId(), seq: first + index, at, type, data, local })),
  );
  const stored = JSON.parse(text) as Stored<E>[];
  const hash = stored.reduce<string>((before, event) => nextHash(before, event as JournalEvent), head.hash);
  return { entry: { first, last: first + events.length - 1, prev: head.hash, hash, text }, stored };
}
