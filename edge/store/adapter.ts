import { join } from "node:path";
import type { Adapter } from "lowdb";
import { openIfPresent, removeIfPresent } from "./files";
import type { Files } from "./files";
import { seal, unseal } from "./line";

/** The live state at one event. */
export interface Snapshot<S> {
  /** Version of the state's shape. */
  version: number;
  /** Everything up to this event is in `state`; `hash` is the chain hash there, `at` that event's instant. */
  seq: number;
  hash: string;
  at: string | null;
  /** The cloud holds everything up to here; null: never paired. */
  ackedSeq: number | null;
  /** The archives hold everything up to here. */
  archivedSeq: number;
  state: S;
}

export const SNAPSHOT = "snapshot.json";
export const PREVIOUS_SNAPSHOT = "snapshot.previous.json";
const DAMAGED_SNAPSHOT = "snapshot.damaged.json";

interface Options {
  files: Files;
  folder: string;
  /** Resolves when the event is on disk: a snapshot never overtakes its journal, or the cloud would miss the events between. */
  onDisk: (seq: number) => Promise<void>;
}

/**
 * lowdb adapter for the snapshot. A write is a new file, synced, renamed into place, and the folder synced; lowdb's own JSONFile never
 * syncs. The snapshot before is kept; `read` falls back to it where the current one is damaged, and gives null where there is none.
 */
export class SnapshotAdapter<S> implements Adapter<Snapshot<S> | null> {
  private readonly options: Options;
  /** What `read` could not use, as sentences. */
  readonly damage: string[] = [];
  private current: "missing" | "good" | "damaged" = "missing";
  /** Bytes of the newest snapshot. */
  bytes = 0;

  constructor(options: Options) {
    this.options = options;
  }

  async read(): Promise<Snapshot<S> | null> {
    const current = await this.load(SNAPSHOT);
    this.current = current ?? "missing";
    if (current === "good") return this.loaded;
    return (await this.load(PREVIOUS_SNAPSHOT)) === "good" ? this.loaded : null;
  }

  private loaded: Snapshot<S> | null = null;

  private async load(name: string): Promise<"good" | "damaged" | null> {
    const { files, folder } = this.options;
    const file = await openIfPresent(files, join(folder, name));
    if (!file) return null;
    try {
      const text = (await file.read(0, await file.size())).toString("utf8");
      const snapshot = text.endsWith("\n") ? unseal(text.slice(0, -1)) : undefined;
      if (snapshot === undefined) {
        this.damage.push(`${name} is damaged and was not used.`);
        return "damaged";
      }
      this.loaded = snapshot as Snapshot<S>;
      this.bytes = text.length;
      return "good";
    } finally {
      await file.close();
    }
  }

  /** Takes the snapshot's text at once, before it waits for anything: the state goes on changing. */
  async write(snapshot: Snapshot<S> | null): Promise<void> {
    const text = seal(JSON.stringify(snapshot));
    const { files, folder, onDisk } = this.options;
    const path = join(folder, SNAPSHOT);
    const temporary = `${path}.tmp`;
    if (snapshot) await onDisk(snapshot.seq);
    await removeIfPresent(files, temporary);
    const file = await files.open(temporary, "create");
    try {
      await file.write(Buffer.from(text, "utf8"), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    if (this.current !== "missing") {
      // A damaged one must not push out the good one before it; it is kept for whoever looks into it.
      await files.rename(path, join(folder, this.current === "good" ? PREVIOUS_SNAPSHOT : DAMAGED_SNAPSHOT));
      this.current = "missing";
    }
    await files.rename(temporary, path);
    await files.syncFolder(folder);
    this.current = "good";
    this.bytes = text.length;
  }
}
