import pg from "pg";
import type { Wish } from "./cloud";
import { CONNECTIONS } from "./cloud";

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
  const insert = async ({ site, from, to }: Wish): Promise<void> => {
    for (;;) {
      try {
        await pool.query("insert into bookings values ($1, int4range($2, $3))", [site, from, to]);
        return;
      } catch (error) {
        const { code } = error as pg.DatabaseError;
        if (code === "23P01") return;
        if (code !== "40P01") throw error;
        deadlocks += 1;
      }
    }
  };
  const start = performance.now();
  await Promise.all(wishes.map(insert));
  const seconds = (performance.now() - start) / 1000;
  await pool.end();
  return { perSecond: wishes.length / seconds, deadlocks };
}
