/**
 * The shape of the hub's event store, free of what the events mean.
 * State = fold(events). A commit decides, folds and appends in one synchronous step and settles after the fsync.
 */

/**
 * An event as a handler makes it; what it holds is what its JSON holds (no undefined, no Date). `local` stays on the hub: it is in the
 * journal but never in the chain hash nor sent to the cloud.
 */
export interface NewEvent {
  type: string;
  data: unknown;
  local?: unknown;
}

/** An event as the journal holds it. `id` is a UUIDv7, `seq` counts from 1 without holes, `at` is the hub's clock, ISO 8601 UTC. */
export type Stored<E extends NewEvent> = E & { id: string; seq: number; at: string };

/**
 * What a decision gives: what to answer and what has happened. No events: nothing is written, and the reply is given as soon as all
 * that the decision saw is on disk (at once, when nothing is under way), since it may repeat what an earlier commit is about to promise.
 */
export interface Decision<R, E extends NewEvent> {
  reply: R;
  events: E[];
}

/**
 * A line for an append-only archive file. `file` is a prefix and a month, such as `sessions-2026-11`. Lines are de-duplicated by `id`: of
 * several with one id in one file the last one counts. Pages are in the order of `id`, so an id should grow with time (UUIDv7).
 */
export interface ArchiveLine {
  file: string;
  id: string;
  value: unknown;
  /** What else to find it by, such as the session that a meter sample belongs to. */
  group?: string;
}

/** What the store needs to know of the domain. All functions are synchronous and deterministic. */
export interface Domain<S, E extends NewEvent> {
  /** Version of the state's shape; a snapshot of an older one goes through `migrate`. */
  version: number;
  initial(): S;
  /** Changes the state in place. */
  fold(state: S, event: Stored<E>): void;
  /**
   * What the events of a decision make happen besides, in the same commit and after them; `state` is from before them, `now` the hub's clock
   * (epoch ms). What this gives is not asked about again.
   */
  follow?(state: Readonly<S>, events: readonly E[], now: number): E[];
  /**
   * What of this event belongs into the archives; asked once its journal segment is full, and again after a crash. `state` is the live
   * state at that time.
   */
  archive(event: Stored<E>, state: Readonly<S>): ArchiveLine[];
  /** Whether this event may go where the journal has no room, though the cloud lacks it; see `journalBytes` of the store's options. */
  mayThin?(event: Stored<E>): boolean;
  /** Drops from the live state what the archives hold now (everything up to and with `seq`). */
  prune(state: S, seq: number): void;
  migrate(version: number, state: unknown): S;
}

export interface Store<S, E extends NewEvent> {
  /** The working state, folds that are not on disk yet included. Replaced by none, changed in place: never keep parts of it. */
  readonly state: Readonly<S>;
  /** Sequence number and chain hash (lower-case hex SHA-256) of the last event that is on disk or about to be. */
  readonly head: { seq: number; hash: string };
  /**
   * Runs `decide` on the working state, folds and appends its events in the same synchronous step and resolves with the reply after the
   * fsync that covers them and all that came before. Rejects with AppError `store_unavailable` when the disk refuses, `store_full` when it is
   * full (nothing happened, the same may work later); if `decide` throws, nothing happened.
   */
  commit<R>(decide: (state: Readonly<S>) => Decision<R, E>): Promise<R>;
  /** Told of each batch after its fsync, in order; one that throws is logged and harms nobody. Returns the way to stop. */
  subscribe(listener: (events: Stored<E>[]) => void): () => void;
  /**
   * The journal after `seq`, oldest first, at most `limit` events that are on disk, with the chain hash before the first. Events come
   * with their `local` part, which must not leave the hub. Rejects with AppError `journal_gone` (details: `firstSeq`) for what is no longer kept.
   */
  read(seq: number, limit: number): Promise<{ prev: string; events: Stored<E>[] }>;
  /**
   * The cloud holds everything up to `seq`; `null` when the hub is not paired (then nothing waits for the cloud). Call it at the start too,
   * as the state says, and at pairing with the sequence number before the first event for the cloud. It is kept with the next snapshot.
   */
  setAcked(seq: number | null): void;
  close(): Promise<void>;
}

/** What was found at the start, for the log and the owner. */
export interface OpenReport {
  /** Events up to here came from the snapshot, those after it from the journal. */
  snapshotSeq: number;
  replayedEvents: number;
  /** What `setAcked` was told before the last snapshot; null: never paired, or no snapshot yet. */
  ackedSeq: number | null;
  /** Instant of the last event, ISO 8601 UTC: a hub without a credible clock goes on from here. */
  lastAt: string | null;
  /** A damaged tail (a write that was cut and never acknowledged) that was taken off the journal. */
  cutBytes: number;
  /** Snapshots that could not be used, as sentences. */
  damagedSnapshots: string[];
  /** When this folder was restored from a back-up, ISO 8601 UTC; the hub is RECOVERING until it calls `confirmRestored`. */
  restoredAt: string | null;
}

/** An archived value and where it was found. */
export interface Archived {
  file: string;
  id: string;
  value: unknown;
}

/** The archives, read in pieces: no whole month is held in memory. */
export interface Archive {
  /** Names of the archive files of a prefix, newest month first. */
  files(prefix: string): Promise<string[]>;
  /**
   * A page of a prefix, newest id first; one month (`2026-11`) or all. `cursor` is what the page before gave. Rejects with AppError
   * `bad_cursor` for a cursor of somebody else's making.
   */
  list(
    prefix: string,
    options: { limit: number; cursor?: string | null; month?: string },
  ): Promise<{ items: Archived[]; nextCursor: string | null }>;
  get(prefix: string, id: string): Promise<Archived | null>;
  /** Removes the files of a prefix from before a month (`2026-11`) for good: the end of the retention time. Gives their number. */
  dropBefore(prefix: string, month: string): Promise<number>;
  /** All of one group, oldest id first; `from` and `to` are months, both included. */
  group(prefix: string, group: string, months?: { from?: string; to?: string }): Promise<Archived[]>;
}

/** What `openStore` gives: the store, and what the hub's main program does with its folder. */
export interface OpenStore<S, E extends NewEvent> extends Store<S, E> {
  readonly archive: Archive;
  readonly report: OpenReport;
  /** The disk is full or nearly so: the hub closes the chargers' connections, so that they queue what they have to say. */
  readonly full: boolean;
  /** Looks at the free space; to be called every some seconds. */
  checkSpace(): Promise<void>;
  /** The hub has recovered after a restore: the next start no longer reports `restoredAt`. */
  confirmRestored(): Promise<void>;
}
