import { AppError } from "../../../shared/error";
import { readJpeg } from "./jpeg";
import { readPng } from "./png";
import { readWebp } from "./webp";

/** Bytes of an upload, at most. */
export const PHOTO_BYTES = 3 * 1024 * 1024;
/** Of one side. What a browser unpacks is bounded by it. */
const MAX_PIXELS = 8000;

/** An image of which only what draws it is left: no place, time, camera, comment, preview or anything that was appended to it. */
interface Photo {
  type: "image/jpeg" | "image/png" | "image/webp";
  width: number;
  height: number;
  content: Buffer;
}

/** What a format's reader gives; undefined: it is none, or a broken one. */
export type Cleaned = Omit<Photo, "type"> | undefined;

const readers: { type: Photo["type"]; begins: (bytes: Buffer) => boolean; read: (bytes: Buffer) => Cleaned }[] = [
  { type: "image/jpeg", begins: (bytes) => bytes.readUIntBE(0, 3) === 0xffd8ff, read: readJpeg },
  { type: "image/png", begins: (bytes) => bytes.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n", read: readPng },
  {
    type: "image/webp",
    begins: (bytes) => bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP",
    read: readWebp,
  },
];

/**
 * Reads an uploaded photo by its first bytes, whatever it is said to be, and takes out of it what is not picture. Throws AppError `invalid_photo` (400) for
 * what is no JPEG, PNG or WebP, is cut or broken, moves, or is larger than 8000 pixels a side.
 */
export function readPhoto(bytes: Buffer): Photo {
  const reader = bytes.length < 16 ? undefined : readers.find(({ begins }) => begins(bytes));
  if (!reader) throw refused("A JPEG, PNG or WebP file is expected.");
  const cleaned = reader.read(bytes);
  if (!cleaned || cleaned.width < 1 || cleaned.height < 1) throw refused("The file is damaged.");
  if (cleaned.width > MAX_PIXELS || cleaned.height > MAX_PIXELS) {
    throw refused(`At most ${MAX_PIXELS} pixels a side.`);
  }
  return { type: reader.type, ...cleaned };
}

function refused(message: string): AppError {
  return new AppError("invalid_photo", message, { status: 400 });
}
