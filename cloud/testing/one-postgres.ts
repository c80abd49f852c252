import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startCluster } from "../db/cluster/cluster";
import { CALLS_FILE, uncalled } from "./calls";
import { TestCloud } from "./cloud";
import { doorRows } from "./doors";
import { addressOf, SHARED_URL, TEMPLATE } from "./postgres";

/**
 * One PostgreSQL for all test files of the cloud, each of which makes databases of its own there: what a cloud puts into an empty database is made
 * once and copied. Vitest runs this before the first of these files, and what it gives after the last: where all of them have run, a route that none has called with success
 * is named, and the run fails.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
  const calls = join(folder, "calls");
  await writeFile(calls, "");
  process.env[CALLS_FILE] = calls;
  return async () => {
    await cluster.stop();
    if (await isWhole(project)) nameUncalled(await readFile(calls, "utf8"));
    await rm(folder, { recursive: true, force: true });
  };
}

/** Whether every test of the project has run, and passed: what else there is to say is said already. */
async function isWhole(project: TestProject): Promise<boolean> {
  if (project.config.testNamePattern) return false;
  const { testFiles } = await project.globTestFiles();
  const passed = project.vitest.state
    .getFiles()
    .flatMap((file) => (file.projectName === project.name && file.result?.state === "pass" ? [file.filepath] : []));
  const done = new Set(passed);
  return testFiles.every((file) => done.has(file));
}

function nameUncalled(notes: string): void {
  const missing = uncalled(
    doorRows.map(({ route }) => route),
    notes,
  );
  if (missing.length === 0) return;
  process.exitCode = 1;
  console.error(`No test calls these routes with success, so none can assert their effect:\n${missing.join("\n")}`);
}
