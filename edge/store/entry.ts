import { eventText, linkHash } from "./record";
import { plain } from "./plain";
import type { Entry } from "./record";
import type { NewEvent, Stored } from "./types";

/**
 * Numbers, dates and hashes the events of a commit that comes after `head`. What is to be folded is what would be read back from the text that
 * is written, so that a restart folds the very same. Each event becomes JSON once: the same text is hashed and written. Throws a TypeError for
 * what is no JSON.
 */
export function makeEntry<E extends NewEvent>(
  events: E[],
  head: { seq: number; hash: string },
  { now, newId }: { now: () => number; newId: () => string },
): { entry: Entry; stored: Stored<E>[] } {
  const at = new Date(now()).toISOString();
  const first = head.seq + 1;
  let hash = head.hash;
  const texts: string[] = [];
  const stored: Stored<E>[] = [];
  for (const [index, { type, data, local }] of events.entries()) {
    const dataJson = json(data);
    const event = { id: newId(), seq: first + index, at, type, data: plain(data) };
    const text = eventText(event, dataJson);
    hash = linkHash(hash, text);
    texts.push(local === undefined ? text : `${text.slice(0, -1)},"local":${json(local)}}`);
    stored.push((local === undefined ? event : { ...event, local: plain(local) }) as unknown as Stored<E>);
  }
  const entry = { first, last: head.seq + events.length, prev: head.hash, hash, text: `[${texts.join()}]` };
  return { entry, stored };
}

function json(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`An event cannot hold ${typeof value}.`);
  return text;
}
