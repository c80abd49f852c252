import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BOARDS, firmwareUrl, isFirmware, STORE_ADDRESS } from "../../shared/board-firmware";
import type { Board } from "../../shared/board-firmware";
import { AppError } from "../../shared/error";
import type { Log } from "../log";

const PATIENCE_MS = 120_000;
/** GitHub answers with the address of a release, and that with the address of its file. */
const MOST_REDIRECTS = 5;

/**
 * The firmware of the chargers' boards, for the installer's page: its makers publish it where no page of ours may fetch it (no CORS), so the hub does. What was
 * fetched is kept in `folder` with its checksum, and fetched no more. No other address than those of `firmwareUrl` is ever asked.
 */
export class BoardFirmware {
  private readonly running = new Map<Board, Promise<Uint8Array>>();

  constructor(
    private readonly folder: string,
    private readonly fetch: typeof globalThis.fetch,
    private readonly log: Log,
  ) {}

  /** Rejects with AppError 502 `no_network` or `bad_firmware`, 500 `bad_checksum` where what is kept has changed. */
  get(board: Board): Promise<Uint8Array> {
    const running = this.running.get(board);
    if (running) return running;
    const work = this.find(board).finally(() => this.running.delete(board));
    this.running.set(board, work);
    return work;
  }

  private async find(board: Board): Promise<Uint8Array> {
    const kept = join(this.folder, BOARDS[board].file);
    const record = await readFile(`${kept}.sha256`, "utf8").catch(() => null);
    const data = record === null ? null : await readFile(kept).catch(() => null);
    if (data === null) return this.download(board, kept);
    if (sumOf(data) === record) return data;
    throw new AppError("bad_checksum", `${kept} is not what was downloaded. Delete it and try again.`, { status: 500 });
  }

  private async download(board: Board, kept: string): Promise<Uint8Array> {
    const data = await this.fetchFrom(firmwareUrl(board)).catch((error: unknown) => {
      if (error instanceof AppError) throw error;
      throw noNetwork("The hub cannot reach the firmware's makers.", error);
    });
    if (!isFirmware(data)) {
      throw new AppError("bad_firmware", "What the firmware's makers sent is none.", { status: 502 });
    }
    await this.keep(kept, data).catch((error: unknown) => {
      this.log.warn({ err: error }, "the charger's firmware could not be kept");
    });
    return data;
  }

  private async fetchFrom(first: string): Promise<Uint8Array> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    let url = first;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const answer = await this.fetch(url, { redirect: "manual", signal });
      if (answer.ok) return await bounded(answer);
      await answer.body?.cancel();
      const next = answer.headers.get("location");
      if (answer.status < 300 || answer.status >= 400 || next === null) {
        throw noNetwork(`The firmware's makers answer ${answer.status}.`);
      }
      url = new URL(next, url).href;
      if (!isTheirs(url)) throw noNetwork("The firmware's makers send the hub elsewhere.");
    }
    throw noNetwork("The firmware's makers send the hub in a circle.");
  }

  /** The file first, its checksum after it: half a file has none, and is fetched again. */
  private async keep(kept: string, data: Uint8Array): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await rm(`${kept}.sha256`, { force: true });
    await writeFile(`${kept}.part`, data);
    await rename(`${kept}.part`, kept);
    await writeFile(`${kept}.sha256`, sumOf(data));
  }
}

/** Whether an address is one of GitHub's own, where releases lie. */
function isTheirs(url: string): boolean {
  const { protocol, host } = new URL(url);
  return protocol === "https:" && (host === "github.com" || host.endsWith(".githubusercontent.com"));
}

async function bounded(answer: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.length;
    if (bytes > STORE_ADDRESS) {
      throw new AppError("bad_firmware", "What the firmware's makers sent is too large.", { status: 502 });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function noNetwork(message: string, cause?: unknown): AppError {
  return new AppError("no_network", `${message} Try later, or choose a firmware file.`, { status: 502, cause });
}

function sumOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
