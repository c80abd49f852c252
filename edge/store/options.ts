import type { Files } from "./files";
import type { Unlock } from "./lock";
import type { Domain, NewEvent } from "./types";

/** The part of a pino logger that the store uses. */
export interface StoreLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface StoreOptions<S, E extends NewEvent> {
  /** Made where it is missing. */
  folder: string;
  domain: Domain<S, E>;
  /** The hub's clock, epoch milliseconds. */
  now: () => number;
  /** A new UUIDv7 at each call. */
  newId: () => string;
  /** The disk refused, or a fold threw: memory and disk may differ, so the process must end and start again from the disk. */
  onFatal: (error: Error) => void;
  files?: Files;
  lock?: (folder: string) => Promise<Unlock>;
  log?: StoreLog;
  /** A journal file is full at this size; the default is 4 MiB. */
  segmentBytes?: number;
  /** A snapshot is due after so many events (and enough bytes, see housekeeping.ts); the default is 10,000. */
  snapshotEveryEvents?: number;
  /**
   * What the journal may take; the default is 2 GiB. Beyond it the oldest events that the cloud lacks are thinned (`Domain.mayThin`), once they are in the archives and in the
   * snapshot before the newest. What may not be thinned is kept all the same.
   */
  journalBytes?: number;
  /** So many events after the last acknowledged one may be on their way to the cloud and are not thinned; the default is a batch. */
  sentEvents?: number;
  /** Kept free for when the disk is full; the default is 8 MiB, 0 keeps none. */
  reserveBytes?: number;
  /** The disk became full (see `OpenStore.full`), or there is room again. */
  onFull?: (full: boolean) => void;
}
