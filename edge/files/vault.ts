import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "../../shared/error";
import { isFull } from "../store/space";

/** Left free for the journal: a file that is kept must not be what cuts the chargers off. */
const KEEP_FREE_BYTES = 64 * 1024 * 1024;
/** The free space is looked at before the first byte, and each so many. */
const LOOK_BYTES = 1024 * 1024;

/** Files of the operator beside the journal, by id: each written under another name first, so that there is never half of one. */
export class Vault {
  private readonly folder: string;
  private readonly space: (folder: string) => Promise<number>;

  /** `space`: free bytes of a folder's disk. */
  constructor(folder: string, space: (folder: string) => Promise<number>) {
    this.folder = folder;
    this.space = space;
  }

  /** Keeps what comes. On disk when it resolves. Rejects with AppError 413 `too_large` beyond `limit` bytes, 507 `disk_full`; then nothing is kept. */
  async keep(id: string, body: AsyncIterable<Uint8Array>, limit: number): Promise<{ bytes: number; sha256: string }> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, id);
    const hash = createHash("sha256");
    let bytes = 0;
    let looked = -LOOK_BYTES;
    try {
      const file = await open(`${path}.part`, "w", 0o600);
      try {
        for await (const chunk of body) {
          bytes += chunk.length;
          if (bytes > limit) throw tooLarge(limit);
          if (bytes >= looked + LOOK_BYTES) {
            looked = bytes;
            if ((await this.space(this.folder)) < KEEP_FREE_BYTES + chunk.length) throw diskFull();
          }
          hash.update(chunk);
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.part`, path);
      await this.syncNames();
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw isFull(error) ? diskFull() : error;
    }
    return { bytes, sha256: hash.digest("hex") };
  }

  /** From byte `start` to `end`, both included. */
  read(id: string, { start, end }: { start: number; end: number }): Readable {
    return createReadStream(join(this.folder, id), { start, end });
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, id), { force: true });
  }

  /** Names of what is there, parts that were never finished included. */
  async names(): Promise<string[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return readdir(this.folder);
  }

  private async syncNames(): Promise<void> {
    if (process.platform === "win32") return;
    const folder = await open(this.folder, "r");
    await folder.sync().finally(() => folder.close());
  }
}

export function tooLarge(limit: number): AppError {
  return new AppError("too_large", `A file here has at most ${limit} bytes.`, { status: 413 });
}

export function diskFull(): AppError {
  return new AppError("disk_full", "The hub's disk has no room for files.", { status: 507 });
}
