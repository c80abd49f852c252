import type pg from "pg";
import { startCluster } from "../../cloud/db/cluster/cluster";
import type { Db } from "../../cloud/db/database";
import { openDatabase } from "../../cloud/db/database";
import { migrate } from "../../cloud/db/migrate";
import { launch, stopEverything, temporaryFolder } from "../support/programs";
import { freshDatabase } from "./booking/postgres";
import type { BenchOptions } from "./harness";
import { figure, median, milliseconds, progress, report } from "./harness";
import { citiesFor, load } from "./search/load";
import { cityPositions, seeded } from "./search/positions";
import type { Question } from "./search/questions";
import { addressOf, askPlainly, questions } from "./search/questions";
import { watchStatements } from "./search/statements";

/**
 * Search over 100,000 connectors and 300,000 reservations (`--large`: 1,000,000 and 3,000,000), and over a tenth of that at the same density, through a real cloud process over
 * HTTP; each question beside the same one as a statement by hand, in turns, so that whatever else the machine does troubles both.
 */

const BENCH = "search";
const WARM = 100;
const ROUNDS = 3;
const EACH_ROUND = 100;

interface Measured {
  http: number;
  db: number;
  bare: number;
  found: number;
}

export async function run(options: BenchOptions): Promise<void> {
  const size = options.large ? 1_000_000 : 100_000;
  const { path: folder, remove } = temporaryFolder();
  const cluster = await startCluster({ folder, now: Date.now, durable: false });
  try {
    const small = await measure(await freshDatabase(cluster.url, "small"), size / 10);
    const large = await measure(await freshDatabase(cluster.url, "large"), size);
    report(
      [
        figure(BENCH, "p95_vs_bare_sql", large.http / large.bare, "ratio", "<= 3"),
        figure(BENCH, "p95_growth_10x", large.http / small.http, "ratio", "<= 2"),
        figure(BENCH, "p95_db_ms", large.db, "ms"),
        figure(BENCH, "p95_http_ms", large.http, "ms"),
        figure(BENCH, "p95_bare_sql_ms", large.bare, "ms"),
        figure(BENCH, "places_per_answer", large.found, "places"),
        figure(BENCH, "connectors", size, "connectors"),
      ],
      options,
    );
  } finally {
    await stopEverything();
    await cluster.stop();
    await remove();
  }
}

async function measure(url: string, connectors: number): Promise<Measured> {
  const { db, pool } = openDatabase(url, 4, () => undefined);
  const now = Date.now();
  const random = seeded(7);
  const { positions, real } = cityPositions(random);
  try {
    await migrate(db);
    progress(
      `${connectors.toLocaleString("en")} connectors at ${real ? "Shenzhen's" : "made-up"} positions are loaded`,
    );
    const seconds = (await milliseconds(() => load(pool, connectors, positions, now))) / 1000;
    progress(`loaded in ${Math.round(seconds)} s; searching`);
    const world = { cities: citiesFor(connectors, positions), positions, now };
    const asked = questions(WARM + ROUNDS * EACH_ROUND, world, random);
    return await ask({ db, pool }, url, asked);
  } finally {
    await db.destroy();
  }
}

/** The middle of the rounds' 95th percentiles: by HTTP, of the search's own statements, and by hand. */
async function ask(
  { db, pool }: { db: Db; pool: pg.Pool },
  url: string,
  asked: readonly Question[],
): Promise<Measured> {
  const cloud = await launch("cloud", [], { DATABASE_URL: url, CLOUD_PORT: "0", TRUST_PROXY: "true" });
  const base = `http://127.0.0.1:${cloud.ready["http"]}`;
  let total = 0;
  const overHttp = async (question: Question, index: number) => {
    const response = await fetch(`${base}${addressOf(question)}`, {
      headers: { "x-forwarded-for": `10.0.0.${index % 250}` },
    });
    if (!response.ok) throw new Error(`Search answered ${response.status}: ${await response.text()}`);
    total += ((await response.json()) as { places: unknown[] }).places.length;
  };
  const rounds = { http: [] as number[], db: [] as number[], bare: [] as number[] };
  const statements = watchStatements(db, pool);
  for (const [index, question] of asked.slice(0, WARM).entries()) {
    await overHttp(question, index);
    await statements.ask(question);
    await askPlainly(pool, question);
  }
  total = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const times = { http: [] as number[], db: [] as number[], bare: [] as number[] };
    const from = WARM + round * EACH_ROUND;
    for (const [index, question] of asked.slice(from, from + EACH_ROUND).entries()) {
      times.http.push(await milliseconds(() => overHttp(question, index)));
      times.db.push(await statements.ask(question));
      times.bare.push(await milliseconds(() => askPlainly(pool, question)));
    }
    for (const name of ["http", "db", "bare"] as const) rounds[name].push(p95(times[name]));
    progress(`p95 by HTTP ${rounds.http.at(-1)!.toFixed(1)} ms, by hand ${rounds.bare.at(-1)!.toFixed(1)} ms`);
  }
  await cloud.stop();
  const found = total / (ROUNDS * EACH_ROUND);
  return { http: median(rounds.http), db: median(rounds.db), bare: median(rounds.bare), found };
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] as number;
}
