import type { AppError } from "../../shared/error";
import { BATCH_EVENTS } from "../../shared/sync";
import { Archives } from "./archive";
import { makeEntry } from "./entry";
import { aheadError, fullError, unavailableError } from "./errors";
import { nodeFiles } from "./files";
import type { Files } from "./files";
import { GroupCommit } from "./group-commit";
import { Housekeeping } from "./housekeeping";
import type { Journal } from "./journal";
import { load, SEGMENT_BYTES } from "./load";
import type { Loaded } from "./load";
import { lockFolder } from "./lock";
import type { Unlock } from "./lock";
import type { StoreLog, StoreOptions } from "./options";
import { forgetRestored } from "./restored";
import { isFull, Space } from "./space";
import type { Archive, Decision, NewEvent, OpenReport, OpenStore, Stored } from "./types";

export type { StoreLog, StoreOptions } from "./options";

const SNAPSHOT_EVERY_EVENTS = 10_000;
const RESERVE_BYTES = 8 * 1024 * 1024;
const JOURNAL_BYTES = 2 * 1024 * 1024 * 1024;
const silent: StoreLog = { info() {}, warn() {}, error() {} };

/**
 * Opens the event store of a folder: takes its lock, reads the newest whole snapshot, folds the journal after it.
 * Throws AppError `store_locked` (another process has it), `store_damaged` (acknowledged events are damaged or missing),
 * `store_newer` (written by a newer program); then nothing was changed.
 */
