import { dirname } from "node:path";
import type { Files, OpenFile, OpenMode } from "../files";

/** What a call does to the disk, for tests that fail or cut each of them in turn. */
export interface Call {
  index: number;
  kind:
    | "list"
    | "makeFolder"
    | "syncFolder"
    | "open"
    | "rename"
    | "remove"
    | "size"
    | "read"
    | "write"
    | "extend"
    | "sync"
    | "truncate";
  path: string;
}

interface Node {
  /** What a power cut cannot take. */
  durable: Buffer;
  /** What the process sees. */
  seen: Buffer;
  unsynced: { position: number; bytes: Buffer }[];
  /** Bytes that take up space: those beyond were never written. */
  allocated: number;
}

type Names = Map<string, Node>;
/** A change of names that no folder sync has covered yet. All of it happens or none. */
type NameChange = { folder: string; set: [string, Node | null][] };

/** Pieces of an unsynced write that reach the disk, or not, each by itself. */
const SECTOR = 64;

/**
 * A disk in memory that keeps apart what is written and what is synced, names included. `powerCut` gives the disk that is left: everything
 * unsynced is dropped or kept, in any subset. It is stricter than ext4, which keeps names in order.
 */
export class MemoryDisk implements Files {
  private readonly names: Names;
  private readonly durableNames: Names;
  private changes: NameChange[] = [];
  private calls = 0;
  private dead: Error | null = null;
  free = Infinity;
  /** Called before each call; what it throws is that call's error. */
  before: (call: Call) => void = () => {};

  constructor(files: Map<string, Buffer> = new Map()) {
    const nodes = [...files].map(([path, bytes]): [string, Node] => [path, newNode(bytes)]);
    this.names = new Map(nodes);
    this.durableNames = new Map(nodes);
  }

  /** How many calls there were. */
  get callCount(): number {
    return this.calls;
  }

  /** The process dies in the middle of call `index`: it may have happened, wholly or in part, and none comes after it. */
  cutAt(index: number): void {
    this.before = (call) => {
      if (call.index === index) this.dead = new Error(`cut in ${call.kind} ${call.path}`);
    };
  }

  /** The disk for the process that starts after a kill -9: what was written is seen, though not all of it is synced. */
  killed(): MemoryDisk {
    const disk = new MemoryDisk();
    const copies = new Map<Node, Node>();
    const copy = (node: Node): Node => {
      const known = copies.get(node) ?? { ...node, unsynced: [...node.unsynced] };
      copies.set(node, known);
      return known;
    };
    for (const [path, node] of this.names) disk.names.set(path, copy(node));
    for (const [path, node] of this.durableNames) disk.durableNames.set(path, copy(node));
    disk.changes = this.changes.map(({ folder, set }) => ({
      folder,
      set: set.map(([path, node]) => [path, node && copy(node)]),
    }));
    return disk;
  }

  /** What is there after the power came back. `random` gives numbers from 0 to below 1. */
  powerCut(random: () => number): MemoryDisk {
    const names = new Map(this.durableNames);
    for (const change of this.changes) {
      if (random() < 0.5) continue;
      for (const [path, node] of change.set) setName(names, path, node);
    }
    return new MemoryDisk(new Map([...names].map(([path, node]) => [path, remains(node, random)])));
  }

  /** Changes a file behind the store's back, as a bad card does. */
  spoil(path: string, change: (bytes: Buffer) => Buffer): void {
    const node = this.names.get(path);
    if (!node) throw new Error(`There is no ${path}.`);
    node.seen = change(Buffer.from(node.seen));
    node.durable = Buffer.from(node.seen);
    node.unsynced = [];
  }

  contents(path: string): string {
    return this.names.get(path)?.seen.toString("utf8") ?? "";
  }

  async list(folder: string): Promise<string[]> {
    this.call("list", folder);
    return this.finish(
      [...this.names.keys()].flatMap((path) => (dirname(path) === folder ? path.slice(folder.length + 1) : [])),
    );
  }

  async makeFolder(folder: string): Promise<void> {
    this.call("makeFolder", folder);
    this.finish(undefined);
  }

