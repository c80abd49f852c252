import type { Cleaned } from "./photo";

/** Chunks that draw a still picture (RFC 9649 section 2.7). */
const drawing = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ICCP"]);
/** Flags of VP8X: XMP, Exif. */
const METADATA = 0x04 | 0x08;
const ANIMATION = 0x02;

/** A RIFF file: chunks of name, length and that many bytes, made even. */
export function readWebp(bytes: Buffer): Cleaned {
  const kept: Buffer[] = [];
  let canvas: { width: number; height: number } | undefined;
  let picture: { width: number; height: number } | undefined;
  const until = 8 + bytes.readUInt32LE(4);
  if (until > bytes.length) return undefined;
  for (let at = 12; at + 8 <= until;) {
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    if (end > until) return undefined;
    const chunk = Buffer.from(bytes.subarray(at, end));
    const data = chunk.subarray(8);
    if (name === "VP8X" && length >= 10) {
      const flags = data[0] as number;
      if (flags & ANIMATION) return undefined;
      data[0] = flags & ~METADATA;
      canvas = { width: 1 + data.readUIntLE(4, 3), height: 1 + data.readUIntLE(7, 3) };
    }
    if (name === "VP8 " && length >= 10)
      picture = { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
    if (name === "VP8L" && length >= 5) {
      const bits = data.readUInt32LE(1);
      picture = { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    if (drawing.has(name)) kept.push(chunk);
    at = end;
  }
  if (!picture) return undefined;
  const body = Buffer.concat(kept);
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(4 + body.length, 4);
  return { ...(canvas ?? picture), content: Buffer.concat([head, body]) };
}
