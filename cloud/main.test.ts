import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { mayBePostgresOf, readPostmaster } from "./db/cluster/postmaster";
import { charge } from "./testing/charging";
import type { TestProcess } from "./testing/cloud";
import { garage } from "./testing/cloud";
import { TestHub } from "./testing/hub";
import { Person } from "./testing/person";
import { startTestPostgres } from "./testing/postgres";

/** The real program, bundled as it is shipped, over real sockets. */

const root = join(import.meta.dirname, "..");
const children: ChildProcess[] = [];
/** Below the repository, so that the bundle finds its packages. */
const folder = await mkdtemp(join(root, "node_modules", ".hitchpost-test-"));
const data = await mkdtemp(join(tmpdir(), "hitchpost-cloud-"));
await build({
  entryPoints: [join(import.meta.dirname, "main.ts")],
  outfile: join(folder, "cloud.js"),
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "error",
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
});

function run(args: string[], environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(folder, "cloud.js"), ...args], {
    env: { PATH: process.env.PATH ?? "", CLOUD_DATA: data, CLOUD_LOG_LEVEL: "warn", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

/** Starts the program and waits for its one line; gives a way to talk to it. */
async function serve(environment: Record<string, string> = { CLOUD_PORT: "0" }) {
  const child = run([], environment);
  const errors: Buffer[] = [];
  child.stderr!.on("data", (chunk: Buffer) => errors.push(chunk));
  const lines: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      lines.push(line);
      resolve((JSON.parse(line) as { http: number }).http);
    });
    child.once("exit", () => reject(new Error(String(Buffer.concat(errors)))));
  });
  const request = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { child, lines, port, process: { request } as unknown as TestProcess };
}

/** Runs to the end; gives exit code and what it said. */
async function toEnd(args: string[], environment: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = run(args, environment);
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => (said += String(chunk)));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

const postgresRuns = async () => {
  const left = await readPostmaster(join(data, "postgres"));
  return left !== undefined && (await mayBePostgresOf(join(data, "postgres"), left.pid));
};

