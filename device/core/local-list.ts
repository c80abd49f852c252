import { digits, encode, hoursSince, putTag, valueOf } from "./list-entry";
import { ENTRY, EXPIRY_AT, GROUP_AT, MARK, NEVER, NO_GROUP, TAG } from "./list-entry";
import type { ListEntry } from "./list-entry";
import type { Saved, Store } from "./store";
import type { WallClock } from "./wall-clock";

/** Id tags that fit (LocalAuthListMaxLength), and how many a message may bring (SendLocalListMaxLength): at their longest 0.9 KB. */
export const MAX_LIST = 200;
export const MAX_LIST_PIECE = 5;
/** Places in flash for the list. */
export const LIST_BLOCKS = 16;

/** A block begins with the number of its writing, so that blocks of two updates are never taken for one list. */
const HEAD = 2;
const WRITINGS = 4096;
const PER_BLOCK = 13;
const SLOTS = LIST_BLOCKS * PER_BLOCK;
/**
 * The Local Authorization List (OCPP 1.6 section 3.5.1) in RAM and flash. Of a tag only a hash of 48 bits is kept: two hundred of them take 3.3 KB, and a
 * tag that is not in the list is taken for one that is with a chance of 1 in 10^12. All of it is one buffer that is made at the start: what comes and goes
 * in strings would leave the VM's heap in small pieces.
 */
export class LocalList {
  /** 0: there is none. */
  version = 0;
  /** Entries, a block after the other. */
  private entries = Buffer.alloc(ENTRY * SLOTS);
  /** The byte of each that differs most, 0 in an empty slot: one search in them finds the few that may be a tag's. */
  private marks = Buffer.alloc(SLOTS);
  /** By block: its entries, the number of its writing (0: not in flash), and whether flash has something else. */
  private used: number[] = [];
  private writings: number[] = [];
  private changed: boolean[] = [];
  private writing = 0;

  constructor(
    private store: Store,
    saved: Saved,
    private clock: WallClock,
  ) {
    this.load(saved);
  }

  /** Takes what flash has where it is one whole list; the hub sends it anew otherwise, since its version is then 0. */
  private load(saved: Saved): void {
    const parts = `${saved["lv"]}`.split(",");
    const version = parts.length === 2 ? parseInt(`${parts[0]}`) : 0;
    const heads = `${parts[1]}`;
    let whole = version > 0 && heads.length === LIST_BLOCKS * HEAD;
    for (let i = 0; i < LIST_BLOCKS; i++) {
      const text = saved[`l${i}`];
      const block = text === undefined ? "" : text;
      const head = heads.slice(i * HEAD, (i + 1) * HEAD);
      const entries = (Buffer.from(block).length - HEAD) / ENTRY;
      if (block.length > 0 && (block.slice(0, HEAD) !== head || Math.floor(entries) !== entries)) whole = false;
      if (block.length === 0 && head !== "AA") whole = false;
      if (entries > PER_BLOCK) whole = false;
      const writing = block.length > 0 ? valueOf(block.slice(0, HEAD)) : 0;
      this.used.push(0);
      this.changed.push(false);
      this.writings.push(writing);
      this.writing = Math.max(this.writing, writing);
    }
    if (!whole) {
      this.forget(saved);
      return;
    }
    this.version = version;
    for (let i = 0; i < LIST_BLOCKS; i++) {
      const block = saved[`l${i}`];
      if (block === undefined) continue;
      const bytes = Buffer.from(block);
      for (let at = HEAD; at < bytes.length; at += ENTRY) this.append(i, bytes.slice(at, at + ENTRY));
      this.changed[i] = false;
    }
  }

  private forget(saved: Saved): void {
    for (let i = 0; i < LIST_BLOCKS; i++) {
      if (saved[`l${i}`] !== undefined) this.store.remove(`l${i}`);
      this.writings[i] = 0;
    }
  }

  /** Id tags in the list. */
  count(): number {
    let count = 0;
    for (const used of this.used) count += used;
    return count;
  }

  /** The slot of the entry with the same tag, or -1. */
  private slotOf(entry: Buffer): number {
    const mark = entry[MARK] as number;
    let slot = this.marks.indexOf(mark, 0);
    while (slot >= 0 && !this.has(slot, entry, TAG)) slot = this.marks.indexOf(mark, slot + 1);
    return slot;
  }

  /** Are the first bytes of the entry in this slot these? */
  private has(slot: number, entry: Buffer, count: number): boolean {
    const at = slot * ENTRY;
    for (let i = 0; i < count; i++) if (this.entries[at + i] !== entry[i]) return false;
    return true;
  }

