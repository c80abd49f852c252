import { join } from "node:path";
import { AppError } from "../../shared/error";
import { firstSeq, THINNED } from "../../shared/sync";
import { aheadError, damagedError, foreignError, goneError, missingError } from "./errors";
import { codeOf, removeIfPresent } from "./files";
import type { Files, OpenFile } from "./files";
import { encodeRecord } from "./record";
import type { Entry, JournalEvent } from "./record";
import { listSegments, mark, readEvents, readRecords, scanSegment, segmentName } from "./segment";
import type { Segment } from "./segment";
import { THIN_SUFFIX, writeThinned } from "./thin";

interface JournalOptions {
  files: Files;
  folder: string;
  /** A file is full at this size. */
  segmentBytes: number;
}

/** A place in the stream: the last event's number, and the chain hash up to and with it. */
interface Place {
  seq: number;
  hash: string;
}

/**
 * A file is made longer by so much at once. Most batches then change no length, so that their fdatasync need not write the file system's own
 * journal too: measured on ext4 it halves what an SD card has to write for a small commit, and is a fifth faster.
 */
const EXTEND_BYTES = 1024 * 1024;

/** The journal's files: appended to at the end, read anywhere, removed from the front. One writer; calls to `append` never overlap. */
export class Journal {
  private readonly files: Files;
  private readonly folder: string;
  private readonly segments: Segment[];
  private file: OpenFile;
  private readonly extendBytes: number;
  /** Length of the file that is being written, zeros included. */
  private reserved = 0;
  /** How often a file was replaced, and the end of the last time. */
  private swaps = 0;
  private swapping: Promise<void> = Promise.resolve();
  /** The last event that is on disk. */
  end: Place;

  private constructor(options: JournalOptions, segments: Segment[], file: OpenFile, end: Place) {
    const { files, folder, segmentBytes } = options;
    this.extendBytes = Math.min(segmentBytes, EXTEND_BYTES);
    this.files = files;
    this.folder = folder;
    this.segments = segments;
    this.file = file;
    this.end = end;
  }

  /**
   * Opens the journal of a folder, hands out every event after `from` (the snapshot's place) and takes a damaged tail off.
   * What was read is on disk when this resolves, also when the process before was killed between its write and its fsync.
   * Throws AppError `store_damaged` where acknowledged events are damaged or missing, having changed nothing.
   */
  static async open(
    options: JournalOptions,
    from: Place,
    onEvent: (event: JournalEvent) => void,
  ): Promise<{ journal: Journal; cutBytes: number }> {
    const { files, folder } = options;
    const names = await files.list(folder);
    const segments = listSegments(names);
    if (segments.length === 0) return { journal: await Journal.create(options, from), cutBytes: 0 };
    const start = segments.findLastIndex((each) => each.first <= from.seq + 1);
    if (start < 0) throw missingError(from.seq + 1, `the oldest file is ${(segments[0] as Segment).name}`);

    let hash: string | null = null;
    let seq = (segments[start] as Segment).first - 1;
    if (seq === from.seq) hash = from.hash;
    let cutBytes = 0;
    for (const [index, segment] of segments.entries()) {
      if (index >= start && segment.first !== seq + 1) {
        throw missingError(seq + 1, `the next file is ${segment.name}`);
      }
      const file = await files.open(join(folder, segment.name), "read");
      if (index < start) {
        segment.bytes = await file.size().finally(() => file.close());
        continue;
      }
      const scan = await scanSegment(file, segment, hash, (event, after) => {
        if (event.seq === from.seq && after !== from.hash) throw foreignError(from.seq);
        if (event.seq > from.seq) {
          // Only what the snapshot has is ever thinned.
          if (event.type === THINNED) throw missingError(firstSeq(event), "they were thinned");
          onEvent(event);
        }
      }).finally(() => file.close());
      const isLast = index === segments.length - 1;
      if (scan.torn > 0 && !isLast) throw damagedError(segment.name, scan.bytes, scan.seq + 1);
      segment.last = scan.seq;
      segment.bytes = scan.bytes;
      cutBytes = scan.torn;
      seq = scan.seq;
      hash = scan.hash;
    }
    if (seq < from.seq) throw missingError(seq + 1, `the snapshot has them up to ${from.seq}, the journal ends`);

    const active = segments.at(-1) as Segment;
    const file = await files.open(join(folder, active.name), "edit");
    if (cutBytes > 0) await file.truncate(active.bytes as number);
    await file.sync();
    for (const name of names) if (name.endsWith(THIN_SUFFIX)) await files.remove(join(folder, name));
    await files.syncFolder(folder);
    const end = { seq, hash: seq === from.seq ? from.hash : (hash ?? from.hash) };
    return { journal: new Journal(options, segments, file, end), cutBytes };
  }

  private static async create(options: JournalOptions, from: Place): Promise<Journal> {
    const { files, folder } = options;
    if (from.seq > 0) throw missingError(from.seq + 1, "there is no journal file");
    const segment = newSegment(1);
    const file = await files.open(join(folder, segment.name), "create");
    await files.syncFolder(folder);
    return new Journal(options, [segment], file, from);
  }

  private get active(): Segment {
    return this.segments.at(-1) as Segment;
  }

  /** Bytes of the file that is being written, up to the last fsync. */
  get activeBytes(): number {
    return this.active.bytes as number;
  }

  /** Bytes of all files, up to the last fsync. */
  get bytes(): number {
    return this.segments.reduce((bytes, segment) => bytes + (segment.bytes ?? 0), 0);
  }

  /** First event that is still kept. */
  get first(): number {
    return (this.segments[0] as Segment).first;
  }

  /** The files that are full, oldest first. */
  sealed(): readonly Segment[] {
    return this.segments.slice(0, -1);
  }

