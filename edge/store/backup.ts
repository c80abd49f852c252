import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AppError } from "../../shared/error";
import { GENESIS, THINNED } from "../../shared/sync";
import { SnapshotAdapter } from "./adapter";
import { ARCHIVE_FOLDER } from "./archive";
import { missingError } from "./errors";
import { codeOf, nodeFiles, openIfPresent, removeIfPresent } from "./files";
import type { Files, OpenFile } from "./files";
import { seal } from "./line";
import { listSegments, scanSegment } from "./segment";

/** A back-up is one gzip file: for each file a JSON line `{ file, bytes }` and its bytes, and a last line that says it is whole. */
export const BACKUP_FORMAT = "hitchpost-backup-1";

const CHUNK_BYTES = 1024 * 1024;
const ATTEMPTS = 5;
const compress = promisify(gzip);

interface BackupOptions {
  /** The store's folder. Its hub may be running: nothing in it is changed, and no lock is taken. */
  folder: string;
  /** The file to be made; it must not exist. */
  file: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Names of further files of the folder that belong to the hub, such as its key; one that is missing is left out. */
  also?: string[];
  files?: Files;
}

/**
 * Copies the store: snapshot, archives, and what is kept of the journal, read in this order, so that the archives never tell of what is not in
 * the journal. What a running hub removes meanwhile is held open, or was acknowledged by the cloud and may be missing. Gives the last event in it
 * and its size in bytes. Throws AppError `backup_exists`, `backup_empty`, or `store_damaged` as a start would.
 */
export async function backup(options: BackupOptions): Promise<{ seq: number; bytes: number }> {
  const { file, files = nodeFiles } = options;
  const known = await openIfPresent(files, file);
  await known?.close();
  if (known)
    throw new AppError("backup_exists", `${file} exists: a back-up never replaces another one.`, { status: 409 });
  const temporary = `${file}.tmp`;
  for (let attempt = 1; ; attempt += 1) {
    await removeIfPresent(files, temporary);
    const target = await files.open(temporary, "create");
    try {
      const made = await copy(options, files, new Packer(target));
      await target.sync();
      await files.rename(temporary, file);
      await files.syncFolder(dirname(file));
      return made;
    } catch (error) {
      await removeIfPresent(files, temporary);
      // The hub removed a journal file before it could be opened: there is a newer snapshot to begin from.
      if (codeOf(error) !== "ENOENT" || attempt === ATTEMPTS) throw error;
    } finally {
      await target.close();
    }
  }
}

async function copy(options: BackupOptions, files: Files, packer: Packer): Promise<{ seq: number; bytes: number }> {
  const { folder, now, also = [] } = options;
  const snapshot = await new SnapshotAdapter<unknown>({ files, folder, onDisk: async () => {} }).read();
  const from = { seq: snapshot?.seq ?? 0, hash: snapshot?.hash ?? GENESIS };
  const open = new Map<string, OpenFile>();
  try {
    await openNeeded(files, folder, from.seq, open);
    if (!snapshot && open.size === 0) {
      throw new AppError("backup_empty", `There is no store in ${folder}.`, { status: 404 });
    }
    await packer.line({ format: BACKUP_FORMAT, at: new Date(now()).toISOString() });
    if (snapshot) await packer.text("snapshot.json", seal(JSON.stringify(snapshot)));
    for (const name of also) await packer.fileIfPresent(files, join(folder, name), name);
    const archive = join(folder, ARCHIVE_FOLDER);
    for (const name of await files.list(archive)) {
      if (!name.endsWith(".jsonl")) continue;
      await packer.fileIfPresent(files, join(archive, name), `${ARCHIVE_FOLDER}/${name}`);
    }
    await openNeeded(files, folder, from.seq, open);
    const seq = await copyNeeded(packer, from, open);
    await copyOlder(files, folder, packer, from.seq);
    await packer.line({ end: true, files: packer.count });
    return { seq, bytes: packer.size };
  } finally {
    for (const file of open.values()) await file.close();
  }
}

/** Opens the journal files that hold events after `seq`, those that are not open yet. */
async function openNeeded(files: Files, folder: string, seq: number, open: Map<string, OpenFile>): Promise<void> {
  const segments = listSegments(await files.list(folder));
  for (const segment of segments) {
    if (open.has(segment.name) || (segment.last <= seq && segment !== segments.at(-1))) continue;
    open.set(segment.name, await files.open(join(folder, segment.name), "read"));
  }
}

/** Copies the journal behind the snapshot, as far as it is whole, and checks it as a start would. Gives its last event. */
async function copyNeeded(
  packer: Packer,
  from: { seq: number; hash: string },
  open: Map<string, OpenFile>,
): Promise<number> {
  let place = from;
  for (const segment of listSegments([...open.keys()])) {
    const file = open.get(segment.name) as OpenFile;
    if (segment.first > place.seq + 1) throw missingError(place.seq + 1, `the next file is ${segment.name}`);
    const scan = await scanSegment(file, segment, segment.first === place.seq + 1 ? place.hash : null, (event) => {
      // Thinned since the snapshot was read: there is a newer one to begin from.
      if (event.type === THINNED && event.seq > from.seq) throw gone(segment.name);
    });
    await packer.bytes(segment.name, file, scan.bytes);
    if (scan.seq > place.seq) place = { seq: scan.seq, hash: scan.hash };
  }
  return place.seq;
}

/** As when the file is not there any more. */
const gone = (name: string) => Object.assign(new Error(`${name} was thinned meanwhile.`), { code: "ENOENT" });

/** Copies what the snapshot has but the cloud may lack, newest first: from the first file that is gone on, the hub needed none of them any more. */
async function copyOlder(files: Files, folder: string, packer: Packer, seq: number): Promise<void> {
  const segments = listSegments(await files.list(folder));
  for (const segment of segments.slice(0, -1).toReversed()) {
    if (segment.last > seq) continue;
    if (!(await packer.fileIfPresent(files, join(folder, segment.name), segment.name))) return;
  }
}

/** Writes compressed pieces one after the other: gzip files that follow each other are one gzip file. */
class Packer {
  private readonly target: OpenFile;
  size = 0;
  count = 0;

  constructor(target: OpenFile) {
    this.target = target;
  }

  async line(value: object): Promise<void> {
    await this.put(Buffer.from(`${JSON.stringify(value)}\n`));
  }

  async text(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text, "utf8");
    await this.begin(name, bytes.length);
    await this.put(bytes);
  }

  /** Gives whether there was such a file. */
  async fileIfPresent(files: Files, path: string, name: string): Promise<boolean> {
    const file = await openIfPresent(files, path);
    if (!file) return false;
    try {
      await this.bytes(name, file, await file.size());
    } finally {
      await file.close();
    }
    return true;
  }

  /** The first so many bytes of a file. */
  async bytes(name: string, file: OpenFile, length: number): Promise<void> {
    await this.begin(name, length);
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      await this.put(await file.read(at, Math.min(CHUNK_BYTES, length - at)));
    }
  }

  private async begin(name: string, bytes: number): Promise<void> {
    this.count += 1;
    await this.line({ file: name, bytes });
  }

  private async put(bytes: Buffer): Promise<void> {
    const packed = await compress(bytes);
    await this.target.write(packed, this.size);
    this.size += packed.length;
  }
}
