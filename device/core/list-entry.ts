import type { Instant } from "./time";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** An entry: 8 digits of its tag's hash, its status, 3 of its expiry in hours since 2020, 4 of its group's hash. */
export const TAG = 8;
/** The lowest digit of its first hash: that of tags which count up. */
export const MARK = 3;
export const EXPIRY_AT = 9;
export const GROUP_AT = 12;
export const ENTRY = 16;
export const NO_GROUP = "AAAA";
/** Hours that mean no expiry, and the day from which they count: 2020-01-01. Those of three digits end in 2049. */
export const NEVER = 262143;
const FIRST_DAY = 18262;

/** One id tag as SendLocalList brings it (OCPP 1.6 section 7.1). */
export interface ListEntry {
  idTag: string;
  /** "" removes the tag. */
  status: string;
  parentIdTag: string;
  /** Undefined for none. */
  expiry: Instant | undefined;
}

/** Writes `value` in so many digits of 6 bits. */
function putDigits(to: Buffer, at: number, value: number, count: number): void {
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    to[i] = ALPHABET.charCodeAt(rest & 63);
    rest = rest >> 6;
  }
}

export function digits(value: number, count: number): string {
  const bytes = Buffer.alloc(count);
  putDigits(bytes, 0, value, count);
  return bytes.toString();
}

export function valueOf(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (value << 6) | ALPHABET.indexOf(text.slice(i, i + 1));
  return value;
}

/** A hash of 24 bits; `base` times its modulus is an int32, so that the VM reckons exactly. */
function hash(bytes: Buffer, base: number): number {
  let h = 0;
  for (let i = 0; i < bytes.length; i++) h = (h * base + (bytes[i] as number)) % 16777213;
  return h;
}

/** The first digits of a tag's entry; id tags are CiString20. */
export function putTag(to: Buffer, idTag: string): void {
  const bytes = Buffer.from(idTag.toLowerCase());
  putDigits(to, 0, hash(bytes, 101), 4);
  putDigits(to, 4, hash(bytes, 127), 4);
}

/** What stands for a group (parentIdTag): equal for equal groups, "" for none. */
export function groupCode(parentIdTag: string): string {
  return parentIdTag.length === 0 ? "" : digits(hash(Buffer.from(parentIdTag.toLowerCase()), 101), 4);
}

function hoursOf(expiry: Instant | undefined): number {
  return expiry === undefined ? NEVER : Math.max(0, Math.min(hoursSince(expiry), NEVER - 1));
}

export function hoursSince(at: Instant): number {
  return (at.day - FIRST_DAY) * 24 + (at.sec - (at.sec % 3600)) / 3600;
}

export function encode(e: ListEntry): Buffer {
  const entry = Buffer.alloc(ENTRY);
  putTag(entry, e.idTag);
  if (e.status.length === 0) return entry; // only its tag counts
  entry[TAG] = e.status.charCodeAt(0);
  putDigits(entry, EXPIRY_AT, hoursOf(e.expiry), GROUP_AT - EXPIRY_AT);
  const group = groupCode(e.parentIdTag);
  entry.set(Buffer.from(group.length > 0 ? group : NO_GROUP), GROUP_AT);
  return entry;
}