describe("the cloud's program", () => {
  it("says where it serves in one line, and stops with its PostgreSQL on SIGTERM and SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const { child, lines, port, process } = await serve();
      expect(JSON.parse(lines[0]!)).toEqual({ ready: true, http: port });
      expect((await process.request("/healthz")).status).toBe(200);
      // An open stream must not hold the end up.
      const origin = `http://127.0.0.1:${port}`;
      const person = await Person.signUp(process, `${signal}@test.example`, origin);
      const { siteId } = await person.ok<{ siteId: string }>("POST", "/v1/sites", garage);
      const live = await person.send("GET", `/v1/sites/${siteId}/live`);
      expect(live.status).toBe(200);
      child.kill(signal);
      const [code] = (await once(child, "exit")) as [number];
      expect(code).toBe(0);
      expect(lines).toHaveLength(1);
      expect(await postgresRuns()).toBe(false);
      await live.body?.cancel().catch(() => undefined);
    }
  });

  it("loses nothing that it acknowledged when it is killed in the middle of ingest", async () => {
    let cloud = await serve();
    const publicUrl = `http://127.0.0.1:${cloud.port}`;
    const person = await Person.signUp(cloud.process, "killed@test.example", publicUrl);
    const { siteId } = await person.ok<{ siteId: string }>("POST", "/v1/sites", garage);
    const { code } = await person.ok<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`);
    const hub = await TestHub.pair(cloud.process, code, Date.now);
    const sessions = Array.from({ length: 30 }, (_, day) =>
      charge(hub, {
        startedAt: Date.UTC(2026, 5, 1 + day),
        readings: [
          [10, 3000],
          [20, 5000],
          [30, 6000 + day],
        ],
      }),
    );
    let acked = 0;
    for (let kills = 0; kills < 3; kills++) {
      const { child } = cloud;
      let died = false;
      child.once("exit", () => (died = true));
      const killAt = acked + 20;
      while (!died && acked < hub.journal.length) {
        const answer = hub.send(hub.batch(acked + 1, Math.min(acked + 7, hub.journal.length)));
        if (acked >= killAt) child.kill("SIGKILL");
        const result = await answer.catch(() => undefined);
        if (result) acked = result.body.ackedSeq as number;
      }
      if (!died) await once(child, "exit");
      cloud = await serve({ CLOUD_PORT: String(cloud.port) });
      hub.process = cloud.process;
      person.process = cloud.process;
      const { status, body } = await hub.send(hub.batch(acked + 1, acked + 1));
      expect(status).toBe(200);
      expect(body.ackedSeq).toBeGreaterThanOrEqual(acked + 1);
      acked = body.ackedSeq as number;
    }
    expect((await hub.send()).body).toEqual({ ackedSeq: hub.journal.length });
    const page = await person.ok<{ sessions: object[] }>("GET", `/v1/sites/${siteId}/sessions?limit=100`);
    expect(page.sessions).toMatchObject(
      sessions
        .toReversed()
        .map(({ id, energyWh, cost, receiptNumber, endedAt }) => ({ id, energyWh, cost, receiptNumber, endedAt })),
    );
    expect(page.sessions).toHaveLength(30);
  });

  it("names the variable when its port is taken, a setting is wrong, or its data is another's", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    expect(await toEnd([], { CLOUD_PORT: String(port) })).toEqual({
      code: 1,
      said: expect.stringContaining("CLOUD_PORT"),
    });
    taken.close();
    expect(await toEnd([], { CLOUD_PORT: "x" })).toEqual({ code: 1, said: expect.stringContaining("CLOUD_PORT") });
    expect(await toEnd([], { CLOUD_PORT: "0", CLOUD_HOST: "203.0.113.1" })).toMatchObject({
      code: 1,
      said: expect.stringContaining("CLOUD_HOST"),
    });
    expect(await toEnd(["explode"], {})).toEqual({ code: 1, said: expect.stringContaining("Usage") });
    const { port: free, process } = await serve();
    for (const args of [[], ["migrate"]]) {
      expect(await toEnd(args, { CLOUD_PORT: "0" })).toEqual({ code: 1, said: expect.stringContaining("CLOUD_DATA") });
    }
    // An admin is made beside it, and it goes on.
    const person = await Person.signUp(process, "first@test.example", `http://127.0.0.1:${free}`);
    expect(await toEnd(["admin", "first@test.example"], {})).toMatchObject({ code: 0 });
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { isAdmin: true } });
  });

  it("uses the PostgreSQL of DATABASE_URL, several processes of it, and migrates it on demand", async () => {
    const postgres = await startTestPostgres();
    const environment = { CLOUD_PORT: "0", DATABASE_URL: await postgres.database(), CLOUD_DATA: "/nonexistent" };
    expect(await toEnd(["migrate"], environment)).toEqual({ code: 0, said: expect.stringContaining("0001-start") });
    expect(await toEnd(["migrate"], environment)).toEqual({ code: 0, said: expect.stringContaining("up to date") });
    const url = { ...environment, CLOUD_PUBLIC_URL: "http://127.0.0.1:3000" };
    const [a, b] = await Promise.all([serve(url), serve(url)]);
    const person = await Person.signUp(a.process, "both@test.example");
    expect(await person.at(b.process).ok("GET", "/v1/me")).toMatchObject({ user: { email: "both@test.example" } });
    expect(await toEnd(["admin"], environment)).toMatchObject({ code: 1, said: expect.stringContaining("Usage") });
    expect(await toEnd(["admin", "nobody@test.example"], environment)).toMatchObject({ code: 1 });
    expect(await toEnd(["admin", "both@test.example"], environment)).toMatchObject({ code: 0 });
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { isAdmin: true, emailVerified: true } });
    for (const { child } of [a, b]) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await postgres.stop();
  });
});
