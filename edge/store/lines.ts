import type { OpenFile } from "./files";

/** One line of a file: where it begins (bytes), how long it is with its line feed, its text without. */
interface Line {
  offset: number;
  length: number;
  text: string;
  /** False for a last line without line feed. */
  ended: boolean;
}

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/**
 * The lines of a file between two positions, a chunk's worth at a time: memory stays flat however large the file is, and a
 * line does not cost a turn of its own.
 */
export async function* readLines(file: OpenFile, from: number, to: number): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  let position = from;
  while (position < to) {
    // A line longer than a chunk: read as much again as there is, or joining would take quadratic time.
    const chunk = await file.read(position, Math.min(Math.max(CHUNK_BYTES, rest.length), to - position));
    if (chunk.length === 0) break;
    position += chunk.length;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: Line[] = [];
    let start = 0;
    let end = bytes.indexOf(LINE_FEED, rest.length);
    while (end >= 0) {
      lines.push({ offset, length: end + 1 - start, text: bytes.toString("utf8", start, end), ended: true });
      offset += end + 1 - start;
      start = end + 1;
      end = bytes.indexOf(LINE_FEED, start);
    }
    rest = bytes.subarray(start);
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [{ offset, length: rest.length, text: rest.toString("utf8"), ended: false }];
}
