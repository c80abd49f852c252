import type { Cleaned } from "./photo";

/** Chunks that draw the picture (PNG, third edition, section 11); text, times, Exif and animation are left out. */
const drawing = new Set("IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs".split(" "));
const SIGNATURE = 8;

/** Each chunk is its length, its name, that many bytes, and a checksum. */
export function readPng(bytes: Buffer): Cleaned {
  const kept = [bytes.subarray(0, SIGNATURE)];
  let size: { width: number; height: number } | undefined;
  for (let at = SIGNATURE; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    if (end > bytes.length || (size === undefined && (name !== "IHDR" || end - at !== 25))) return undefined;
    size ??= { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
    if (drawing.has(name)) kept.push(bytes.subarray(at, end));
    if (name === "IEND") return { ...size, content: Buffer.concat(kept) };
    at = end;
  }
  return undefined;
}
