import type { Kysely } from "kysely";
import { CompiledQuery } from "kysely";
import PgBoss from "pg-boss";
import type { Database } from "../db/schema";
import type { Job } from "./job";

/** pg-boss' way into a database: here kysely's, so that a job is sent by the transaction that is under way. */
export function bossDb(db: Kysely<Database>): PgBoss.Db {
  return {
    async executeSql(text, values = []) {
      const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
      return { rows };
    },
  };
}

const nowhere: PgBoss.Db = {
  executeSql: () => Promise.reject(new Error("A job is sent by a transaction.")),
};
/** For so long a round is remembered, so no job may come round more seldom than daily. */
export const ARCHIVE_SECONDS = 86_400;

/** Never started: it only words the statements, for whoever sends. */
const wording = new PgBoss({ db: nowhere, archiveCompletedAfterSeconds: ARCHIVE_SECONDS });

/** Sends a job: it runs after the transaction has committed, and never where that is rolled back. `after`: epoch ms, not before then. */
export async function send<D extends object>(
  tx: Kysely<Database>,
  job: Pick<Job<D>, "name" | "data">,
  data: D,
  { after }: { after?: number } = {},
): Promise<void> {
  const options = { db: bossDb(tx), ...(after === undefined ? {} : { startAfter: new Date(after) }) };
  const id = await wording.send(job.name, data, options);
  if (id === null) throw new Error(`There is no queue for ${job.name}: it is not listed in jobs/all.ts.`);
}

/** Sends a job that comes round by itself, unless its stretch has had one. */
export async function sendRound(db: Kysely<Database>, name: string, everySeconds: number): Promise<void> {
  await wording.send(name, {}, { db: bossDb(db), singletonSeconds: everySeconds });
}
