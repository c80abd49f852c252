import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Cluster } from "../db/cluster/cluster";
import { startCluster } from "../db/cluster/cluster";

/** A real PostgreSQL for one test file, with as many databases as its tests want. */
export interface TestPostgres {
  /** Makes an empty database and gives its address. */
  database(): Promise<string>;
  /** Makes a database for a cloud: where there is one to copy, with all that a cloud puts into it at its first start. */
  forCloud(): Promise<string>;
  stop(): Promise<void>;
}

/** Where test files share one PostgreSQL (`one-postgres.ts`), its address, and the database that is copied for each cloud. */
export const SHARED_URL = "HITCHPOST_TEST_POSTGRES";
export const TEMPLATE = "cloud_template";

/** A PostgreSQL of its own in a temporary folder, or the one that the run's test files share. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const shared = process.env[SHARED_URL];
  if (shared) return databasesOf(shared, TEMPLATE, (made) => dropAll(shared, made));
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-test-"));
  const cluster: Cluster = await startCluster({ folder, now: Date.now, durable: false });
  return databasesOf(cluster.url, null, async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

function databasesOf(url: string, template: string | null, end: (made: string[]) => Promise<void>): TestPostgres {
  const made: string[] = [];
  const make = async (copied: string | null) => {
    const name = `test_${randomBytes(6).toString("hex")}`;
    made.push(name);
    await asOwner(url, (client) => client.query(`create database ${name}${copied ? ` template ${copied}` : ""}`));
    return addressOf(url, name);
  };
  return { database: () => make(null), forCloud: () => make(template), stop: () => end(made) };
}

function dropAll(url: string, names: readonly string[]): Promise<void> {
  return asOwner(url, async (client) => {
    for (const name of names) await client.query(`drop database if exists ${name} with (force)`);
  });
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The address of another database of the same PostgreSQL. */
export function addressOf(url: string, name: string): string {
  return url.replace(/\/[^/]*$/, `/${name}`);
}
