import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import PgBoss from "pg-boss";
import type { Deps } from "../deps";
import type { AnyJob } from "./job";
import { runJob } from "./job";
import { createQueues } from "./queues";
import { ARCHIVE_SECONDS, bossDb, sendRound } from "./send";

/** How often a process asks at most whether a round is due. */
const ASK_MS = 60_000;

/** One process' share of the work. */
export interface Runner {
  /** Begins what is due in queues that are not at work already, and waits for none of it. */
  beginDue(): Promise<void>;
  /** Runs whatever is due now to its end; gives how many jobs that were. Tests call it by hand. */
  runDue(): Promise<number>;
  /** Ends after the jobs that are under way. */
  stop(): Promise<void>;
}

/** Ready to run jobs, by hand. Throws where the tables of pg-boss cannot be brought up to date. */
export async function createRunner(deps: Deps, jobs: AnyJob[]): Promise<Runner> {
  const { db, log } = deps;
  const boss = new PgBoss({
    db: bossDb(db),
    schedule: false,
    supervise: true,
    archiveCompletedAfterSeconds: ARCHIVE_SECONDS,
  });
  boss.on("error", (error) => log.warn({ err: error }, "jobs: housekeeping failed"));
  await boss.start();
  await createQueues(db, jobs);
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const ending = new AbortController();
  /** The queues at work. A slow one, such as mails to a server that hangs, holds up no other. */
  const busy = new Map<string, Promise<number>>();

  async function runOne(job: AnyJob, { id, data }: PgBoss.Job): Promise<void> {
    try {
      await runJob(job, deps, data);
    } catch (error) {
      log.warn({ err: error, job: job.name, id }, "a job failed");
      await boss.fail(job.name, id, { message: error instanceof Error ? error.message : String(error) });
      return;
    }
    await boss.complete(job.name, id);
  }

  /** One job after the other. */
  async function drain(job: AnyJob): Promise<number> {
    for (let count = 0; ; count++) {
      if (ending.signal.aborted) return count;
      const [next] = await boss.fetch<object>(job.name, { batchSize: 1 });
      if (!next) return count;
      await runOne(job, next);
    }
  }

  async function begin(): Promise<Promise<number>[]> {
    const { rows } = await sql<{ name: string }>`
      select distinct name from pgboss.job where state < 'active' and start_after < now()`.execute(db);
    const idle = rows.flatMap(({ name }) => byName.get(name) ?? []).filter(({ name }) => !busy.has(name));
    return idle.map((job) => {
      const drained = drain(job).finally(() => busy.delete(job.name));
      busy.set(job.name, drained);
      return drained;
    });
  }

  return {
    async beginDue() {
      for (const drained of await begin()) {
        drained.catch((error: unknown) => log.warn({ err: error }, "jobs: the database cannot be reached"));
      }
    },
    async runDue() {
      const counts = await Promise.all(await begin());
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      ending.abort();
      await Promise.allSettled(busy.values());
      await boss.stop({ graceful: false });
    },
  };
}

/**
 * Runs jobs until it is stopped: looks every `pollMs`. A database that cannot be reached is waited for. Rounds are sent as they are due; what all
 * processes send of one round is one job.
 */
export async function startRunner(deps: Deps, jobs: AnyJob[], pollMs: number): Promise<Runner> {
  const { db, log } = deps;
  const runner = await createRunner(deps, jobs);
  const ending = new AbortController();
  const rounds = jobs.flatMap(({ name, everySeconds }) => (everySeconds === undefined ? [] : [{ name, everySeconds }]));
  const sentAt = new Map<string, number>();

  /** Whether a stretch has had its round is the database's to say, by its own clock: each process asks now and then. */
  async function sendRounds(): Promise<void> {
    for (const { name, everySeconds } of rounds) {
      const [at, last] = [deps.now(), sentAt.get(name)];
      if (last !== undefined && Math.abs(at - last) < Math.min(everySeconds * 1000, ASK_MS)) continue;
      await sendRound(db, name, everySeconds);
      sentAt.set(name, at);
    }
  }

  const loop = (async () => {
    while (!ending.signal.aborted) {
      try {
        await sendRounds();
        await runner.beginDue();
      } catch (error) {
        log.warn({ err: error }, "jobs: the database cannot be reached");
      }
      await pause(pollMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();

  return {
    ...runner,
    async stop() {
      ending.abort();
      await loop;
      await runner.stop();
    },
  };
}
