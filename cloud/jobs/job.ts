import type { z } from "zod";
import type { Deps } from "../deps";

/**
 * A kind of work that is done later: at least once, by any process. So `run` must stand being repeated, also after it had nearly finished. What it throws
 * is tried again after a growing pause; in the end the job is kept as failed.
 */
export interface Job<D extends object> {
  /** Also that of its queue: letters, digits, dots and dashes. */
  name: string;
  data: z.ZodType<D>;
  /** How often it is tried again, and after how many seconds for the first time; each pause is about twice as long as the one before. */
  retry: { limit: number; delaySeconds: number };
  /** Runs by itself, once in each such stretch (a day at most) whatever the number of processes, with `{}` for its data. */
  everySeconds?: number;
  run(deps: Deps, data: D): Promise<void>;
}

export function defineJob<D extends object>(job: Job<D>): Job<D> {
  return job;
}

/** Any kind of job, for lists; the data are parsed by the job's own schema before it runs. */
export type AnyJob = Pick<Job<object>, "name" | "data" | "retry" | "everySeconds"> & {
  run(deps: Deps, data: never): Promise<void>;
};

/** Parses a job's data and runs it. */
export async function runJob(job: AnyJob, deps: Deps, data: unknown): Promise<void> {
  await job.run(deps, job.data.parse(data) as never);
}
