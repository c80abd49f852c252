import type { Saved, Store } from "./store";
import { parseInstant } from "./time";
import type { Instant } from "./time";
import type { WallClock } from "./wall-clock";

/** Id tags that fit (LocalAuthListMaxLength), and how many a message may bring (SendLocalListMaxLength): the longest stay below 2 KB. */
export const MAX_LIST = 200;
export const MAX_LIST_PIECE = 12;
/** Places in flash for the list. */
export const LIST_BLOCKS = 16;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** An entry: 8 digits of its tag's hash, its status, 3 of its expiry in hours since 2020, 4 of its group's hash. */
const TAG = 8;
const EXPIRY_AT = 9;
const GROUP_AT = 12;
const ENTRY = 16;
/** A block begins with the number of its writing, so that blocks of two updates are never taken for one list. */
const HEAD = 2;
const WRITINGS = 4096;
const BLOCK = HEAD + 13 * ENTRY;
const NO_GROUP = "AAAA";
/** Hours that mean no expiry, and the day from which they count: 2020-01-01. Those of three digits end in 2049. */
const NEVER = 262143;
const FIRST_DAY = 18262;

/** One id tag as SendLocalList brings it (OCPP 1.6 section 7.1). */
export interface ListEntry {
  idTag: string;
  /** "" removes the tag. */
  status: string;
  parentIdTag: string;
  /** ISO 8601, "" for none. */
  expiry: string;
}

/** `value` in so many digits of 6 bits. */
function digits(value: number, count: number): string {
  let text = "";
  let rest = value;
  for (let i = 0; i < count; i++) {
    text = ALPHABET.slice(rest & 63, (rest & 63) + 1) + text;
    rest = rest >> 6;
  }
  return text;
}

function valueOf(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (value << 6) | ALPHABET.indexOf(text.slice(i, i + 1));
  return value;
}

/** A hash of 24 bits; `base` times its modulus is an int32, so that the VM reckons exactly. */
function hash(text: string, base: number): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = (h * base + text.charCodeAt(i)) % 16777213;
  return h;
}

function tagCode(idTag: string): string {
  const text = idTag.toLowerCase(); // id tags are CiString20
  return digits(hash(text, 101), 4) + digits(hash(text, 127), 4);
}

/** What stands for a group (parentIdTag): equal for equal groups, "" for none. */
export function groupCode(parentIdTag: string): string {
  return parentIdTag.length === 0 ? "" : digits(hash(parentIdTag.toLowerCase(), 101), 4);
}

function hoursOf(expiry: string): number {
  const at = expiry.length === 0 ? undefined : parseInstant(expiry);
  if (at === undefined) return NEVER;
  return Math.max(0, Math.min(hoursSince(at), NEVER - 1));
}

function hoursSince(at: Instant): number {
  return (at.day - FIRST_DAY) * 24 + (at.sec - (at.sec % 3600)) / 3600;
}

function encode(e: ListEntry): string {
  const group = groupCode(e.parentIdTag);
  const expiry = digits(hoursOf(e.expiry), GROUP_AT - EXPIRY_AT);
  return tagCode(e.idTag) + e.status.slice(0, 1) + expiry + (group.length > 0 ? group : NO_GROUP);
}

/**
 * The Local Authorization List (OCPP 1.6 section 3.5.1) in RAM and flash. Of a tag only a hash of 48 bits is kept: two hundred of them take 3.9 KB, and a
 * tag that is not in the list is taken for one that is with a chance of 1 in 10^12.
 */
export class LocalList {
  /** 0: there is none. */
  version = 0;
  private blocks: string[] = [];
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
      if (block.length > 0 && (block.slice(0, HEAD) !== head || block.length % ENTRY !== HEAD)) whole = false;
      if (block.length === 0 && head !== "AA") whole = false;
      this.blocks.push(block);
      this.writing = Math.max(this.writing, valueOf(block.slice(0, HEAD)));
    }
    if (whole) this.version = version;
    else this.forget();
  }

  private forget(): void {
    for (let i = 0; i < LIST_BLOCKS; i++) {
      if (this.blocks[i] !== "") this.store.remove(`l${i}`);
      this.blocks[i] = "";
    }
  }

  /** Id tags in the list. */
  count(): number {
    let count = 0;
    for (const block of this.blocks) if (block.length > 0) count += (block.length - HEAD) / ENTRY;
    return count;
  }

  /** The block that has a tag's code, or -1. */
  private blockOf(code: string): number {
    return this.blocks.findIndex((block) => entryAt(block, code) >= 0);
  }

  private entryOf(idTag: string): string {
    const code = tagCode(idTag);
    const index = this.blockOf(code);
    if (index < 0) return "";
    const block = this.blocks[index] as string;
    const at = entryAt(block, code);
    return block.slice(at, at + ENTRY);
  }

  /** Is this tag in the list, whatever it says of it? */
  knows(idTag: string): boolean {
    return this.entryOf(idTag).length > 0;
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
    const before = this.blocks.slice();
    let fits = true;
    if (full) for (let i = 0; i < LIST_BLOCKS; i++) this.blocks[i] = "";
    for (const e of entries) if (!this.put(e)) fits = false;
    if (!fits || this.count() > MAX_LIST) {
      this.blocks = before;
      return false;
    }
    this.version = version;
    this.save(before);
    return true;
  }

  /** False where no block has room. */
  private put(e: ListEntry): boolean {
    const code = tagCode(e.idTag);
    let index = this.blockOf(code);
    if (index >= 0) {
      const block = this.blocks[index] as string;
      const at = entryAt(block, code);
      this.blocks[index] = block.slice(0, at) + block.slice(at + ENTRY);
    }
    if (e.status.length === 0) return true;
    if (index < 0) index = this.blocks.findIndex((block) => block.length < BLOCK);
    if (index < 0) return false;
    const block = this.blocks[index] as string;
    this.blocks[index] = (block.length === 0 ? "AA" : block) + encode(e);
    return true;
  }

  /** What has changed goes to flash, at last the version with the numbers of all blocks. */
  private save(before: string[]): void {
    this.writing = (this.writing % (WRITINGS - 1)) + 1;
    let heads = "";
    for (let i = 0; i < LIST_BLOCKS; i++) {
      let block = this.blocks[i] as string;
      if (block.length === HEAD) block = "";
      if (block !== before[i]) {
        if (block.length > 0) {
          block = digits(this.writing, HEAD) + block.slice(HEAD);
          this.store.put(`l${i}`, block);
        } else this.store.remove(`l${i}`);
      }
      this.blocks[i] = block;
      heads += block.length === 0 ? "AA" : block.slice(0, HEAD);
    }
    this.store.put("lv", `${this.version},${heads}`);
  }
}

/** Where in a block the entry with this code begins, or -1. */
function entryAt(block: string, code: string): number {
  let at = block.indexOf(code);
  while (at >= 0 && at % ENTRY !== HEAD) at = block.indexOf(code, at + 1);
  return at;
}
