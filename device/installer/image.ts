import { AppError } from "../../shared/error";

/** The flash area of program and settings, in bytes: 64 pages of 4 KiB, of which settings have 16 KiB, twice. */
export const STORE_SIZE = 256 * 1024;
const PAGE = 4096;
const HEADER_PAGES = 4;
const HEADER_SIZE = HEADER_PAGES * PAGE;
/** Behind both copies of the settings. */
const DATA_OFFSET = 2 * HEADER_SIZE;
const MAGIC = [0x52545346, 0x6becea0a];
const HEADER_BYTES = 24;
const ENTRY_BYTES = 24;
const ENTRY_KEY_BYTES = 16;
const PROGRAM_MAGIC = [0x8d8abd53, 0xb27c4b2b];
const PROGRAM_HEADER_BYTES = 128;
const LONGEST_KEY = 13;
const LONGEST_VALUE = 224;

/**
 * The flash area with a program and its settings, as the firmware writes it (jd_fstor.c of jacdac-c, devicescriptmgr.c of devicescript): a header, entries of key, place and
 * size that grow from it, values that grow towards them from the end of 16 KiB, and the program in the pages behind. A test compares it with what the firmware's own code
 * makes in the VM. Throws AppError `bad_setting` where a key or value does not fit, or `bad_program`.
 */
export function storeImage(program: Uint8Array, settings: Record<string, string>): Uint8Array {
  const whole = PROGRAM_HEADER_BYTES + program.length;
  if (program.length === 0 || DATA_OFFSET + whole > STORE_SIZE) {
    throw new AppError("bad_program", "The charger's program does not fit its flash. Build it anew.");
  }
  const image = new Uint8Array(STORE_SIZE).fill(0xff); // erased flash reads as ones
  const view = new DataView(image.buffer);
  const utf8 = new TextEncoder();
  const words = (at: number, ...values: number[]): void =>
    values.forEach((value, i) => view.setUint32(at + 4 * i, value, true));
  words(0, ...MAGIC, 1, PAGE, (HEADER_PAGES << 16) | (STORE_SIZE / PAGE), 0);
  let entry = HEADER_BYTES;
  function add(key: string, offset: number, size: number): void {
    image.fill(0, entry, entry + ENTRY_KEY_BYTES);
    image.set(utf8.encode(key), entry);
    words(entry + ENTRY_KEY_BYTES, offset, size);
    entry += ENTRY_BYTES;
  }
  let end = HEADER_SIZE;
  for (const [key, text] of Object.entries(settings)) {
    const value = utf8.encode(text);
    const isFit = /^\w+$/.test(key) && key.length <= LONGEST_KEY && value.length > 0 && value.length <= LONGEST_VALUE;
    if (!isFit) throw new AppError("bad_setting", `The setting "${key}" does not fit the charger's flash.`);
    end -= Math.ceil(value.length / 8) * 8;
    image.set(value, end);
    add(`:${key}`, end, value.length);
  }
  add("*prog", DATA_OFFSET, whole);
  image.fill(0, DATA_OFFSET, DATA_OFFSET + PROGRAM_HEADER_BYTES);
  words(DATA_OFFSET, PROGRAM_MAGIC[0]!, program.length, PROGRAM_MAGIC[1]!, fnv1a(program));
  image.set(program, DATA_OFFSET + PROGRAM_HEADER_BYTES);
  return image;
}

/** FNV-1a in 32 bits, by which the firmware knows that a program is whole. */
function fnv1a(data: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
