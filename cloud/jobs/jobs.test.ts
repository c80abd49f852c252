import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../../shared/testing/eventually";
import { openCloud } from "../testing/open";
import { defineJob } from "./job";
import { createRunner, startRunner } from "./runner";
import { send } from "./send";

const cloud = await openCloud();

/** A job that notes its data, and fails as often as it is told to. */
function noting(name: string, everySeconds?: number) {
  const seen: unknown[] = [];
  let failures = 0;
  const job = defineJob({
    name,
    data: z.object({ n: z.number().optional() }),
    retry: { limit: 2, delaySeconds: 3600 },
    everySeconds,
    async run(_deps, data) {
      seen.push(data.n);
      if (failures-- > 0) throw new Error("not yet");
    },
  });
  return { job, seen, fail: (times: number) => (failures = times) };
}

const stateOf = async (name: string) =>
  (await sql<{ state: string }>`select state::text from pgboss.job where name = ${name}`.execute(cloud.db)).rows.map(
    ({ state }) => state,
  );
const everythingIsDue = () => sql`update pgboss.job set start_after = now() - interval '1 second'`.execute(cloud.db);

describe("a job", () => {
  it("runs when its transaction has committed, and never when that was rolled back", async () => {
    const { job, seen } = noting("test.transaction");
    const runner = await createRunner(cloud.first.deps, [job]);
    const broken = cloud.db.transaction().execute(async (tx) => {
      await send(tx, job, { n: 1 });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    await cloud.db.transaction().execute(async (tx) => {
      await send(tx, job, { n: 2 });
      await runner.runDue();
      expect(seen).toEqual([]);
    });
    expect([await runner.runDue(), await runner.runDue()]).toEqual([1, 0]);
    expect(seen).toEqual([2]);
    await runner.stop();
  });

  it("waits for its time", async () => {
    const { job, seen } = noting("test.later");
    const runner = await createRunner(cloud.first.deps, [job]);
    await send(cloud.db, job, { n: 1 }, { after: cloud.now() + 3_600_000 });
    expect(await runner.runDue()).toBe(0);
    await everythingIsDue();
    expect(await runner.runDue()).toBe(1);
    expect(seen).toEqual([1]);
    await runner.stop();
  });

  it("is tried again after a pause, and is kept as failed in the end", async () => {
    const { job, seen, fail } = noting("test.retry");
    const runner = await createRunner(cloud.first.deps, [job]);
    fail(3);
    await send(cloud.db, job, { n: 1 });
    await runner.runDue();
    expect(await stateOf(job.name)).toEqual(["retry"]);
    expect(await runner.runDue()).toBe(0);
    for (let round = 0; round < 3; round++) {
      await everythingIsDue();
      await runner.runDue();
    }
    expect(seen).toEqual([1, 1, 1]);
    expect(await stateOf(job.name)).toEqual(["failed"]);
    await runner.stop();
  });

  it("runs once where several processes look for work", async () => {
    const { job, seen } = noting("test.processes");
    const runners = await Promise.all([1, 2, 3].map(() => createRunner(cloud.first.deps, [job])));
    for (let n = 0; n < 12; n++) await send(cloud.db, job, { n });
    const counts = await Promise.all(runners.map((runner) => runner.runDue()));
    expect(counts.reduce((a, b) => a + b)).toBe(12);
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const runner of runners) await runner.stop();
  });

  it("of a kind that nobody listed is refused at once; data that do not fit fail", async () => {
    const { job } = noting("test.unlisted");
    await expect(send(cloud.db, job, { n: 1 })).rejects.toThrow("test.unlisted");
    const { job: other, seen } = noting("test.misfit");
    const runner = await createRunner(cloud.first.deps, [other]);
    await send(cloud.db, other, { n: "one" as unknown as number });
    await runner.runDue();
    expect(seen).toEqual([]);
    expect(await stateOf(other.name)).toEqual(["retry"]);
    await runner.stop();
  });
});

describe("a running process", () => {
  it("looks by itself, sends what comes round once for all processes, and ends when told", async () => {
    const { job, seen } = noting("test.round", 86_400);
    const runners = await Promise.all([1, 2].map(() => startRunner(cloud.first.deps, [job], 10)));
    await eventually(() => expect(seen).toContain(undefined));
    await send(cloud.db, job, { n: 5 });
    await eventually(() => expect(seen).toContain(5));
    for (const runner of runners) await runner.stop();
    await send(cloud.db, job, { n: 6 });
    // One for each day of the database: at midnight there are two.
    const { rows } = await sql<{ day: Date }>`
      select singleton_on as day from pgboss.job where name = ${job.name} and singleton_on is not null and state = 'completed'`.execute(
      cloud.db,
    );
    expect(new Set(rows.map(({ day }) => day.getTime())).size).toBe(rows.length);
    expect(seen.filter((n) => n === undefined)).toHaveLength(rows.length);
    expect(seen.filter((n) => n !== undefined)).toEqual([5]);
  });

  it("asks again whether a round is due: its own clock may say a day's turn before the database's does", async () => {
    const { job, seen } = noting("test.asking", 86_400);
    let skew = 0;
    const runner = await startRunner({ ...cloud.first.deps, now: () => cloud.now() + skew }, [job], 10);
    await eventually(async () => expect(await stateOf(job.name)).toContain("completed"));
    // What was sent is of a day before.
    await sql`update pgboss.job set singleton_on = null where name = ${job.name}`.execute(cloud.db);
    const before = seen.length;
    skew = 61_000;
    await eventually(() => expect(seen.length).toBeGreaterThan(before));
    await runner.stop();
  });

  it("goes on with other work while one job hangs, and waits for that at its end", async () => {
    const hanging: (() => void)[] = [];
    const stuck = defineJob({
      name: "test.stuck",
      data: z.object({}),
      retry: { limit: 0, delaySeconds: 1 },
      async run() {
        await new Promise<void>((resolve) => hanging.push(resolve));
      },
    });
    const { job, seen } = noting("test.beside");
    const runner = await startRunner(cloud.first.deps, [stuck, job], 10);
    await send(cloud.db, stuck, {});
    await eventually(() => expect(hanging).toHaveLength(1));
    await send(cloud.db, job, { n: 1 });
    await eventually(() => expect(seen).toEqual([1]));
    const stopped = runner.stop();
    hanging[0]!();
    await stopped;
    expect(await stateOf("test.stuck")).toEqual(["completed"]);
  });

  it("waits for a database that is away", async () => {
    const { job, seen } = noting("test.outage");
    const runner = await startRunner(cloud.first.deps, [job], 10);
    await sql`alter table pgboss.job rename to job_away`.execute(cloud.db);
    await sql`alter table pgboss.job_away rename to job`.execute(cloud.db);
    await send(cloud.db, job, { n: 1 });
    await eventually(() => expect(seen).toEqual([1]));
    await runner.stop();
  });
});
