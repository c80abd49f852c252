import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Database } from "./schema";

export type Db = Kysely<Database>;

/** A pool of connections and the query builder over it. `onError` hears of idle connections that broke, as when PostgreSQL restarts. */
export function openDatabase(url: string, max: number, onError: (error: Error) => void): { db: Db; pool: pg.Pool } {
  const types = new pg.TypeOverrides();
  // bigint comes as text by default; seqs and positions stay far below 2^53.
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max, types, connectionTimeoutMillis: 10_000 });
  pool.on("error", (error) => {
    // pg hangs its whole client on the error, which no log needs; and a pool that ends loses its connections on purpose.
    Reflect.deleteProperty(error, "client");
    if (!pool.ending) onError(error);
  });
  // Of a connection that is lent the borrower hears at its next statement; between two of them an error without a listener would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return { db: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }), pool };
}
