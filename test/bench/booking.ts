import { startCluster } from "../../cloud/db/cluster/cluster";
import { startBookingCloud } from "./booking/cloud";
import type { BookingCloud, Wish } from "./booking/cloud";
import { insertPlainly } from "./booking/plain";
import { deadlocksOf, freshDatabase } from "./booking/postgres";
import { best, figure, progress, report } from "./harness";
import type { BenchOptions } from "./harness";
import { temporaryFolder } from "../support/programs";

/**
 * 500 drivers contend for the same 50 slots of one seat, and spread over 10,000 slots of ten sites. Each is a signed-in request that reserves (session, rate limit,
 * offer, the function that sells, feed and ledger in one transaction), straight into the API without a socket, on a PostgreSQL with fsync. Beside it, in turns,
 * the same contended wishes as plain inserts into a table that has nothing but the exclusion constraint, by as many connections; a deadlock is
 * tried again, as its victim has no answer yet.
 */

const BENCH = "booking";
const DRIVERS = 500;
const ROUNDS = 3;
const CONTENDED_SLOTS = 50;
const SITES = 10;
const SLOTS_EACH = 1000;

export async function run(options: BenchOptions): Promise<void> {
  const each = options.large ? 15 : 4;
  const { path: folder, remove } = temporaryFolder();
  const cluster = await startCluster({ folder, now: Date.now });
  const rates = { contended: [] as number[], plain: [] as number[], spread: [] as number[] };
  const p99 = { contended: [] as number[], spread: [] as number[] };
  const wrong = { deadlocks: 0, doubles: 0, plainDeadlocks: 0 };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}: ${DRIVERS} drivers sign up`);
      const url = await freshDatabase(cluster.url, `round_${round}`);
      const cloud = await startBookingCloud(url, DRIVERS, SITES + 2);
      // The programs are warm on both sides, as in any shop that has been open for a minute.
      const warm = await cloud.reserveAll(wishes(DRIVERS, () => SITES + 1, CONTENDED_SLOTS));
      const contended = wishes(DRIVERS, () => 0, CONTENDED_SLOTS);
      progress(`${DRIVERS} drivers want the same ${CONTENDED_SLOTS} slots`);
      const crowd = await cloud.reserveAll(contended);
      progress("the same with nothing but the exclusion constraint");
      const plain = await insertPlainly(await freshDatabase(cluster.url, `plain_${round}`), contended);
      progress(`${DRIVERS} drivers want ${each} each of ${SITES * SLOTS_EACH} slots`);
      const spread = await cloud.reserveAll(wishes(DRIVERS * each, (index) => 1 + (index % SITES), SLOTS_EACH));

      progress(
        `contended ${Math.round(crowd.perSecond)}/s, plain ${Math.round(plain.perSecond)}/s, spread ${Math.round(spread.perSecond)}/s`,
      );
      rates.contended.push(crowd.perSecond);
      rates.plain.push(plain.perSecond);
      rates.spread.push(spread.sold / spread.seconds);
      p99.contended.push(crowd.p99);
      p99.spread.push(spread.p99);
      wrong.doubles += await doubles(cloud, warm.sold + crowd.sold + spread.sold);
      wrong.plainDeadlocks += plain.deadlocks;
      await cloud.stop();
      wrong.deadlocks += await deadlocksOf(cluster.url, `round_${round}`);
    }
  } finally {
    await cluster.stop();
    await remove();
  }
  report(
    [
      figure(BENCH, "contended_vs_exclude", best(rates.contended) / best(rates.plain), "ratio", ">= 5"),
      figure(BENCH, "deadlocks", wrong.deadlocks, "deadlocks", "= 0"),
      figure(BENCH, "double_sales", wrong.doubles, "sales", "= 0"),
      figure(BENCH, "contended_requests_per_s", best(rates.contended), "requests/s"),
      figure(BENCH, "contended_p99_ms", Math.min(...p99.contended), "ms"),
      figure(BENCH, "exclude_inserts_per_s", best(rates.plain), "inserts/s"),
      figure(BENCH, "exclude_deadlocks", wrong.plainDeadlocks, "deadlocks"),
      figure(BENCH, "reservations_per_s", best(rates.spread), "reservations/s"),
      figure(BENCH, "reservation_p99_ms", Math.min(...p99.spread), "ms"),
    ],
    options,
  );
}

/** One to four slots somewhere in a run of `slots`; the same wishes in every run of the benchmark. */
function wishes(count: number, siteOf: (index: number) => number, slots: number): Wish[] {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, index) => {
    const length = 1 + random(4);
    const from = random(slots - length + 1);
    return { driver: index % DRIVERS, site: siteOf(index), from, to: from + length };
  });
}

/** Sales too many: pairs that share a cell, and confirmations that the database does not know. */
async function doubles(cloud: BookingCloud, confirmed: number): Promise<number> {
  const { pairs, sales } = await cloud.count();
  return pairs + Math.abs(sales - confirmed);
}
