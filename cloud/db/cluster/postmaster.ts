import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** What a running PostgreSQL writes into its folder: who it is and where it listens. */
interface Postmaster {
  pid: number;
  port: number;
}

/**
 * Reads `postmaster.pid` of a data folder. undefined: nobody runs there, or has only just begun. The file outlives a crash, so what it says has to
 * be proven.
 */
export async function readPostmaster(folder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(folder, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number.isInteger(port) ? port : 0 } : undefined;
}

/** Whether a process with this id lives, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether the living process `pid` may be the PostgreSQL of this folder and not a stranger that got its number: PostgreSQL's working directory is its
 * data folder. Where the system does not tell, the answer is yes, and PostgreSQL's own check of its lock file decides.
 */
export async function mayBePostgresOf(folder: string, pid: number, proc = "/proc"): Promise<boolean> {
  if (!isAlive(pid)) return false;
  try {
    return (await readlink(join(proc, String(pid), "cwd"))) === folder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT" || !(await exists(proc));
  }
}

async function exists(path: string): Promise<boolean> {
  return readlink(join(path, "self")).then(
    () => true,
    () => false,
  );
}
