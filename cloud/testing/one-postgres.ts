import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startCluster } from "../db/cluster/cluster";
import { TestCloud } from "./cloud";
import { addressOf, SHARED_URL, TEMPLATE } from "./postgres";

/**
 * One PostgreSQL for all test files of the cloud, each of which makes databases of its own there: what a cloud puts into an empty database is made
 * once and copied. Vitest runs this before the first of these files, and what it gives after the last.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-test-"));
  const cluster = await startCluster({ folder, now: Date.now, durable: false });
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const url = addressOf(cluster.url, TEMPLATE);
  const first = await TestCloud.start({ database: async () => url, forCloud: async () => url, stop: async () => {} });
  await first.stop();
  process.env[SHARED_URL] = cluster.url;
  return async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
