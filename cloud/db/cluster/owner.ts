import pg from "pg";
import { AppError } from "../../../shared/error";

/** Held by the process that owns the cluster, for as long as it lives: PostgreSQL itself drops it with the connection. */
const OWNER_LOCK = 4_846_211;
const LOCK_NOT_AVAILABLE = "55P03";

/** Another living process has the folder. */
export class ClusterInUse extends AppError {
  constructor() {
    super(
      "folder_in_use",
      "CLOUD_DATA is in use by another running cloud. Stop it, choose another folder, or share one database by DATABASE_URL.",
    );
  }
}

/**
 * Becomes the cluster's owner for as long as the connection given lives. Waits `patienceMs` for another to let go: PostgreSQL may take a moment to notice that
 * a killed one is gone. Throws ClusterInUse where one stays.
 */
export async function own(url: string, patienceMs: number): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, lock_timeout: patienceMs });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [OWNER_LOCK]);
    return client;
  } catch (error) {
    await client.end();
    throw (error as { code?: string }).code === LOCK_NOT_AVAILABLE ? new ClusterInUse() : error;
  }
}
