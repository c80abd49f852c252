import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { AppError } from "../../shared/error";
import { codeOf } from "./files";

/** Gives the folder back. */
export type Unlock = () => Promise<void>;

/** Held open and locked while a process owns the folder; its content means nothing. */
export const LOCK_FILE = "lock";

/** BSD's and macOS's open(2) takes an exclusive flock by itself; node has no name for the flag. */
const O_EXLOCK = 0x20;

/**
 * Makes this process the only owner of a folder. The kernel holds the lock, so it ends with the process however that ends, and no
 * process id is compared with anything. On Linux the file `lock` is held by flock(2), taken through util-linux's `flock` on our own open file:
 * the lock belongs to that open file and outlives the helper. It also holds between containers that share the folder. Where there is no
 * `flock`, a socket name does it for processes of one machine. Throws AppError `store_locked`.
 */
export async function lockFolder(folder: string, platform: string = process.platform): Promise<Unlock> {
  if (platform === "darwin" || platform === "freebsd") return lockByOpening(folder);
  if (platform === "linux") {
    const handle = await open(join(folder, LOCK_FILE), "a", 0o600);
    const outcome = await flock(handle);
    if (outcome === "locked") return () => handle.close();
    await handle.close();
    if (outcome === "held") throw lockedError(folder);
  }
  return lockByName(await socketName(folder, platform));
}

async function lockByOpening(folder: string): Promise<Unlock> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK;
  const handle = await open(join(folder, LOCK_FILE), flags, 0o600).catch((error: unknown) => {
    throw codeOf(error) === "EAGAIN" ? lockedError(folder) : error;
  });
  return () => handle.close();
}

/** Runs `flock` on descriptor 3 of the helper, which is our open file. */
function flock(handle: FileHandle): Promise<"locked" | "held" | "missing"> {
  return new Promise((resolve, reject) => {
    const helper = spawn("flock", ["-n", "-x", "3"], { stdio: ["ignore", "ignore", "ignore", handle.fd] });
    helper.once("error", (error) => (codeOf(error) === "ENOENT" ? resolve("missing") : reject(error)));
    helper.once("exit", (code) => {
      if (code === 0) resolve("locked");
      else if (code === 1) resolve("held");
      else reject(new Error(`flock(1) ended with ${code}: can this file system be locked?`));
    });
  });
}

/** An abstract socket on Linux, a named pipe on Windows: both are gone with their process and bound by one at a time. */
async function socketName(folder: string, platform: string): Promise<string> {
  const hash = createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")
    .slice(0, 32);
  return platform === "win32" ? `\\\\.\\pipe\\hitchpost-${hash}` : `\0hitchpost-${hash}`;
}

/** Holds a socket name; exported for its test. */
export function lockByName(name: string): Promise<Unlock> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => reject(codeOf(error) === "EADDRINUSE" ? lockedError(name) : error));
    server.listen(name, () => {
      server.unref();
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
}

function lockedError(folder: string): AppError {
  return new AppError(
    "store_locked",
    `Another process has ${folder} open: stop it first, or set HUB_DATA to another folder.`,
    {
      status: 409,
    },
  );
}
