import { join } from "node:path";
import { firstSeq, THINNED } from "../../shared/sync";
import type { Files } from "./files";
import type { JournalEvent } from "./record";
import { encodeRecord } from "./record";
import type { ChainedEvent, Segment } from "./segment";
import { mark, readEvents } from "./segment";

/** End of the name of a journal file that is to replace another. */
export const THIN_SUFFIX = ".thin";

/** Events of one line. */
const PER_RECORD = 64;

/**
 * Writes a full journal file anew beside itself, each run of events that may go as one that stands for them (`THINNED`). Gives the file as it will be; on disk when it resolves.
 */
export async function writeThinned(
  files: Files,
  folder: string,
  segment: Segment,
  mayGo: (event: JournalEvent) => boolean,
): Promise<Segment> {
  const thinner: Segment = { ...segment, bytes: 0, marks: [], thinned: true };
  const file = await files.open(join(folder, segment.name) + THIN_SUFFIX, "create");
  let bytes = 0;
  const write = async (events: readonly ChainedEvent[]) => {
    const text = lineOf(thinner, events, bytes);
    await file.write(text, bytes);
    bytes += text.length;
  };
  try {
    let kept: ChainedEvent[] = [];
    let run: ChainedEvent | null = null;
    for await (const some of readEvents(files, folder, segment, segment.first - 1)) {
      for (const each of some) {
        if (mayGo(each.event)) {
          run = standIn(run, each);
          continue;
        }
        if (run) kept.push(run);
        run = null;
        kept.push(each);
      }
      for (; kept.length >= PER_RECORD; kept = kept.slice(PER_RECORD)) await write(kept.slice(0, PER_RECORD));
    }
    if (run) kept.push(run);
    if (kept.length > 0) await write(kept);
    await file.sync();
  } finally {
    await file.close();
  }
  return { ...thinner, bytes };
}

/** What stands for a run and the event after it. */
function standIn(run: ChainedEvent | null, { event, prev, hash }: ChainedEvent): ChainedEvent {
  const { id, seq, at } = event;
  const from = firstSeq(run?.event ?? event);
  return { event: { id, seq, at, type: THINNED, data: { from, hash } }, prev: run?.prev ?? prev, hash };
}

function lineOf(segment: Segment, events: readonly ChainedEvent[], offset: number): Buffer {
  const first = events[0] as ChainedEvent;
  const last = events.at(-1) as ChainedEvent;
  const batch = firstSeq(first.event);
  const text = `[${events.map(({ event }) => JSON.stringify(event)).join()}]`;
  const entry = { first: batch, last: last.event.seq, prev: first.prev, hash: last.hash, text };
  return Buffer.from(encodeRecord(entry, batch, mark(segment, batch, offset)), "utf8");
}