export async function openStore<S, E extends NewEvent>(options: StoreOptions<S, E>): Promise<OpenStore<S, E>> {
  const { folder, files = nodeFiles, lock = lockFolder } = options;
  await files.makeFolder(folder);
  const unlock = await lock(folder);
  try {
    return await JournalStore.open(options, files, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

class JournalStore<S, E extends NewEvent> implements OpenStore<S, E> {
  private readonly options: StoreOptions<S, E>;
  private readonly files: Files;
  private readonly log: StoreLog;
  private readonly working: S;
  private readonly journal: Journal;
  private readonly group: GroupCommit;
  private readonly housekeeping: Housekeeping<S, E>;
  private readonly space: Space;
  private readonly unlock: Unlock;
  private readonly listeners = new Set<(events: Stored<E>[]) => void>();
  private failure: AppError | null = null;
  private closing: Promise<void> | null = null;
  private deciding = false;
  private lastAt: string | null;
  head: { seq: number; hash: string };
  readonly archive: Archive;
  readonly report: OpenReport;

  static async open<S, E extends NewEvent>(
    options: StoreOptions<S, E>,
    files: Files,
    unlock: Unlock,
  ): Promise<JournalStore<S, E>> {
    const loaded: Loaded<S> = await load(options, files, (seq): Promise<void> => store.onDisk(seq));
    const store: JournalStore<S, E> = new JournalStore<S, E>(options, files, unlock, loaded);
    await store.space.prepare();
    store.tellOpen();
    return store;
  }

  private constructor(options: StoreOptions<S, E>, files: Files, unlock: Unlock, loaded: Loaded<S>) {
    const { segmentBytes = SEGMENT_BYTES, snapshotEveryEvents = SNAPSHOT_EVERY_EVENTS } = options;
    const { reserveBytes = RESERVE_BYTES, journalBytes = JOURNAL_BYTES, sentEvents = BATCH_EVENTS } = options;
    const { adapter, low, journal } = loaded;
    this.options = options;
    this.log = options.log ?? silent;
    this.files = files;
    this.unlock = unlock;
    this.working = loaded.state;
    this.journal = journal;
    this.report = loaded.report;
    this.lastAt = loaded.report.lastAt;
    this.head = journal.end;
    const archives = new Archives(files, options.folder);
    this.archive = archives;
    this.space = new Space({
      files,
      folder: options.folder,
      reserveBytes,
      tell: (full) => this.tellFull(full),
    });
    this.housekeeping = new Housekeeping<S, E>({
      domain: options.domain,
      journal,
      archives,
      adapter,
      low,
      current: () => ({ ...this.head, at: this.lastAt, state: this.working }),
      onDisk: (seq) => this.onDisk(seq),
      segmentBytes,
      journalBytes,
      sentEvents,
      snapshotEveryEvents,
      loaded: low.data,
      full: () => this.space.short(),
      failed: (error) => void this.fail("Keeping the data folder in order failed.", error),
    });
    this.group = new GroupCommit({
      write: async (entries) => {
        const bytes = await this.space.guard(async () => {
          if (journal.activeBytes >= segmentBytes && !this.full) await journal.rotate();
          return journal.append(entries);
        });
        this.housekeeping.written(bytes);
      },
      written: (events) => this.publish(events as Stored<E>[]),
      failed: (error) => this.fail("Writing the journal failed.", error),
    });
  }

  get state(): Readonly<S> {
    return this.working;
  }

  get full(): boolean {
    return this.space.state !== "ok";
  }

  checkSpace(): Promise<void> {
    return this.space.check();
  }

  commit<R>(decide: (state: Readonly<S>) => Decision<R, E>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.failure) throw this.failure;
      if (this.closing) throw unavailableError("The store is closed.");
      const { reply, events } = this.decide(decide);
      const settle = () => resolve(reply);
      if (events.length > 0 && this.space.state === "exhausted") throw fullError();
      if (events.length > 0) this.append(events, settle, reject);
      else if (this.journal.end.seq === this.head.seq) settle();
      else this.group.add({ entry: null, events: [], settle, reject });
    });
  }

  private decide<R>(decide: (state: Readonly<S>) => Decision<R, E>): Decision<R, E> {
    if (this.deciding) throw new Error("A decision must not commit: it gives its events to the commit it is part of.");
    this.deciding = true;
    try {
      const { reply, events } = decide(this.working);
      const { domain, now } = this.options;
      const also = events.length > 0 ? (domain.follow?.(this.working, events, now()) ?? []) : [];
      return { reply, events: also.length > 0 ? [...events, ...also] : events };
    } finally {
      this.deciding = false;
    }
  }

  private append(events: E[], settle: () => void, reject: (error: Error) => void): void {
    const { domain } = this.options;
    const { entry, stored } = makeEntry(events, this.head, this.options);
    try {
      for (const event of stored) domain.fold(this.working, event);
    } catch (error) {
      throw this.fail("Folding an event failed, so the state in memory is in doubt.", error);
    }
    this.head = { seq: entry.last, hash: entry.hash };
    this.lastAt = stored.at(-1)?.at ?? this.lastAt;
    this.group.add({ entry, events: stored, settle, reject });
  }

  subscribe(listener: (events: Stored<E>[]) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private publish(events: Stored<E>[]): void {
    for (const listener of this.listeners) {
      try {
        listener(events);
      } catch (error) {
        this.log.error({ err: error, seq: events[0]?.seq }, "a subscriber of the store failed");
      }
    }
  }

  async read(seq: number, limit: number): Promise<{ prev: string; events: Stored<E>[] }> {
    const { prev, events } = await this.journal.read(seq, limit);
    return { prev, events: events as Stored<E>[] };
  }

  setAcked(seq: number | null): void {
    if (seq !== null && seq > this.journal.end.seq) throw aheadError(seq, this.journal.end.seq);
    this.housekeeping.acked(seq);
  }

  async confirmRestored(): Promise<void> {
    await forgetRestored(this.files, this.options.folder);
    this.report.restoredAt = null;
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    try {
      await this.group.idle();
      await this.housekeeping.stop();
      if (!this.failure) await this.lastSnapshot();
      await this.journal.close();
    } finally {
      await this.unlock();
    }
  }

  private async lastSnapshot(): Promise<void> {
    try {
      await this.housekeeping.lastSnapshot();
    } catch (error) {
      // It only would have made the next start quicker.
      if (!isFull(error)) throw error;
    }
  }

  private tellFull(full: boolean): void {
    if (full) this.log.warn({ folder: this.options.folder }, "the disk is full");
    else this.log.info({ folder: this.options.folder }, "the disk has room again");
    if (!full) this.housekeeping.resume();
    this.options.onFull?.(full);
  }

  /** Resolves when everything up to an event is on disk. */
  private onDisk(seq: number): Promise<void> {
    if (this.journal.end.seq >= seq) return Promise.resolve();
    return new Promise((settle, reject) => this.group.add({ entry: null, events: [], settle, reject }));
  }

  /** From here on nothing is promised. Told once. */
  private fail(message: string, cause: unknown): AppError {
    if (this.failure) return this.failure;
    const error = unavailableError(message, cause);
    this.failure = error;
    this.housekeeping.halt();
    this.log.error({ err: cause }, message);
    this.options.onFatal(error);
    return error;
  }

  private tellOpen(): void {
    const { report } = this;
    if (report.cutBytes > 0)
      this.log.warn({ bytes: report.cutBytes }, "took a write off the journal that was never finished");
    for (const sentence of report.damagedSnapshots) this.log.warn({}, sentence);
    this.log.info({ ...report, seq: this.head.seq }, "the store is open");
  }
}
