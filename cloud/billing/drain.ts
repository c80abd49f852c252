import type { Transaction } from "kysely";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";

/** Work that waits in a table: rows are found without a lock, then taken one by one, so that it also runs where the table is spread over many servers. */
interface Work<T> {
  /** Some of what is due, the oldest first, but not what has failed in this run. */
  find(failed: readonly string[]): Promise<T[]>;
  idOf(item: T): string;
  /** Locks the row (skipping it where another has it), does the work and notes that it is done. Gives false where there was nothing to do any more. */
  take(tx: Transaction<Database>, item: T): Promise<boolean>;
}

/**
 * Does what is due, each in a transaction of its own; processes share the work. What fails is left for another time and does not hold up the rest: the first failure is
 * thrown in the end. Gives how many were done.
 */
export async function drain<T>(db: Db, work: Work<T>): Promise<number> {
  const failures: { id: string; error: unknown }[] = [];
  for (let count = 0; ;) {
    const items = await work.find(failures.map(({ id }) => id));
    const before = failures.length;
    let done = 0;
    for (const item of items) {
      try {
        if (await db.transaction().execute((tx) => work.take(tx, item))) done += 1;
      } catch (error) {
        failures.push({ id: work.idOf(item), error });
      }
    }
    count += done;
    if (done > 0 || failures.length > before) continue;
    if (failures.length > 0) throw failures[0]?.error;
    return count;
  }
}
