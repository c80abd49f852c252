import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { startTestPostgres } from "../testing/postgres";
import { openDatabase } from "./database";
import { startWake } from "./wake";

const postgres = await startTestPostgres();
const url = await postgres.database();
afterAll(() => postgres.stop());

/** Resolves when the topic is told. */
function heard(wake: Awaited<ReturnType<typeof startWake>>, topic: `site:${string}`): Promise<void> {
  return new Promise((resolve) => {
    const stop = wake.on(topic, () => {
      stop();
      resolve();
    });
  });
}

describe("waking", () => {
  it("reaches who listens for the topic, in every process, and nobody else", async () => {
    const { db } = openDatabase(url, 2, () => undefined);
    const [a, b] = await Promise.all([startWake(url, db, () => undefined), startWake(url, db, () => undefined)]);
    const calls: string[] = [];
    b.on("site:2", () => calls.push("other"));
    const stop = b.on("site:1", () => calls.push("stopped"));
    b.on("site:1", () => calls.push("here"));
    stop();
    const both = Promise.all([heard(a, "site:1"), heard(b, "site:1")]);
    a.tell("site:1", "site:1", "feed:9");
    await both;
    await a.flushed();
    expect(calls).toEqual(["here"]);
    await Promise.all([a.stop(), b.stop()]);
    await db.destroy();
  });

  it("comes back after its connection broke, and then wakes everyone, since something may have been missed", async () => {
    const { db } = openDatabase(url, 2, () => undefined);
    const errors: string[] = [];
    const wake = await startWake(url, db, (error) => errors.push(error.message));
    const woken = heard(wake, "site:1");
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen hitchpost' and datname = current_database()",
    );
    await woken;
    expect(errors).not.toEqual([]);
    const again = heard(wake, "site:2");
    wake.tell("site:2");
    await again;
    await client.end();
    await wake.stop();
    await db.destroy();
  });

  it("survives that nothing can be told, and tries again while the database is away", async () => {
    const own = await postgres.database();
    const { db } = openDatabase(own, 2, () => undefined);
    const errors: Error[] = [];
    const wake = await startWake(own, db, (error) => errors.push(error));
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    const name = new URL(own).pathname.slice(1);
    await admin.query(`drop database ${name} with (force)`);
    wake.tell("site:1");
    await wake.flushed();
    await expect.poll(() => errors.length, { timeout: 10_000 }).toBeGreaterThan(2);
    await admin.query(`create database ${name}`);
    await heard(wake, "site:1");
    await admin.end();
    await wake.stop();
    await db.destroy();
  });
});