  /** Appends commits as one batch: one write, one fdatasync. On disk when it resolves; resolves with the bytes written. */
  async append(entries: Entry[]): Promise<number> {
    const { active } = this;
    const at = this.activeBytes;
    const batch = (entries[0] as Entry).first;
    const withPrev = mark(active, batch, at);
    const lines = entries.map((entry, index) => encodeRecord(entry, batch, withPrev && index === 0));
    const bytes = Buffer.from(lines.join(""), "utf8");
    const last = entries.at(-1) as Entry;
    try {
      if (at + bytes.length > this.reserved) {
        this.reserved = Math.ceil((at + bytes.length) / this.extendBytes) * this.extendBytes;
        await this.file.extend(this.reserved);
      }
      await this.file.write(bytes, at);
      await this.file.sync();
    } catch (error) {
      if (withPrev) active.marks.pop();
      // After a failed fsync the page cache may show what is not on disk: take it off, so that no later start believes it.
      this.reserved = at;
      await this.file.truncate(at).catch(() => {
        throw new Error("What was not written could not be taken off again.", { cause: error });
      });
      throw error;
    }
    active.bytes = at + bytes.length;
    active.last = last.last;
    this.end = { seq: last.last, hash: last.hash };
    return bytes.length;
  }

  /** Begins a new file. Between two batches only; where it fails, the old file goes on. */
  async rotate(): Promise<void> {
    await this.file.truncate(this.activeBytes);
    this.reserved = 0;
    const segment = newSegment(this.end.seq + 1);
    const path = join(this.folder, segment.name);
    const file = await this.files.open(path, "create");
    try {
      await this.files.syncFolder(this.folder);
    } catch (error) {
      await file.close();
      // An empty file here, and more events in the old one, would look like damage.
      await this.files.remove(path).catch(() => {
        throw new Error("A journal file that was begun could not be taken back.", { cause: error });
      });
      throw error;
    }
    const full = this.file;
    this.segments.push(segment);
    this.file = file;
    await full.close();
  }

  /** At most `limit` events after `seq` that are on disk, and the chain hash before them. */
  async read(seq: number, limit: number): Promise<{ prev: string; events: JournalEvent[] }> {
    for (;;) {
      await this.swapping;
      const { swaps } = this;
      try {
        const found = await this.collect(seq, limit);
        if (swaps === this.swaps) return found;
      } catch (error) {
        // A file that was replaced meanwhile is not where its marks say.
        if (swaps === this.swaps) throw error;
      }
    }
  }

  private async collect(seq: number, limit: number): Promise<{ prev: string; events: JournalEvent[] }> {
    const end = this.end;
    if (seq > end.seq) throw aheadError(seq, end.seq);
    if (seq === end.seq) return { prev: end.hash, events: [] };
    const events: JournalEvent[] = [];
    let prev: string | null = null;
    for (const segment of this.segments.filter((each) => each.last > seq)) {
      if (segment.first > (events.at(-1)?.seq ?? seq) + 1) break;
      for await (const chained of this.chained(segment, seq)) {
        prev ??= chained[0]?.prev ?? null;
        for (const { event } of chained.slice(0, limit - events.length)) events.push(event);
        if (prev !== null && events.length >= limit) return { prev, events };
      }
    }
    if (prev === null) throw goneError(seq, this.first);
    return { prev, events };
  }

  private async *chained(segment: Segment, seq: number) {
    try {
      yield* readEvents(this.files, this.folder, segment, seq);
    } catch (error) {
      if (codeOf(error) === "ENOENT") throw goneError(seq, this.first);
      throw error;
    }
  }

  /** All events of a full file, oldest first, some at a time. */
  async *events(segment: Segment): AsyncGenerator<JournalEvent[]> {
    const from = { seq: segment.first, offset: 0 };
    for await (const records of readRecords(this.files, this.folder, segment, from)) {
      yield records.flatMap((record) => record.events);
    }
  }

  /** Thins what may go of a full file: see `writeThinned`. Cut anywhere, one of the two files is there, whole. One that turns out to be damaged stays as it is. */
  async thin(segment: Segment, mayGo: (event: JournalEvent) => boolean): Promise<void> {
    const { files, folder } = this;
    const path = join(folder, segment.name);
    const temporary = path + THIN_SUFFIX;
    await removeIfPresent(files, temporary);
    const thinner = await writeThinned(files, folder, segment, mayGo).catch((error: unknown) => {
      // Whoever needs its events will say so; the hub, which does not, must not end for it.
      if (error instanceof AppError && error.code === "store_damaged") return segment;
      throw error;
    });
    segment.thinned = true;
    if ((thinner.bytes ?? 0) >= (segment.bytes ?? 0)) return files.remove(temporary);
    const at = this.segments.indexOf(segment);
    this.swaps += 1;
    this.segments[at] = thinner;
    const renamed = files.rename(temporary, path);
    this.swapping = renamed.catch(() => {});
    await renamed;
    await files.syncFolder(folder);
  }

  /** The full files that hold nothing after `seq`. */
  droppable(seq: number): Segment[] {
    return this.sealed().filter((each) => each.last <= seq);
  }

  /** Removes the full files that hold nothing after `seq`, oldest first. */
  async drop(seq: number): Promise<void> {
    for (const segment of this.droppable(seq)) {
      await this.files.remove(join(this.folder, segment.name));
      this.segments.shift();
      // One at a time, or a power cut could bring back an old one without the one after it.
      await this.files.syncFolder(this.folder);
    }
  }

  async close(): Promise<void> {
    if (this.reserved > this.activeBytes) await this.file.truncate(this.activeBytes);
    await this.file.close();
  }
}

function newSegment(first: number): Segment {
  return { name: segmentName(first), first, last: first - 1, bytes: 0, marks: [] };
}
