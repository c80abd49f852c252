import type { ChildProcess } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Server } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Real programs in real processes, for whole journeys: `npm test` has built them into dist. */

const root = join(import.meta.dirname, "../..");

/** What a program's ready line says: the ports that it serves. */
type Ready = { ready: true } & Record<string, number>;

export interface Program {
  ready: Ready;
  pid: number;
  /** Whether it runs no more, for whatever reason. */
  readonly over: boolean;
  /** SIGTERM, and the exit code of a clean end. */
  stop(): Promise<number | null>;
  /** SIGKILL: the plug is pulled. */
  kill(): Promise<void>;
  /** Everything it said so far, for the message of a failing test. */
  output(): string;
}

/** Starts `dist/<name>.js` and resolves when it serves; rejects with its output when it ends first. */
export function launch(
  name: "hub" | "cloud" | "charger",
  args: string[],
  environment: Record<string, string>,
): Promise<Program> {
  const child = spawn(process.execPath, [join(root, "dist", `${name}.js`), ...args], {
    cwd: root,
    // Tests that know nothing of these ports get free ones, so that two hubs are not in each other's way.
    env: { ...cleanEnvironment(), HUB_HTTPS_PORT: "0", HUB_MQTTS_PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    void ended.then((code) =>
      reject(new Error(`${name} ended with ${code} before it was ready:\n${lines.join("\n")}`)),
    );
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      const ready = readyLine(line);
      if (!ready) return;
      resolve({
        ready,
        pid: child.pid!,
        get over() {
          return !running.has(child);
        },
        stop: () => {
          child.kill("SIGTERM");
          return ended;
        },
        kill: async () => {
          child.kill("SIGKILL");
          await ended;
        },
        output: () => lines.join("\n"),
      });
    });
  });
}

/** Runs `dist/hub.js` with arguments to its end: `backup FILE`, `restore FILE`. Rejects with its output where it fails. */
export function runHub(args: string[], environment: Record<string, string>): Promise<void> {
  const options = { cwd: root, env: { ...cleanEnvironment(), ...environment } };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(root, "dist", "hub.js"), ...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`hub ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error }));
      else resolve();
    });
  });
}

const running = new Set<ChildProcess>();

/** For afterAll: ends whatever a failed test left running. */
export async function stopEverything(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      return ended.finally(() => clearTimeout(killer));
    }),
  );
}

/** A folder of its own that the system's users may enter (PostgreSQL refuses to run as root), and the way to remove it. */
export function temporaryFolder(): { path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), "hitchpost-journey-"));
  chmodSync(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/**
 * Ports that are free now, and stay so while nobody listens there: the programs keep theirs over a restart, as on a real site, so they come from
 * below the range (from 32768 on Linux) out of which the system serves whoever asks for any port.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = createServer().listen(randomInt(16_384, 32_768), "127.0.0.1");
    const taken = await once(server, "listening").then(
      () => false,
      () => true,
    );
    if (!taken) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** JSON over HTTP; an answer that is no success is an error that shows it. */
export async function request<T = Record<string, unknown>>(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { ...(options.body === undefined ? {} : { "content-type": "application/json" }), ...options.headers },
    body: options.body === undefined ? null : JSON.stringify(options.body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function readyLine(line: string): Ready | undefined {
  try {
    const parsed = JSON.parse(line) as Ready;
    return parsed.ready === true ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The test run's own settings must not reach the programs. */
function cleanEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "CI"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
