import pg from "pg";
import type { Wish } from "./cloud";
import { CONNECTIONS } from "./cloud";

/** On a busy machine its deadlocks go on and on: after so long, what has been answered until then is its rate. */
const LONGEST_MS = 20_000;

/** The baseline: each wish one insert in a transaction of its own, into a table with an exclusion constraint and nothing else. */
export async function insertPlainly(
  url: string,
  wishes: readonly Wish[],
): Promise<{ perSecond: number; deadlocks: number }> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query("create extension btree_gist");
  await pool.query(
    "create table bookings (seat integer not null, during int4range not null, exclude using gist (seat with =, during with &&))",
  );
  // The connections are there before the clock runs, as those of the API are.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query("select pg_sleep(0.01)")));
  let deadlocks = 0;
  let answered = 0;
  const start = performance.now();
  const isLate = () => performance.now() - start > LONGEST_MS;
  const insert = async ({ site, from, to }: Wish): Promise<void> => {
    while (!isLate()) {
      const code = await pool.query("insert into bookings values ($1, int4range($2, $3))", [site, from, to]).then(
        () => "sold",
        (error: pg.DatabaseError) => error.code,
      );
      if (code === "sold" || code === "23P01") return void (answered += 1);
      if (code !== "40P01") throw new Error(`The plain insert failed: ${code}`);
      deadlocks += 1;
    }
  };
  await Promise.all(wishes.map(insert));
  const seconds = (performance.now() - start) / 1000;
  await pool.end();
  return { perSecond: answered / seconds, deadlocks };
}
