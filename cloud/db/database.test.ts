import { sql } from "kysely";
import { expect, it } from "vitest";
import { startTestPostgres } from "../testing/postgres";
import { openDatabase } from "./database";

it("a transaction whose connection breaks between two statements fails, and the process goes on", async () => {
  const postgres = await startTestPostgres();
  const { db, pool } = openDatabase(await postgres.database(), 2, () => undefined);
  const broken = new Promise((resolve) => pool.once("connect", (client) => client.once("end", resolve)));
  const work = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(db);
    await broken;
    await sql`select 1`.execute(tx);
  });
  await expect(work).rejects.toThrow();
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
  await postgres.stop();
});
