import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../shared/testing/until";
import { findBinaries } from "./binaries";
import type { Cluster } from "./cluster";
import { startCluster } from "./cluster";
import { ClusterInUse } from "./owner";
import { isAlive, mayBePostgresOf, readPostmaster } from "./postmaster";
import { isReachable, postgresAccount } from "./run-as";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hitchpost-cluster-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (patienceMs?: number) => startCluster({ folder, now: Date.now, patienceMs });

async function ask(cluster: Cluster, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe("the embedded PostgreSQL", () => {
  it("keeps its data over a stop, and its password where only this user reads", async () => {
    const first = await start();
    await ask(first, "create table kept as select 1 as one");
    expect(await ask(first, "show fsync")).toEqual([{ fsync: "on" }]);
    expect(await ask(first, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    await first.stop();
    expect((await stat(join(folder, "password"))).mode & 0o777).toBe(0o600);
    expect(await readPostmaster(join(folder, "postgres"))).toBeUndefined();
    const second = await start();
    expect(await ask(second, "select one from kept")).toEqual([{ one: 1 }]);
    await second.stop();
    expect((await readdir(folder)).toSorted()).toEqual(["password", "postgres", "postgres.log"]);
  });

  it("refuses a second owner, and goes on for the first", async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(ClusterInUse);
    await expect(start()).rejects.toThrow("CLOUD_DATA");
    // Also where the second is not told whose it is, as when there are too many connections.
    const allow = (are: boolean) =>
      ask(
        { ...first, url: first.url.replace(/hitchpost$/, "postgres") },
        `alter database hitchpost with allow_connections ${are}`,
      );
    await allow(false);
    await expect(start()).rejects.toThrow("not currently accepting connections");
    await allow(true);
    expect(await ask(first, "select 1 as one")).toEqual([{ one: 1 }]);
    await first.stop();
  });

  it("lets one of two that start at once win", async () => {
    const results = await Promise.allSettled([start(), start()]);
    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(won).toHaveLength(1);
    expect(await ask(won[0]!, "select 1 as one")).toEqual([{ one: 1 }]);
    await won[0]!.stop();
  });

  it("takes over what a killed process left running, and stops it in the end", async () => {
    const script = `import { startCluster } from ${JSON.stringify(join(import.meta.dirname, "cluster.ts"))};
      const cluster = await startCluster({ folder: ${JSON.stringify(folder)}, now: Date.now });
      process.stdout.write(cluster.url);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGKILL");
    await once(child, "exit");
    const orphan = await readPostmaster(join(folder, "postgres"));
    expect(orphan && isAlive(orphan.pid)).toBe(true);
    const cluster = await start();
    expect(cluster.url).toBe(String(url));
    await cluster.stop();
    expect(await mayBePostgresOf(join(folder, "postgres"), orphan!.pid)).toBe(false);
  });

  it("waits for PostgreSQL to notice that a killed owner is gone", async () => {
    const killed = await start();
    const second = start();
    const lock = "from pg_locks where locktype = 'advisory'";
    await until("the second waits", async () => (await ask(killed, `select pid ${lock} and not granted`))[0]);
    await ask(killed, `select pg_terminate_backend(pid) ${lock} and granted`);
    const cluster = await second;
    expect(cluster).toMatchObject({ url: killed.url, isOwn: true });
    await cluster.stop();
  });

  it("is not fooled by a process that got the number of a dead one", async () => {
    await writeFile(join(folder, "postgres", "postmaster.pid"), `${process.pid}\n/x\n0\n5432\n\n127.0.0.1\n`);
    const cluster = await start();
    expect(await ask(cluster, "select 1 as one")).toEqual([{ one: 1 }]);
    await cluster.stop();
  });

  it("says what is wrong when the password file is not the database's", async () => {
    const file = join(folder, "password");
    const password = await readFile(file, "utf8");
    await writeFile(file, "other\n");
    await expect(start(5000)).rejects.toThrow("password file in CLOUD_DATA");
    expect(await readPostmaster(join(folder, "postgres"))).toBeUndefined();
    await writeFile(file, password);
    await (await start()).stop();
  });

  it("says what PostgreSQL said when it does not come up", async () => {
    const file = join(folder, "postgres", "postgresql.conf");
    const settings = await readFile(file, "utf8");
    await writeFile(file, "no_such_setting = 1\n");
    await expect(start(500)).rejects.toThrow(/CLOUD_DATA[^]*no_such_setting/);
    await writeFile(file, settings);
  });

  it("makes nothing half: what a start that was cut off left is thrown away", async () => {
    const other = await mkdtemp(join(tmpdir(), "hitchpost-cluster-"));
    await mkdir(join(other, "postgres.new-abc"));
    const cluster = await startCluster({ folder: other, now: Date.now, durable: false });
    expect(await ask(cluster, "show fsync")).toEqual([{ fsync: "off" }]);
    await cluster.stop();
    expect((await readdir(other)).toSorted()).toEqual(["password", "postgres", "postgres.log"]);
    await rm(other, { recursive: true, force: true });
  });
});

describe("the account of PostgreSQL", () => {
  it("is this process's own where that is not root, else the user postgres", async () => {
    expect(await postgresAccount(false)).toBeUndefined();
    if (process.getuid?.() !== 0) return;
    const account = await postgresAccount(true);
    expect(account?.uid).toBeGreaterThan(0);
    expect(account?.gid).toBeGreaterThan(0);
  });

  it("cannot pass a folder that is closed to it", async () => {
    const closed = await mkdtemp(join(tmpdir(), "hitchpost-closed-"));
    const stranger = { uid: 54_321, gid: 54_321 };
    const { uid, gid } = await stat(closed);
    await chmod(closed, 0o710);
    expect(await isReachable(join(closed, "x"), stranger)).toBe(false);
    expect(await isReachable(join(closed, "x"), { uid: 54_321, gid })).toBe(true);
    expect(await isReachable(join(closed, "x"), { uid, gid: 54_321 })).toBe(true);
    await chmod(closed, 0o711);
    expect(await isReachable(join(closed, "x"), stranger)).toBe(true);
    await rm(closed, { recursive: true });
  });
});

const closed = async () => false;

describe("PostgreSQL's programs", () => {
  const stranger = { uid: 54_321, gid: 54_321 };
  it("are used where they lie when they can be reached", async () => {
    const { postgres } = await findBinaries(undefined);
    expect(postgres).toContain("node_modules");
    expect(await findBinaries(stranger, "/nonexistent", async () => true)).toMatchObject({ postgres });
  });

  it("are copied once to where the account reaches them", async () => {
    const shared = await mkdtemp(join(tmpdir(), "hitchpost-shared-"));
    const [one, two] = await Promise.all([
      findBinaries(stranger, shared, closed),
      findBinaries(stranger, shared, closed),
    ]);
    expect(one).toEqual(two);
    expect(one.postgres.startsWith(shared)).toBe(true);
    const version = spawn(one.postgres, ["--version"]);
    expect(String((await once(version.stdout, "data"))[0])).toContain("PostgreSQL");
    expect(await readdir(shared)).toHaveLength(1);
    await rm(shared, { recursive: true, force: true });
  });

  it("are missed with a sentence where no copy can be made", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    await expect(findBinaries(stranger, join(file, "below"), closed)).rejects.toThrow("CLOUD_DATA");
  });

  it("are missed with a sentence on a platform that has none", async () => {
    await expect(findBinaries(undefined, "/nonexistent", closed, "plan9-vax")).rejects.toThrow("DATABASE_URL");
  });
});

describe("what a data folder says of its PostgreSQL", () => {
  it("is believed only where the system agrees", async () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(1)).toBe(true);
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    expect(isAlive(dead.pid!)).toBe(false);
    expect(await mayBePostgresOf("/x", dead.pid!)).toBe(false);
    expect(await mayBePostgresOf(process.cwd(), process.pid)).toBe(process.platform === "linux");
    expect(await mayBePostgresOf("/x", process.pid)).toBe(process.platform !== "linux");
    // Where the system does not tell, PostgreSQL's own lock decides.
    expect(await mayBePostgresOf("/x", process.pid, "/nonexistent")).toBe(true);
  });
});
