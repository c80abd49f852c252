import { Migrator } from "kysely";
import { migrations } from "../migrations";
import type { Db } from "./database";

/**
 * Brings the database to this program's state. Processes that start at once take turns (kysely's adapter holds an advisory lock), all of it is one
 * transaction, and what has run never runs again. Gives the names of the migrations that ran now.
 */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(String(error));
  return results.map((result) => result.migrationName);
}
