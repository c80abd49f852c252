import { hash } from "node:crypto";
import { chainHash } from "../../shared/sync";
import { LINE_START, seal, unseal } from "./line";
import type { NewEvent, Stored } from "./types";

/** An event of whatever domain, as the journal holds it. */
export type JournalEvent = Stored<NewEvent>;

/** What a commit adds to the journal: the JSON array of its events, their numbers, and the chain hash before and after them. */
export interface Entry {
  first: number;
  last: number;
  prev: string;
  hash: string;
  text: string;
}

/**
 * A line of the journal as read. `batch` is the number of the first event that was written together with it. `prev`, the chain hash before
 * its events, is only there now and then: it would be a fifth of the journal.
 */
export interface JournalRecord {
  batch: number;
  prev?: string;
  events: JournalEvent[];
}

/** SHA-256 of a text's UTF-8, lower-case hex. */
export const sha256 = (text: string): string => hash("sha256", text, "hex");

/** The text of an event without its `local` part, as the journal holds it and the chain hashes it (`chainHash` in shared/sync.ts). */
export function eventText(event: Omit<JournalEvent, "data" | "local">, dataJson: string): string {
  const { id, seq, at, type } = event;
  return `{"id":"${id}","seq":${seq},"at":"${at}","type":${JSON.stringify(type)},"data":${dataJson}}`;
}

/** The chain hash after the event with this text. */
export const linkHash = (prev: string, text: string): string => sha256(`${prev}\n${text}`);

/** The chain hash after this event, see `chainHash` in shared/sync.ts. */
export const nextHash = (prev: string, event: JournalEvent): string => chainHash(prev, event, sha256);

/** The journal's line for a commit that is written in the batch that begins with event `batch`. */
export function encodeRecord(entry: Entry, batch: number, withPrev: boolean): string {
  return seal(`{"batch":${batch},${withPrev ? `"prev":"${entry.prev}",` : ""}"events":${entry.text}}`);
}

/** A record, or undefined where the line is damaged or is not one of ours. */
export function decodeRecord(line: string): JournalRecord | undefined {
  const record = unseal(line) as Partial<JournalRecord> | undefined;
  if (!record || typeof record.batch !== "number" || !record.events?.[0]) return undefined;
  return record as JournalRecord;
}

/**
 * Looks for whole records in what follows a damaged place, also behind bytes that swallowed a line feed. In JSON text a quote is
 * escaped, so the start of a line cannot occur inside one.
 */
export function findRecords(text: string): JournalRecord[] {
  const found: JournalRecord[] = [];
  for (let at = text.indexOf(LINE_START); at >= 0; at = text.indexOf(LINE_START, at + 1)) {
    const end = text.indexOf("\n", at);
    const record = decodeRecord(text.slice(at, end < 0 ? undefined : end));
    if (record) found.push(record);
  }
  return found;
}
