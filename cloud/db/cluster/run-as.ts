import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../../../shared/error";

const run = promisify(execFile);

/** The account that PostgreSQL runs under where this process is root; undefined: this process's own. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. Where this process is root, it runs as the system's user `postgres`, which is made where it is missing.
 * Throws an Error for people where that cannot be done.
 */
export async function postgresAccount(isRoot: boolean): Promise<Account | undefined> {
  if (!isRoot) return undefined;
  const known = await lookUp();
  if (known) return known;
  try {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]);
  } catch (cause) {
    throw new AppError(
      "no_database",
      "PostgreSQL does not run as root, and no user named postgres could be made. Run as another user, or set DATABASE_URL.",
      { cause },
    );
  }
  return lookUp();
}

async function lookUp(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (what) => (await run("id", [what, "postgres"])).stdout),
    );
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

/** Whether the account may pass through every folder down to `path`: a folder of root with mode 0700, such as /root, is a wall. */
export async function isReachable(path: string, account: Account): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
