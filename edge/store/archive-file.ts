import { crc32 } from "node:zlib";
import { join } from "node:path";
import { openIfPresent } from "./files";
import type { Files, OpenFile } from "./files";
import { seal, unseal } from "./line";
import { readLines } from "./lines";

/** A line of an archive file. `seq` is the event that it came from: of several lines with one id the highest counts. */
export interface ArchiveEntry {
  seq: number;
  id: string;
  group?: string;
  value: unknown;
}

/** What a stretch of an archive file holds: enough to know that a search need not read it. */
interface Block {
  offset: number;
  length: number;
  minId: string;
  maxId: string;
  /** CRC-32 of each group in it, ascending. */
  groups: number[];
}

export const BLOCK_BYTES = 64 * 1024;

/**
 * One append-only file of the archives and its index: one entry a block of 64 KiB, some hundred bytes each. Full blocks are also kept in a file
 * beside it, written without a sync, since it can always be made again from the archive itself.
 */
export class ArchiveFile {
  readonly name: string;
  private readonly files: Files;
  private readonly path: string;
  private readonly full: Block[] = [];
  private open: Block | null = null;
  /** Length that was written and ends with a whole line. */
  private size = 0;
  private indexSize = 0;
  /** Open between an `append` and its `release`. */
  private writing: { file: OpenFile; isNew: boolean } | null = null;

  private constructor(files: Files, folder: string, name: string) {
    this.files = files;
    this.name = name;
    this.path = join(folder, name);
  }

  /** Opens an archive file that may not exist yet. A line that a crash cut is closed, so that it spoils none after it. */
  static async load(files: Files, folder: string, name: string): Promise<ArchiveFile> {
    const archive = new ArchiveFile(files, folder, name);
    const file = await openIfPresent(files, archive.dataPath, "edit");
    if (!file) return archive;
    try {
      let size = await file.size();
      if (size > 0 && (await file.read(size - 1, 1))[0] !== 0x0a) {
        await file.write(Buffer.from("\n"), size);
        size += 1;
      }
      await file.sync();
      await archive.loadIndex(size);
      for await (const lines of readLines(file, archive.indexedBytes, size)) {
        for (const line of lines) archive.index(decode(line.text), line);
      }
      archive.size = size;
    } finally {
      await file.close();
    }
    await archive.saveIndex();
    return archive;
  }

  private get dataPath(): string {
    return `${this.path}.jsonl`;
  }

  private get indexPath(): string {
    return `${this.path}.index`;
  }

  private get indexedBytes(): number {
    const last = this.full.at(-1);
    return last ? last.offset + last.length : 0;
  }

  /** What may hold what is looked for. */
  blocks(): readonly Block[] {
    return this.open ? [...this.full, this.open] : this.full;
  }

  /** Appends entries; on disk after `sync`. */
  async append(entries: ArchiveEntry[]): Promise<void> {
    const { file } = (this.writing ??= await this.openForWriting());
    const lines = entries.map((entry) => Buffer.from(seal(JSON.stringify(entry)), "utf8"));
    await file.write(Buffer.concat(lines), this.size);
    for (const [index, entry] of entries.entries()) {
      const { length } = lines[index] as Buffer;
      this.index(entry, { offset: this.size, length });
      this.size += length;
    }
  }

  /** What was appended is on disk when it resolves. Gives whether the file is new, so that its folder wants a sync. */
  async sync(): Promise<boolean> {
    if (!this.writing) return false;
    await this.writing.file.sync();
    await this.saveIndex();
    return this.writing.isNew;
  }

  /** Closes what appending has opened. */
  async release(): Promise<void> {
    const { writing } = this;
    this.writing = null;
    await writing?.file.close();
  }

  private async openForWriting(): Promise<{ file: OpenFile; isNew: boolean }> {
    const file = await openIfPresent(this.files, this.dataPath, "edit");
    return file ? { file, isNew: false } : { file: await this.files.open(this.dataPath, "create"), isNew: true };
  }

  /** The whole entries of some blocks, in the order of the file. Damaged lines are left out. */
  async read(blocks: readonly Block[]): Promise<ArchiveEntry[]> {
    if (blocks.length === 0) return [];
    const entries: ArchiveEntry[] = [];
    const file = await openIfPresent(this.files, this.dataPath);
    // Its time was up while somebody was looking.
    if (!file) return [];
    try {
      for (const block of blocks) {
        for await (const lines of readLines(file, block.offset, block.offset + block.length)) {
          entries.push(...lines.flatMap((line) => decode(line.text) ?? []));
        }
      }
    } finally {
      await file.close();
    }
    return entries;
  }

  private index(entry: ArchiveEntry | undefined, line: { offset: number; length: number }): void {
    this.open ??= { offset: line.offset, length: 0, minId: "", maxId: "", groups: [] };
    const block = this.open;
    block.length = line.offset + line.length - block.offset;
    if (entry) {
      if (block.minId === "" || entry.id < block.minId) block.minId = entry.id;
      if (entry.id > block.maxId) block.maxId = entry.id;
      if (entry.group !== undefined) addGroup(block.groups, groupKey(entry.group));
    }
    if (block.length < BLOCK_BYTES) return;
    this.full.push(block);
    this.open = null;
  }

  private savedBlocks = 0;

  private async loadIndex(size: number): Promise<void> {
    const file = await openIfPresent(this.files, this.indexPath);
    if (!file) return;
    try {
      for await (const lines of readLines(file, 0, await file.size())) {
        for (const line of lines) {
          const block = (line.ended ? unseal(line.text) : undefined) as Block | undefined;
          // The file is a help, not a truth: what does not fit the archive is made again from there on.
          if (!block || block.offset !== this.indexedBytes || block.offset + block.length > size) return;
          this.full.push(block);
          this.indexSize = line.offset + line.length;
        }
      }
    } finally {
      await file.close();
      this.savedBlocks = this.full.length;
    }
  }

  private async saveIndex(): Promise<void> {
    const fresh = this.full.slice(this.savedBlocks);
    if (fresh.length === 0) return;
    const bytes = Buffer.from(fresh.map((block) => seal(JSON.stringify(block))).join(""), "utf8");
    const file =
      (await openIfPresent(this.files, this.indexPath, "edit")) ?? (await this.files.open(this.indexPath, "create"));
    try {
      await cutTo(file, this.indexSize);
      await file.write(bytes, this.indexSize);
    } finally {
      await file.close();
    }
    this.indexSize += bytes.length;
    this.savedBlocks = this.full.length;
  }
}

/** What a block keeps of a group's name. Two groups may share it: readers compare the name itself. */
export const groupKey = (group: string): number => crc32(group);

function addGroup(groups: number[], key: number): void {
  let at = groups.length;
  while (at > 0 && (groups[at - 1] ?? 0) > key) at -= 1;
  if (groups[at - 1] !== key) groups.splice(at, 0, key);
}

function decode(text: string): ArchiveEntry | undefined {
  const entry = unseal(text) as Partial<ArchiveEntry> | undefined;
  return typeof entry?.id === "string" && typeof entry.seq === "number" ? (entry as ArchiveEntry) : undefined;
}

async function cutTo(file: OpenFile, length: number): Promise<void> {
  if ((await file.size()) > length) await file.truncate(length);
}
