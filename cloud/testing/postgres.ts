import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Cluster } from "../db/cluster/cluster";
import { startCluster } from "../db/cluster/cluster";

/** A real PostgreSQL for one test file, in a temporary folder, with as many empty databases as its tests want. */
export interface TestPostgres {
  /** Makes an empty database and gives its address. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-test-"));
  const cluster: Cluster = await startCluster({ folder, now: Date.now, durable: false });
  return {
    async database() {
      const name = `test_${randomBytes(6).toString("hex")}`;
      const client = new pg.Client({ connectionString: cluster.url });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return cluster.url.replace(/\/[^/]*$/, `/${name}`);
    },
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
