import { afterAll, beforeAll, expect, it } from "vitest";
import { TestCloud } from "../../cloud/testing/cloud";
import { replayInSql } from "./cloud-sql";
import type { Rules } from "./rules";
import { production } from "./rules";
import { anyFell, run } from "./run";
import { Tape } from "./tape";

const SEEDS = 100;
/** Each fifth run is replayed to its end; of the others, which mostly do the same again, so many transactions of each site. */
const WHOLE = 5;
const FIRST = 40;
/** A busy machine takes longer, and is right all the same. */
const PATIENCE_MS = 20 * 60_000;

let cloud: TestCloud;
/** A run has one site or two. */
let pairs: Awaited<ReturnType<TestCloud["paired"]>>[][];
beforeAll(async () => {
  cloud = await TestCloud.start();
  pairs = [];
  for (let pair = 0; pair < 2; pair++) pairs.push([await cloud.paired(), await cloud.paired()]);
});
afterAll(() => cloud.stop());

/** Replays runs, one after the other on each pair of sites. Gives what is wrong with them. */
async function replayed(seeds: number[], rules: Rules, most = Infinity): Promise<{ seed: number; wrong: string[] }[]> {
  const results: { seed: number; wrong: string[] }[] = [];
  const work = async (sites: (typeof pairs)[number]): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const tape = new Tape();
      run(seed, rules, anyFell, false, tape);
      results.push({ seed, wrong: await replayInSql(cloud, sites, tape, seed % WHOLE === 0 ? Infinity : most) });
    }
  };
  await Promise.all(pairs.map(work));
  return results;
}

it(`the cloud of ${SEEDS} runs does the same in PostgreSQL`, { timeout: PATIENCE_MS }, async () => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  const results = await replayed(seeds, production, FIRST);
  expect(results.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(results).toHaveLength(SEEDS);
});

it("a database that does otherwise is seen", async () => {
  const forgets: Rules = {
    ...production,
    applyAtCloud: (book, event) => (event.type === "booking.started" ? book : production.applyAtCloud(book, event)),
  };
  const wrong = (await replayed([2, 3, 9], forgets)).flatMap((result) => result.wrong);
  expect(wrong.some((text) => text.includes("the book is not the simulation's"))).toBe(true);
});