  private write(slot: number, entry: Buffer): void {
    if (this.marks[slot] !== 0 && this.has(slot, entry, ENTRY)) return;
    this.entries.set(entry, slot * ENTRY);
    this.marks[slot] = entry[MARK] as number;
    this.changed[blockOf(slot)] = true;
  }

  private append(block: number, entry: Buffer): void {
    const used = this.used[block] as number;
    this.write(block * PER_BLOCK + used, entry);
    this.used[block] = used + 1;
  }

  /** Empties a slot: its block's last entry takes its place. */
  private drop(slot: number): void {
    const block = blockOf(slot);
    const used = (this.used[block] as number) - 1;
    const last = block * PER_BLOCK + used;
    this.entries.set(this.entries.slice(last * ENTRY, (last + 1) * ENTRY), slot * ENTRY);
    this.marks[slot] = this.marks[last] as number;
    this.marks[last] = 0;
    this.used[block] = used;
    this.changed[block] = true;
  }

  private find(idTag: string): number {
    const entry = Buffer.alloc(TAG);
    putTag(entry, idTag);
    return this.slotOf(entry);
  }

  private entryOf(idTag: string): string {
    const slot = this.find(idTag);
    return slot < 0 ? "" : this.entries.slice(slot * ENTRY, (slot + 1) * ENTRY).toString();
  }

  /** Is this tag in the list, whatever it says of it? */
  knows(idTag: string): boolean {
    return this.find(idTag) >= 0;
  }

  /** May this tag charge? One that expires may not while the time is not known. */
  accepts(idTag: string): boolean {
    const entry = this.entryOf(idTag);
    if (entry.slice(TAG, EXPIRY_AT) !== "A") return false;
    const expiry = valueOf(entry.slice(EXPIRY_AT, GROUP_AT));
    return expiry === NEVER || (this.clock.synced && hoursSince(this.clock.now) < expiry);
  }

  /** The group of a tag as `groupCode` writes it, "" for none. */
  groupOf(idTag: string): string {
    const group = this.entryOf(idTag).slice(GROUP_AT);
    return group === NO_GROUP ? "" : group;
  }

  /** Takes a SendLocalList whose entries were read; false where they do not fit, and then nothing has changed. */
  update(version: number, full: boolean, entries: ListEntry[]): boolean {
    const fresh: Buffer[] = [];
    const tags: string[] = [];
    let count = full ? 0 : this.count();
    // of a tag that is named twice the last word counts
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = encode(entries[i] as ListEntry);
      const tag = entry.slice(0, TAG).toString();
      if (tags.includes(tag)) continue;
      tags.push(tag);
      fresh.push(entry);
      const known = !full && this.slotOf(entry) >= 0;
      if (known !== (entry[TAG] !== 0)) count += known ? -1 : 1;
    }
    if (count > MAX_LIST) return false;
    if (full) this.clear();
    for (const entry of fresh) if (entry[TAG] === 0) this.removeTag(entry);
    for (const entry of fresh) if (entry[TAG] !== 0) this.put(entry);
    this.version = version;
    this.save();
    return true;
  }

  private clear(): void {
    for (let slot = 0; slot < SLOTS; slot++) this.marks[slot] = 0;
    for (let i = 0; i < LIST_BLOCKS; i++) {
      if (this.used[i] !== 0) this.changed[i] = true;
      this.used[i] = 0;
    }
  }

  private removeTag(entry: Buffer): void {
    const slot = this.slotOf(entry);
    if (slot >= 0) this.drop(slot);
  }

  private put(entry: Buffer): void {
    const slot = this.slotOf(entry);
    if (slot >= 0) this.write(slot, entry);
    else
      this.append(
        this.used.findIndex((used) => used < PER_BLOCK),
        entry,
      );
  }

  /** What has changed goes to flash, at last the version with the numbers of all blocks. */
  private save(): void {
    this.writing = (this.writing % (WRITINGS - 1)) + 1;
    let heads = "";
    for (let i = 0; i < LIST_BLOCKS; i++) {
      if (this.changed[i]) this.saveBlock(i);
      this.changed[i] = false;
      heads += digits(this.writings[i] as number, HEAD);
    }
    this.store.put("lv", `${this.version},${heads}`);
  }

  private saveBlock(block: number): void {
    const used = this.used[block] as number;
    this.writings[block] = used > 0 ? this.writing : 0;
    if (used === 0) {
      this.store.remove(`l${block}`);
      return;
    }
    const from = block * PER_BLOCK * ENTRY;
    this.store.put(`l${block}`, digits(this.writing, HEAD) + this.entries.slice(from, from + used * ENTRY).toString());
  }
}

function blockOf(slot: number): number {
  return Math.floor(slot / PER_BLOCK);
}
