import { join } from "node:path";
import { AppError } from "../../shared/error";
import { ArchiveFile, groupKey } from "./archive-file";
import type { ArchiveEntry } from "./archive-file";
import { removeIfPresent } from "./files";
import type { Files } from "./files";
import type { Archive, Archived, ArchiveLine } from "./types";

/** The folder of the archives inside the store's. */
export const ARCHIVE_FOLDER = "archive";

/** Files whose index stays in memory. */
const LOADED_FILES = 24;

/** A line and the number of the event that it came from. */
export type NumberedLine = ArchiveLine & { seq: number };

/** Appends to the archive files by month and reads them; see `Archive`. */
export class Archives implements Archive {
  private readonly disk: Files;
  private readonly folder: string;
  private readonly loaded = new Map<string, Promise<ArchiveFile>>();
  private appending = false;
  /** What changes files comes one after the other. */
  private changes: Promise<unknown> = Promise.resolve();

  constructor(files: Files, folder: string) {
    this.disk = files;
    this.folder = join(folder, ARCHIVE_FOLDER);
  }

  /** Appends lines, each with the number of the event that it came from. On disk when it resolves. */
  async append(lines: NumberedLine[]): Promise<void> {
    if (lines.length > 0) await this.appendPieces([lines]);
  }

  /** The same for more lines than should be in memory, or keep the event loop, at once: piece by piece, and one sync for all of them. */
  async appendPieces(pieces: Iterable<NumberedLine[]> | AsyncIterable<NumberedLine[]>): Promise<void> {
    await this.inTurn(() => this.write(pieces));
  }

  async dropBefore(prefix: string, month: string): Promise<number> {
    return this.inTurn(async () => {
      const old = (await this.files(prefix)).filter((file) => file < `${prefix}-${month}`);
      for (const file of old) {
        this.loaded.delete(file);
        await removeIfPresent(this.disk, join(this.folder, `${file}.index`));
        await removeIfPresent(this.disk, join(this.folder, `${file}.jsonl`));
      }
      if (old.length > 0) await this.disk.syncFolder(this.folder);
      return old.length;
    });
  }

  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.changes.then(change);
    this.changes = done.catch(() => {});
    return done;
  }

  private async write(pieces: Iterable<NumberedLine[]> | AsyncIterable<NumberedLine[]>): Promise<void> {
    const written = new Set<ArchiveFile>();
    this.appending = true;
    try {
      for await (const lines of pieces) {
        for (const [name, entries] of byFile(lines)) {
          if (written.size === 0) await this.disk.makeFolder(this.folder);
          const file = await this.load(name);
          written.add(file);
          await file.append(entries);
        }
      }
      let created = false;
      for (const file of written) created = (await file.sync()) || created;
      if (created) await this.disk.syncFolder(this.folder);
    } catch (error) {
      // Nobody knows how far it got: what is loaded next looks at the files themselves.
      this.loaded.clear();
      throw error;
    } finally {
      this.appending = false;
      for (const file of written) await file.release();
    }
  }

  async files(prefix: string): Promise<string[]> {
    const names = await this.disk.list(this.folder);
    const found = names.flatMap((name) => {
      const match = /^([a-z]+)-(\d{4}-\d{2})\.jsonl$/.exec(name);
      return match?.[1] === prefix ? [`${prefix}-${match[2]}`] : [];
    });
    return found.toSorted().toReversed();
  }

  async list(
    prefix: string,
    { limit, cursor, month }: { limit: number; cursor?: string | null; month?: string },
  ): Promise<{ items: Archived[]; nextCursor: string | null }> {
    const start = cursor ? parseCursor(prefix, cursor) : null;
    const items: Archived[] = [];
    for (const file of await this.files(prefix)) {
      if ((month && file !== `${prefix}-${month}`) || (start && file > start.file)) continue;
      const before = start?.file === file ? start.id : null;
      // One more than asked for tells whether there is a next page.
      const page = await newest(await this.load(file), limit + 1 - items.length, before);
      items.push(...page.map(({ id, value }) => ({ file, id, value })));
      if (items.length > limit) break;
    }
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown, nextCursor: items.length > limit && last ? `${last.file}/${last.id}` : null };
  }

  async get(prefix: string, id: string): Promise<Archived | null> {
    for (const file of await this.files(prefix)) {
      const archive = await this.load(file);
      const entries = await archive.read(archive.blocks().filter((block) => block.minId <= id && id <= block.maxId));
      const entry = latest(entries.filter((each) => each.id === id)).get(id);
      if (entry) return { file, id, value: entry.value };
    }
    return null;
  }

  async group(prefix: string, group: string, months: { from?: string; to?: string } = {}): Promise<Archived[]> {
    const found: Archived[] = [];
    const key = groupKey(group);
    for (const file of (await this.files(prefix)).toReversed()) {
      const month = file.slice(prefix.length + 1);
      if ((months.from && month < months.from) || (months.to && month > months.to)) continue;
      const archive = await this.load(file);
      const entries = await archive.read(archive.blocks().filter((block) => block.groups.includes(key)));
      const own = [...latest(entries.filter((each) => each.group === group)).values()];
      own.sort((a, b) => (a.id < b.id ? -1 : 1));
      found.push(...own.map(({ id, value }) => ({ file, id, value })));
    }
    return found;
  }

  /** The file with its index; those used least recently are forgotten, but never one that is being appended to. */
  private load(name: string): Promise<ArchiveFile> {
    const file = this.loaded.get(name) ?? ArchiveFile.load(this.disk, this.folder, name);
    this.loaded.delete(name);
    this.loaded.set(name, file);
    file.catch(() => this.loaded.delete(name));
    const [oldest] = this.loaded.keys();
    if (!this.appending && this.loaded.size > LOADED_FILES && oldest !== undefined) this.loaded.delete(oldest);
    return file;
  }
}

