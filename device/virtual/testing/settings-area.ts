/** The firmware's store of settings (jd_fstor of jacdac-c): a header of 24 bytes, entries of 24 from its front, values in steps of 8 from its end. */
const PAGE = 4096;
const HEADER = 24;
const ENTRY = 24;
const ERASED = 0xffffffff;

/** Settings, newest of each key, and the bytes that they need of the `size` that there are. */
export interface SettingsArea {
  values: Map<string, string>;
  bytes: number;
  size: number;
}

/** Reads the settings out of a flash image of `flashSize` bytes, which may end before its erased rest. */
export function settingsOf(image: Uint8Array, flashSize: number): SettingsArea {
  const flash = Buffer.alloc(flashSize, 0xff);
  flash.set(image);
  const half = (flashSize / PAGE / 16) * PAGE;
  const generation = (at: number): number => (flash.readUInt32LE(at + 8) === ERASED ? 0 : flash.readUInt32LE(at + 8));
  const base = generation(half) > generation(0) ? half : 0;
  const values = new Map<string, string>();
  for (let at = base + HEADER; flash.readUInt32LE(at + 16) !== ERASED; at += ENTRY) {
    const key = flash.toString("latin1", at, flash.indexOf(0, at));
    const offset = flash.readUInt32LE(at + 16);
    // settings have a colon before their name; the program is elsewhere
    const length = key.startsWith(":") ? flash.readUInt32LE(at + 20) : 0;
    values.set(key.replace(/^:/, ""), flash.toString("utf8", offset, offset + length));
  }
  const bytes = [...values.values()].reduce(
    (sum, value) => sum + ENTRY + Math.max(8, Math.ceil(value.length / 8) * 8),
    0,
  );
  return { values, bytes, size: half - HEADER - ENTRY };
}
