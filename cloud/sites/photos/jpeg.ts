import type { Cleaned } from "./photo";

/** JPEG (ITU-T T.81 annex B): a sequence of marked segments, with the coded picture between them. */

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
/** The part of a JFIF header that is no preview. */
const JFIF_BYTES = 14;

/** The picture, its colour profile, and which way up it is; everything else is left out. */
export function readJpeg(bytes: Buffer): Cleaned {
  const kept: Buffer[] = [];
  let size: { width: number; height: number } | undefined;
  let orientation: number | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) break;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) return undefined;
    const segment = bytes.subarray(at, end);
    if (isFrame(marker) && segment.length >= 9)
      size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) };
    if (marker === APP1) orientation ??= orientationOf(segment.subarray(4));
    kept.push(partOf(marker, segment));
    at = end;
    if (marker === SOS) {
      const next = endOfScan(bytes, at);
      kept.push(bytes.subarray(at, next));
      at = next;
    }
  }
  if (bytes[at + 1] !== EOI || !size) return undefined;
  const upright = orientation !== undefined && orientation > 1 ? [orientationSegment(orientation)] : [];
  const content = Buffer.concat([Buffer.from([0xff, SOI]), ...upright, ...kept, Buffer.from([0xff, EOI])]);
  return { ...size, content };
}

/** Start of frame, of any process: DHT, JPG and DAC share its range of numbers. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** What is kept of a segment. */
function partOf(marker: number, segment: Buffer): Buffer {
  const nothing = Buffer.alloc(0);
  const isText = marker === 0xfe;
  if ((marker < APP0 || marker > 0xef) && !isText) return segment;
  if (marker === APP0 && segment.toString("latin1", 4, 9) === "JFIF\0" && segment.length >= 4 + JFIF_BYTES) {
    const header = Buffer.from(segment.subarray(0, 4 + JFIF_BYTES));
    header.writeUInt16BE(2 + JFIF_BYTES, 2);
    // No preview: nought by nought pixels.
    header.writeUInt16BE(0, 4 + JFIF_BYTES - 2);
    return header;
  }
  if (marker === APP2 && segment.toString("latin1", 4, 16) === "ICC_PROFILE\0") return segment;
  if (marker === APP14 && segment.toString("latin1", 4, 9) === "Adobe") return segment;
  return nothing;
}

/** The marker after the coded data: 0xff in it is followed by nought or a restart marker. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] as number;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

/** Which way up a camera was held (Exif 2.3, tag 0x0112); undefined: it does not say. */
function orientationOf(exif: Buffer): number | undefined {
  if (exif.toString("latin1", 0, 6) !== "Exif\0\0" || exif.length < 14) return undefined;
  const tiff = exif.subarray(6);
  const little = tiff.toString("latin1", 0, 2) === "II";
  const word = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return undefined;
  const entries = word(directory);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    if (word(at) !== 0x0112) continue;
    const value = word(at + 8);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** An Exif segment that says which way up, and nothing else. */
function orientationSegment(orientation: number): Buffer {
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010000000000000000", "hex");
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}
