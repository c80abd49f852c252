import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { codeOf, openIfPresent, removeIfPresent } from "./files";
import type { Files } from "./files";

export const RESERVE_FILE = "reserve";

/** Whether an error says that the disk, or the quota, is full: nothing is broken, and it may pass. */
export function isFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

interface Options {
  files: Files;
  folder: string;
  /** Size of the reserve; 0: none is kept. */
  reserveBytes: number;
  /** Called when the disk becomes full (true) and when it is well again. */
  tell: (full: boolean) => void;
}

/**
 * Room for the day the disk is full: a file that is given up so that what is under way can still be written.
 * - `ok`: the reserve is there.
 * - `low`: the disk is full or nearly so. What comes is written while it goes, by the reserve at last; the hub should let no charger in.
 * - `exhausted`: found without a reserve at the start, and no room for one. Nothing is taken on, so that nothing has to be broken off.
 */
export class Space {
  private readonly options: Options;
  private reserved = false;
  state: "ok" | "low" | "exhausted" = "ok";

  constructor(options: Options) {
    this.options = options;
  }

  /** Makes the reserve where it is missing. */
  async prepare(): Promise<void> {
    if (!(await this.reserve())) this.become("exhausted");
  }

  /** Runs a write; where it finds the disk full it is run once more, with the reserve given up. It must have undone its first attempt. */
  async guard<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isFull(error) || !(await this.release())) throw error;
      return await write();
    }
  }

  /** A write that can wait found the disk full. */
  short(): void {
    if (this.state === "ok") this.become("low");
  }

  /** Looks at the free space: warns in time, and comes back once there is room for the reserve and as much again. */
  async check(): Promise<void> {
    const { files, folder, reserveBytes } = this.options;
    const free = await files.space(folder);
    if (this.state === "ok") {
      if (free < reserveBytes) this.become("low");
    } else if (free >= 2 * reserveBytes + (this.reserved ? 0 : reserveBytes) && (await this.reserve())) {
      this.become("ok");
    }
  }

  private become(state: Space["state"]): void {
    const before = this.state;
    this.state = state;
    if ((before === "ok") !== (state === "ok")) this.options.tell(state !== "ok");
  }

  private async release(): Promise<boolean> {
    if (!this.reserved) return false;
    const { files, folder } = this.options;
    this.reserved = false;
    await removeIfPresent(files, join(folder, RESERVE_FILE));
    await files.syncFolder(folder);
    this.become("low");
    return true;
  }

  /** Gives whether the reserve is there now. */
  private async reserve(): Promise<boolean> {
    const { files, folder, reserveBytes } = this.options;
    if (this.reserved || reserveBytes === 0) return true;
    const path = join(folder, RESERVE_FILE);
    const known = await openIfPresent(files, path);
    const size = await known?.size().finally(() => known.close());
    if (size !== reserveBytes) {
      await removeIfPresent(files, path);
      try {
        const file = await files.open(path, "create");
        try {
          // Random, since some file systems store zeros in no space at all.
          await file.write(randomBytes(reserveBytes), 0);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (error) {
        await removeIfPresent(files, path);
        if (isFull(error)) return false;
        throw error;
      }
    }
    this.reserved = true;
    return true;
  }
}
