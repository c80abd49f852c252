import pg from "pg";
import { AppError } from "../../../shared/error";

/** Held by the process that owns the cluster, for as long as it lives: PostgreSQL itself drops it with the connection. */
const OWNER_LOCK = 4_846_211;

/** Another living process has the folder. */
export class ClusterInUse extends AppError {
  constructor() {
    super(
      "folder_in_use",
      "CLOUD_DATA is in use by another running cloud. Stop it, choose another folder, or share one database by DATABASE_URL.",
    );
  }
}

/** Becomes the cluster's owner for as long as the connection given lives. Throws ClusterInUse where it has one. */
export async function own(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [OWNER_LOCK]);
  if (rows[0]?.locked) return client;
  await client.end();
  throw new ClusterInUse();
}