  async syncFolder(folder: string): Promise<void> {
    this.call("syncFolder", folder);
    this.finish(undefined);
    for (const change of this.changes) {
      if (change.folder !== folder) continue;
      for (const [path, node] of change.set) setName(this.durableNames, path, node);
    }
    this.changes = this.changes.filter((change) => change.folder !== folder);
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    this.call("open", path);
    const known = this.names.get(path);
    if (mode !== "create" && !known) throw systemError("ENOENT", path);
    if (mode === "create" && known) throw systemError("EEXIST", path);
    const node = known ?? newNode(Buffer.alloc(0));
    if (!known) this.setNames([[path, node]]);
    return this.finish(this.opened(path, node));
  }

  async rename(from: string, to: string): Promise<void> {
    this.call("rename", from);
    const node = this.names.get(from);
    if (!node) throw systemError("ENOENT", from);
    this.setNames([
      [from, null],
      [to, node],
    ]);
    this.finish(undefined);
  }

  async remove(path: string): Promise<void> {
    this.call("remove", path);
    const node = this.names.get(path);
    if (!node) throw systemError("ENOENT", path);
    this.free += node.allocated;
    this.setNames([[path, null]]);
    this.finish(undefined);
  }

  async space(): Promise<number> {
    return this.free;
  }

  private opened(path: string, node: Node): OpenFile {
    return {
      size: async () => {
        this.call("size", path);
        return this.finish(node.seen.length);
      },
      read: async (position, length) => {
        this.call("read", path);
        return this.finish(Buffer.from(node.seen.subarray(position, position + length)));
      },
      write: async (whole, position) => {
        this.call("write", path);
        const bytes = this.dead ? whole.subarray(0, whole.length / 2) : whole;
        const growth = Math.max(0, position + bytes.length - node.allocated);
        if (growth > this.free) throw systemError("ENOSPC", path);
        this.free -= growth;
        node.allocated += growth;
        node.seen = overwrite(node.seen, bytes, position);
        node.unsynced.push({ position, bytes: Buffer.from(bytes) });
        this.finish(undefined);
      },
      extend: async (length) => {
        this.call("extend", path);
        const zeros = Buffer.alloc(Math.max(0, length - node.seen.length));
        node.unsynced.push({ position: node.seen.length, bytes: zeros });
        node.seen = Buffer.concat([node.seen, zeros]);
        this.finish(undefined);
      },
      sync: async () => {
        this.call("sync", path);
        this.finish(undefined);
        node.durable = Buffer.from(node.seen);
        node.unsynced = [];
      },
      truncate: async (length) => {
        this.call("truncate", path);
        this.finish(undefined);
        this.free += Math.max(0, node.allocated - length);
        node.allocated = Math.min(node.allocated, length);
        node.seen = Buffer.from(node.seen.subarray(0, length));
        node.durable = Buffer.from(node.seen);
        node.unsynced = [];
      },
      close: async () => {},
    };
  }

  private setNames(set: [string, Node | null][]): void {
    for (const [path, node] of set) setName(this.names, path, node);
    this.changes.push({ folder: dirname(set[0]?.[0] ?? ""), set });
  }

  private call(kind: Call["kind"], path: string): void {
    if (this.dead) throw this.dead;
    this.before({ index: this.calls, kind, path });
    this.calls += 1;
  }

  /** A call that was cut has had its effect in memory, but nobody learns of it. */
  private finish<T>(result: T): T {
    if (this.dead) throw this.dead;
    return result;
  }
}

/** Numbers from 0 to below 1 that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function newNode(bytes: Buffer): Node {
  return { durable: Buffer.from(bytes), seen: Buffer.from(bytes), unsynced: [], allocated: bytes.length };
}

function setName(names: Names, path: string, node: Node | null): void {
  if (node) names.set(path, node);
  else names.delete(path);
}

function overwrite(bytes: Buffer, piece: Buffer, position: number): Buffer {
  const result = Buffer.alloc(Math.max(bytes.length, position + piece.length));
  bytes.copy(result);
  piece.copy(result, position);
  return result;
}

function remains(node: Node, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(node.durable);
  const style = random();
  for (const { position, bytes: written } of node.unsynced) {
    // Whole, not at all, a beginning, or any of its sectors.
    const kept = style < 0.6 ? Math.floor(random() * (written.length + 1)) : 0;
    if (style < 0.15) continue;
    if (style < 0.3) bytes = overwrite(bytes, written, position);
    else if (style < 0.6) bytes = overwrite(bytes, written.subarray(0, kept), position);
    else {
      for (let at = 0; at < written.length; at += SECTOR) {
        if (random() < 0.5) bytes = overwrite(bytes, written.subarray(at, at + SECTOR), position + at);
      }
    }
  }
  return bytes;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
