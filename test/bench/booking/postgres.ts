import pg from "pg";

/** An empty database beside the one of this address. */
export async function freshDatabase(url: string, name: string): Promise<string> {
  await query(url, `create database ${name}`);
  return url.replace(/\/[^/]*$/, `/${name}`);
}

/** Deadlocks that PostgreSQL broke in a database, once everybody has left it: a backend's last word is counted when it ends. */
export async function deadlocksOf(url: string, name: string): Promise<number> {
  const [row] = await query<{ deadlocks: string }>(
    url,
    `select deadlocks from pg_stat_database where datname = '${name}'`,
  );
  return Number(row?.deadlocks);
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Row>(text);
  await client.end();
  return rows;
}
