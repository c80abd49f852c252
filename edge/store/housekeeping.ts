import type { Low } from "lowdb";
import type { Archives, NumberedLine } from "./archive";
import type { Snapshot, SnapshotAdapter } from "./adapter";
import type { Journal } from "./journal";
import type { Segment } from "./segment";
import { isFull } from "./space";
import type { Domain, NewEvent, Stored } from "./types";

/** How far the pieces are: all three must have an event before its journal file may go. */
type Floor = Pick<Snapshot<unknown>, "seq" | "ackedSeq" | "archivedSeq">;

/** The last event that is in snapshot and archives. */
const keptOf = ({ seq, archivedSeq }: Floor): number => Math.min(seq, archivedSeq);

/** The last event that nobody needs the journal for. */
const floorOf = (floor: Floor): number => Math.min(keptOf(floor), floor.ackedSeq ?? Infinity);

/**
 * A snapshot is due only once the journal has grown by so many times the last snapshot's size, or by so much: a large state must not wear
 * the card out, and a start must not take minutes.
 */
const JOURNAL_PER_SNAPSHOT = 8;
const JOURNAL_BYTES = 32 * 1024 * 1024;

/** Archived in one turn of the event loop: about a millisecond. */
const EVENTS_AT_ONCE = 64;

interface Parts<S, E extends NewEvent> {
  domain: Domain<S, E>;
  journal: Journal;
  archives: Archives;
  low: Low<Snapshot<S> | null>;
  adapter: SnapshotAdapter<S>;
  /** The working state and its place, taken in one step. */
  current: () => { seq: number; hash: string; at: string | null; state: S };
  onDisk: (seq: number) => Promise<void>;
  segmentBytes: number;
  /** What the journal may take before it is thinned. */
  journalBytes: number;
  /** So many after the last acknowledged one may be on their way to the cloud. */
  sentEvents: number;
  snapshotEveryEvents: number;
  /** Of the snapshot that the state was read from. */
  loaded: Floor | null;
  /** The disk is full: this can wait, until `resume`. */
  full: () => void;
  /** Any other I/O error in here is as final as one in the journal. */
  failed: (error: unknown) => void;
}

/**
 * What the store does beside its commits, one step after the other: full journal files into the archives, snapshots, and
 * removing the journal files that nobody needs. Every step can be cut anywhere and is done again at the next start.
 */
export class Housekeeping<S, E extends NewEvent> {
  private readonly parts: Parts<S, E>;
  private ackedSeq: number | null;
  private archivedSeq: number;
  /** The snapshot before the newest: the journal is kept back to it, for the day the newest is damaged. */
  private previous: Floor | null = null;
  private newest: Floor | null;
  private bytesSince = 0;
  private wanted = false;
  private running: Promise<void> | null = null;
  private stopped = false;
  private halted = false;
  private paused = false;

  constructor(parts: Parts<S, E>) {
    this.parts = parts;
    this.newest = parts.loaded;
    this.ackedSeq = parts.loaded?.ackedSeq ?? null;
    this.archivedSeq = parts.loaded?.archivedSeq ?? 0;
  }

  /** A batch of so many bytes is on disk. */
  written(bytes: number): void {
    this.bytesSince += bytes;
    this.look();
  }

  acked(seq: number | null): void {
    // From unpaired to paired: until this is on disk, a restart would take the outbox for something nobody waits for.
    if (this.ackedSeq === null && seq !== null) this.wanted = true;
    this.ackedSeq = seq;
    this.look();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Finishes what is under way and begins nothing more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.idle();
  }

  /** The state is in doubt: none of it goes to the disk any more. */
  halt(): void {
    this.stopped = true;
    this.halted = true;
  }

  /** There is room again. */
  resume(): void {
    this.paused = false;
    this.look();
  }

  /** Writes a snapshot where there is something new since the last. */
  async lastSnapshot(): Promise<void> {
    if (this.parts.current().seq !== this.newest?.seq || this.ackedSeq !== this.newest.ackedSeq) await this.snapshot();
  }

