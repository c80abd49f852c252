import { join } from "node:path";
import { damagedError } from "./errors";
import type { Files, OpenFile } from "./files";
import { readLines } from "./lines";
import type { JournalEvent, JournalRecord } from "./record";
import { firstSeq } from "../../shared/sync";
import { decodeRecord, findRecords, nextHash } from "./record";

/** A journal file `journal-<first>.log` holds the events from `first` up to the next file's first. */
export interface Segment {
  name: string;
  first: number;
  /** Last event that is on disk; `first - 1` while there is none. */
  last: number;
  /** Length that is on disk. For a segment that has not been read since the start: null. */
  bytes: number | null;
  /** Some records that carry the chain hash before them, ascending, so that reading need not start at the beginning. */
  marks: Mark[];
  /** Nothing in it is left to be thinned. */
  thinned?: boolean;
}

interface Mark {
  seq: number;
  offset: number;
}

/** A mark at most each so many bytes. */
const MARK_BYTES = 64 * 1024;

export function segmentName(first: number): string {
  return `journal-${first}.log`;
}

/** The segments among the names of a folder, oldest first, each up to the next one's first event. */
export function listSegments(names: string[]): Segment[] {
  const firsts = names.flatMap((name) => {
    const match = /^journal-([1-9]\d{0,15})\.log$/.exec(name);
    return match ? [Number(match[1])] : [];
  });
  firsts.sort((a, b) => a - b);
  return firsts.map((first, index) => ({
    name: segmentName(first),
    first,
    last: (firsts[index + 1] ?? first) - 1,
    bytes: null,
    marks: [],
  }));
}

/** Remembers where a record begins, unless one nearby is known; gives whether it did. The first record of a file always is. */
export function mark(segment: Segment, seq: number, offset: number): boolean {
  const known = segment.marks.at(-1);
  if (known && offset < known.offset + MARK_BYTES) return false;
  segment.marks.push({ seq, offset });
  return true;
}

interface Scan {
  /** Number and chain hash of the last whole event. */
  seq: number;
  hash: string;
  /** Length of the whole records. */
  bytes: number;
  /** Bytes after them, but for the zeros of a file made long in advance: a write that was cut, and never acknowledged. */
  torn: number;
}

/**
 * Reads a segment from its beginning, checks every record against the chain, and hands out its events in order.
 * `before` is the chain hash before the segment, null where nobody knows it yet. A damaged end is reported in `torn`; it is told
 * from damage in the middle by what follows it: a record of a later batch is written only after the fsync of the one before.
 */
export async function scanSegment(
  file: OpenFile,
  segment: Segment,
  before: string | null,
  onEvent: (event: JournalEvent, hash: string) => void,
): Promise<Scan> {
  const size = await file.size();
  const place = { seq: segment.first - 1, hash: before ?? "" };
  let known = before !== null;
  let bytes = 0;
  for await (const lines of readLines(file, 0, size)) {
    for (const line of lines) {
      const record = line.ended ? decodeRecord(line.text) : undefined;
      if (!record) {
        const rest = await file.read(line.offset, size - line.offset);
        const goesOn = findRecords(rest.toString("utf8")).some((later) => later.batch > place.seq + 1);
        if (goesOn) throw damagedError(segment.name, line.offset, place.seq + 1);
        return { ...place, bytes, torn: rest.findLastIndex((byte) => byte !== 0) + 1 };
      }
      advance(segment, place, record, line.offset, known, onEvent);
      known = true;
      bytes = line.offset + line.length;
    }
  }
  return { ...place, bytes, torn: 0 };
}

/** Takes `place` over a record, which has to be the next one. `known`: the chain hash at `place` is; otherwise the record has to bring it. */
function advance(
  segment: Segment,
  place: { seq: number; hash: string },
  record: JournalRecord,
  offset: number,
  known: boolean,
  onEvent: (event: JournalEvent, hash: string, prev: string) => void,
): void {
  const { prev } = record;
  const chained = prev === undefined ? known : !known || prev === place.hash;
  if (!chained) throw damagedError(segment.name, offset, place.seq + 1);
  if (prev !== undefined) mark(segment, place.seq + 1, offset);
  place.hash = prev ?? place.hash;
  for (const event of record.events) {
    if (firstSeq(event) !== place.seq + 1) throw damagedError(segment.name, offset, place.seq + 1);
    const before = place.hash;
    place.hash = nextHash(before, event);
    place.seq = event.seq;
    onEvent(event, place.hash, before);
  }
}

/** The records of a segment from a place on, as far as they are on disk, without a look at the chain. Damage is an error. */
export async function* readRecords(
  files: Files,
  folder: string,
  segment: Segment,
  from: { seq: number; offset: number },
): AsyncGenerator<(JournalRecord & { offset: number })[]> {
  const file = await files.open(join(folder, segment.name), "read");
  try {
    let seq = from.seq;
    for await (const lines of readLines(file, from.offset, segment.bytes ?? (await file.size()))) {
      yield lines.map((line) => {
        const record = decodeRecord(line.text);
        if (!record) throw damagedError(segment.name, line.offset, seq);
        seq = (record.events.at(-1)?.seq ?? seq) + 1;
        return { ...record, offset: line.offset };
      });
    }
  } finally {
    await file.close();
  }
}

/** An event and the chain hash before and after it. */
export interface ChainedEvent {
  event: JournalEvent;
  prev: string;
  hash: string;
}

/** The events of a segment after `seq`, as far as they are on disk, some at a time. Damage is an error. */
export async function* readEvents(
  files: Files,
  folder: string,
  segment: Segment,
  seq: number,
): AsyncGenerator<ChainedEvent[]> {
  const from = segment.marks.findLast((each) => each.seq <= seq + 1) ?? { seq: segment.first, offset: 0 };
  const place = { seq: from.seq - 1, hash: "" };
  let known = false;
  for await (const records of readRecords(files, folder, segment, from)) {
    const found: ChainedEvent[] = [];
    for (const record of records) {
      advance(segment, place, record, record.offset, known, (event, hash, prev) => {
        if (event.seq > seq) found.push({ event, prev, hash });
      });
      known = true;
    }
    yield found;
  }
}