function byFile(lines: NumberedLine[]): Map<string, ArchiveEntry[]> {
  const found = new Map<string, ArchiveEntry[]>();
  for (const { file, seq, id, group, value } of lines) {
    if (!/^[a-z]+-\d{4}-\d{2}$/.test(file)) throw new Error(`"${file}" is no name for an archive file.`);
    const entries = found.get(file) ?? [];
    entries.push(group === undefined ? { seq, id, value } : { seq, id, group, value });
    found.set(file, entries);
  }
  return found;
}

/** The newest entries of a file by id, those before an id only, reading no more blocks than it takes. */
async function newest(archive: ArchiveFile, limit: number, before: string | null): Promise<ArchiveEntry[]> {
  const blocks = archive.blocks().filter((block) => block.minId !== "" && (before === null || block.minId < before));
  blocks.sort((a, b) => (a.maxId > b.maxId ? -1 : 1));
  let page: ArchiveEntry[] = [];
  for (const block of blocks) {
    const enough = page[limit - 1];
    if (enough && enough.id > block.maxId) break;
    const more = (await archive.read([block])).filter((each) => before === null || each.id < before);
    page = [...latest([...page, ...more]).values()].toSorted((a, b) => (a.id > b.id ? -1 : 1));
  }
  return page.slice(0, limit);
}

/** By id, of several with one id that of the latest event. */
function latest(entries: ArchiveEntry[]): Map<string, ArchiveEntry> {
  const byId = new Map<string, ArchiveEntry>();
  for (const entry of entries) {
    const known = byId.get(entry.id);
    if (!known || entry.seq >= known.seq) byId.set(entry.id, entry);
  }
  return byId;
}

function parseCursor(prefix: string, cursor: string): { file: string; id: string } {
  const [file = "", id = ""] = cursor.split("/", 2);
  if (!file.startsWith(`${prefix}-`) || id === "") throw new AppError("bad_cursor", "This cursor is not one of ours.");
  return { file, id };
}