  private look(): void {
    if (this.running || this.stopped || this.paused || !this.somethingToDo()) return;
    this.running = this.run()
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.running = null;
      });
  }

  private failed(error: unknown): void {
    if (!isFull(error)) return this.parts.failed(error);
    this.paused = true;
    this.wanted = true;
    this.parts.full();
  }

  private somethingToDo(): boolean {
    const due = this.unarchived() ?? this.thinnable();
    return due !== undefined || this.snapshotDue() || this.droppable().length > 0;
  }

  private async run(): Promise<void> {
    while (!this.stopped && this.somethingToDo()) {
      const segment = this.unarchived();
      if (segment) await this.archiveSegment(segment);
      else if (this.snapshotDue()) await this.snapshot();
      else if (this.droppable().length > 0) await this.parts.journal.drop(this.droppableSeq());
      else await this.thin(this.thinnable());
    }
  }

  /** The oldest file that the cloud lacks, where the journal takes too much; only what snapshots and archives have. */
  private thinnable(): Segment | undefined {
    const { domain, journal, journalBytes, sentEvents } = this.parts;
    const { ackedSeq, previous } = this;
    if (!domain.mayThin || ackedSeq === null || !previous || journal.bytes <= journalBytes) return undefined;
    const kept = Math.min(keptOf(previous), keptOf(this.now()));
    return journal.sealed().find((each) => !each.thinned && each.first > ackedSeq + sentEvents && each.last <= kept);
  }

  private async thin(segment: Segment | undefined): Promise<void> {
    const { domain, journal } = this.parts;
    if (segment) await journal.thin(segment, (event) => domain.mayThin?.(event as Stored<E>) === true);
  }

  private unarchived(): Segment | undefined {
    return this.parts.journal.sealed().find((segment) => segment.last > this.archivedSeq);
  }

  private droppableSeq(): number {
    return this.previous ? Math.min(floorOf(this.previous), floorOf(this.now())) : 0;
  }

  private droppable(): Segment[] {
    return this.parts.journal.droppable(this.droppableSeq());
  }

  private now(): Floor {
    return { seq: this.parts.journal.end.seq, ackedSeq: this.ackedSeq, archivedSeq: this.archivedSeq };
  }

  private snapshotDue(): boolean {
    if (this.wanted) return true;
    const { journal, adapter, segmentBytes, snapshotEveryEvents } = this.parts;
    // Two more snapshots let go what was archived and acknowledged since: worth it where that is much more than they write.
    const waiting = journal.droppable(floorOf(this.now())).length - this.droppable().length;
    if (waiting >= 2 && waiting * segmentBytes >= 2 * JOURNAL_PER_SNAPSHOT * adapter.bytes) return true;
    const events = journal.end.seq - (this.newest?.seq ?? 0);
    const bytes = Math.min(JOURNAL_PER_SNAPSHOT * adapter.bytes, JOURNAL_BYTES);
    return events >= snapshotEveryEvents && this.bytesSince >= bytes;
  }

  private async archiveSegment(segment: Segment): Promise<void> {
    const { domain, archives, current } = this.parts;
    await archives.appendPieces(this.archiveLines(segment));
    if (this.halted) return;
    this.archivedSeq = segment.last;
    domain.prune(current().state, segment.last);
  }

  /** What of a full journal file belongs into the archives, a little at a time: chargers wait meanwhile. */
  private async *archiveLines(segment: Segment): AsyncGenerator<NumberedLine[]> {
    const { domain, journal, current, onDisk } = this.parts;
    for await (const some of journal.events(segment)) {
      for (let at = 0; at < some.length; at += EVENTS_AT_ONCE) {
        await nextTurn();
        if (this.halted) return;
        const { state, seq } = current();
        const lines = some.slice(at, at + EVENTS_AT_ONCE).flatMap((event) => {
          if (event.seq <= this.archivedSeq) return [];
          return domain.archive(event as Stored<E>, state).map((line) => ({ ...line, seq: event.seq }));
        });
        // The lines may tell of events that are still on their way to the disk: the archive must not know more than the journal.
        await onDisk(seq);
        if (lines.length > 0) yield lines;
      }
    }
  }

  private async snapshot(): Promise<void> {
    const { domain, low, current } = this.parts;
    const { ackedSeq, archivedSeq } = this;
    this.wanted = false;
    this.bytesSince = 0;
    low.data = { version: domain.version, ...current(), ackedSeq, archivedSeq };
    const { seq } = low.data;
    await low.write();
    this.previous = this.newest;
    this.newest = { seq, ackedSeq, archivedSeq };
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
