import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { BOARDS, firmwareUrl } from "../../shared/board-firmware";
import type { Board } from "../../shared/board-firmware";
import { AppError } from "../../shared/error";

export interface FirmwareOptions {
  board: Board;
  /** A file instead of the download. */
  file: string | undefined;
  /** Where downloads are kept. */
  cacheDir: string;
  fetch: typeof fetch;
}

/**
 * The DeviceScript firmware for a board: from a file, from an earlier download, or from its makers. A download's checksum is recorded, and what is kept must still
 * have it. Throws AppError `no_network`, `no_firmware` or `bad_checksum`.
 */
export async function findFirmware(options: FirmwareOptions): Promise<Uint8Array> {
  return options.file === undefined ? await cached(options) : read(options.file);
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
  const data = await download(firmwareUrl(board), fetch);
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
