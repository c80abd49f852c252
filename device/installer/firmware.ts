import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { AppError } from "../../shared/error";

/** The boards that there is a firmware for; the program uses the same pins on all of them. */
export const BOARDS = {
  esp32s3_bare: { chip: "ESP32-S3", file: "devicescript-esp32s3-esp32s3_bare-0x0.bin", address: 0 },
  esp32c3_bare: { chip: "ESP32-C3", file: "devicescript-esp32c3-esp32c3_bare-0x0.bin", address: 0 },
} as const;
export type Board = keyof typeof BOARDS;

const RELEASES = "https://github.com/microsoft/devicescript-esp32/releases/latest/download";
/** An image begins with this byte; a page that says "not found" does not. */
const IMAGE_MAGIC = 0xe9;
/** The area of program and settings begins here, and no firmware reaches into it. */
const MOST_BYTES = 0x1c0000;

export interface Firmware {
  data: Uint8Array;
  sha256: string;
  /** Was it compared with a checksum that somebody gave? */
  verified: boolean;
}

export interface FirmwareOptions {
  board: Board;
  /** A file instead of the download. */
  file: string | undefined;
  /** What its SHA-256 must be. */
  sha256: string | undefined;
  /** Where downloads are kept. */
  cacheDir: string;
  fetch: typeof fetch;
}

/**
 * The DeviceScript firmware for a board: from a file, from an earlier download, or from its makers. A download's checksum is
 * recorded, and what is kept must still have it. Throws AppError `no_network`, `bad_firmware` or `bad_checksum`.
 */
export async function getFirmware(options: FirmwareOptions): Promise<Firmware> {
  const { board, file, sha256 } = options;
  const data = file === undefined ? await cached(options) : read(file);
  if (data[0] !== IMAGE_MAGIC || data.length > MOST_BYTES) {
    throw new AppError("bad_firmware", `${file ?? BOARDS[board].file} is not a firmware for this chip.`);
  }
  const sum = createHash("sha256").update(data).digest("hex");
  if (sha256 !== undefined && sha256.toLowerCase() !== sum) {
    throw new AppError("bad_checksum", `The firmware's SHA-256 is ${sum}, and should be ${sha256.toLowerCase()}.`);
  }
  return { data, sha256: sum, verified: sha256 !== undefined };
}

function read(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new AppError("no_firmware", `The firmware ${file} cannot be read.`, { cause: error });
  }
}

async function cached({ board, cacheDir, fetch }: FirmwareOptions): Promise<Buffer> {
  const { file } = BOARDS[board];
  const kept = path.join(cacheDir, file);
  const record = `${kept}.sha256`;
  if (fs.existsSync(kept) && fs.existsSync(record)) {
    const data = read(kept);
    const sum = createHash("sha256").update(data).digest("hex");
    if (sum === fs.readFileSync(record, "utf8").trim()) return data;
    throw new AppError("bad_checksum", `${kept} is not what was downloaded. Delete it and try again.`);
  }
  const data = await download(`${RELEASES}/${file}`, fetch);
  fs.mkdirSync(cacheDir, { recursive: true });
  fs.writeFileSync(kept, data);
  fs.writeFileSync(record, createHash("sha256").update(data).digest("hex"));
  return data;
}

async function download(url: string, get: typeof fetch): Promise<Buffer> {
  let response: Response;
  try {
    response = await get(url);
  } catch (error) {
    const hint = "Check the network, or give --firmware FILE.";
    throw new AppError("no_network", `The firmware cannot be fetched from ${url}. ${hint}`, { cause: error });
  }
  if (!response.ok) throw new AppError("no_network", `${url} answers ${response.status}. Give --firmware FILE.`);
  return Buffer.from(await response.arrayBuffer());
}
