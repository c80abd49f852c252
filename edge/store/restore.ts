import { readdir, rename, rm } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createGunzip } from "node:zlib";
import { AppError } from "../../shared/error";
import { ARCHIVE_FOLDER } from "./archive";
import { BACKUP_FORMAT } from "./backup";
import { codeOf, nodeFiles } from "./files";
import { LOCK_FILE, lockFolder } from "./lock";
import { RESTORED } from "./restored";

interface RestoreOptions {
  file: string;
  /** Must be missing or empty; what is in it is never replaced. */
  folder: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Makes a store's folder from a back-up; all of it or nothing. The next start reports `restoredAt`: what the cloud or drivers know from after the
 * back-up is not in it, so the hub has to recover first. Gives the instant of the back-up and the number of files. Throws AppError
 * `restore_not_empty` or `backup_damaged`.
 */
export async function restore({ file, folder, now }: RestoreOptions): Promise<{ at: string; files: number }> {
  const target = resolve(folder);
  const building = `${target}.restoring`;
  await nodeFiles.makeFolder(target);
  const unlock = await lockFolder(target);
  try {
    const present = (await readdir(target)).filter((name) => name !== LOCK_FILE);
    if (present.length > 0) {
      const message = `${target} is not empty (${present[0]}): move it away first, a restore replaces nothing.`;
      throw new AppError("restore_not_empty", message, { status: 409 });
    }
    await rm(building, { recursive: true, force: true });
    await nodeFiles.makeFolder(join(building, ARCHIVE_FOLDER));
    const unpacked = await unpack(file, building);
    const restored = { backupAt: unpacked.at, restoredAt: new Date(now()).toISOString() };
    await writeWhole(join(building, RESTORED), [Buffer.from(`${JSON.stringify(restored)}\n`)]);
    await nodeFiles.syncFolder(join(building, ARCHIVE_FOLDER));
    await nodeFiles.syncFolder(building);
    await rm(join(target, LOCK_FILE), { force: true });
    // It takes the empty folder's place in one step.
    await rename(building, target);
    await nodeFiles.syncFolder(dirname(target));
    return unpacked;
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  } finally {
    await unlock();
  }
}

/** Writes the files of a back-up below a folder. */
async function unpack(file: string, folder: string): Promise<{ at: string; files: number }> {
  const reader = new ByteReader(file);
  try {
    const { format, at } = await reader.header();
    if (format !== BACKUP_FORMAT || typeof at !== "string") throw damaged(file, "it does not begin like one of ours");
    for (let files = 0; ; files += 1) {
      const header = await reader.header();
      if (header.end === true && header.files === files) {
        await reader.end();
        return { at, files };
      }
      const { file: name, bytes } = header;
      if (typeof name !== "string" || typeof bytes !== "number" || !/^(archive\/)?[a-zA-Z0-9][\w.-]*$/.test(name)) {
        throw damaged(file, "a part of it is not what it should be");
      }
      await writeWhole(join(folder, name), reader.take(bytes));
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (codeOf(error)?.startsWith("Z_") || error instanceof SyntaxError) throw damaged(file, String(error));
    throw error;
  } finally {
    reader.close();
  }
}

async function writeWhole(path: string, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  const file = await nodeFiles.open(path, "create");
  try {
    let at = 0;
    for await (const chunk of chunks) {
      await file.write(chunk, at);
      at += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

function damaged(file: string, why: string): AppError {
  return new AppError("backup_damaged", `${file} is no whole back-up: ${why}. Nothing was restored.`);
}

/** Longest header line; more is no back-up. */
const HEADER_BYTES = 4096;

/** The unpacked bytes of a file, by lines and by lengths. */
class ByteReader {
  private readonly path: string;
  private readonly source;
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.path = path;
    this.source = createReadStream(path);
    const unzip = createGunzip();
    this.source.once("error", (error) => unzip.destroy(error));
    this.chunks = this.source.pipe(unzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  close(): void {
    this.source.destroy();
  }

  /** The next line, a JSON object. */
  async header(): Promise<Record<string, unknown>> {
    let end = this.rest.indexOf(0x0a);
    while (end < 0) {
      if (this.rest.length > HEADER_BYTES || !(await this.more())) throw damaged(this.path, "it ends too early");
      end = this.rest.indexOf(0x0a);
    }
    const line = this.rest.toString("utf8", 0, end);
    this.rest = this.rest.subarray(end + 1);
    return JSON.parse(line) as Record<string, unknown>;
  }

  /** The next so many bytes. */
  async *take(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes;
    while (left > 0) {
      if (this.rest.length === 0 && !(await this.more())) throw damaged(this.path, "it ends too early");
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads to the end of the file, where gzip's own check stands. */
  async end(): Promise<void> {
    if (this.rest.length > 0 || (await this.more())) throw damaged(this.path, "something follows its end");
  }

  private async more(): Promise<boolean> {
    const { done, value } = await this.chunks.next();
    if (done) return false;
    this.rest = Buffer.concat([this.rest, value]);
    return true;
  }
}
