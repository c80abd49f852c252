import { describe, expect, it } from "vitest";
import { historyOf } from "./history";
import { Checker } from "./invariants";
import { mutants } from "./mutants";
import { CI_SEEDS, readOptions } from "./options";
import { production } from "./rules";
import { anyFell, run } from "./run";
import { Schedule } from "./schedule";
import { knownFor, runSeeds } from "./seeds";
import type { Counts } from "./world";
import { newCounts } from "./world";

/** The simulation of docs/adr/0005-reservation-escrow.md. `npm run simulate -- booking --from SEED --seeds 1 --verbose` repeats a run that fails here. */

/** A busy machine takes longer, and is right all the same. */
const PATIENCE_MS = 20 * 60_000;
const quiet = { verbose: false, each: () => undefined };

describe("the reservation protocol", () => {
  it(`keeps its invariants in ${CI_SEEDS} runs`, { timeout: PATIENCE_MS }, async () => {
    const happened = newCounts();
    const block = 100;
    for (let from = 1; from < CI_SEEDS; from += block) {
      const { failed, counts } = runSeeds({ seeds: block, from, rules: production, failed: anyFell, ...quiet });
      expect(failed && { seed: failed.seed, violations: failed.violations }).toBe(null);
      for (const key of Object.keys(happened) as (keyof Counts)[]) happened[key] += counts[key];
      // The test runner has to hear of this process now and then.
      await new Promise(setImmediate);
    }
    // Nothing that the runs are for was left out.
    for (const [what, count] of Object.entries(happened)) expect([what, count > 10]).toEqual([what, true]);
  });

  it("keeps them where a replaced computer takes the epoch that it asked for after its successor has one", () => {
    expect(run(17_023, production).violations).toEqual([]);
  });

  it("gives the same run for the same seed", () => {
    const twice = [run(17, production, anyFell, true), run(17, production, anyFell, true)];
    expect(twice[0]).toEqual(twice[1]);
    expect(run(18, production, anyFell, true).trace).not.toEqual(twice[0]?.trace);
  });
});

describe("the simulation", () => {
  it.each(mutants)("catches $name", (mutant) => {
    const failed = knownFor(mutant);
    const caught = runSeeds({ seeds: CI_SEEDS, from: 1, rules: mutant.rules, failed, ...quiet }).failed;
    expect(caught?.violations.some((violation) => failed([violation]))).toBe(true);
  });

  it("tells what led to a fall, and leaves out what has nothing to do with it", () => {
    const rules = mutants.find(({ name }) => name === "resale-before-verdict")?.rules ?? production;
    const { failed } = runSeeds({ seeds: CI_SEEDS, from: 1, rules, failed: anyFell, ...quiet, verbose: true });
    const [first] = failed?.violations ?? [];
    const [one, other] = first?.message.match(/b\d+\/1/g) ?? [];
    const history = failed ? historyOf(failed) : [];
    expect(history.filter((line) => line.includes(`sells ${one}:`) || line.includes(`sells ${other}:`)).length).toBe(2);
    expect(history.length).toBeLessThan(failed?.trace.length ?? 0);
    expect(history.at(-1)).toContain(`!!! I2`);
  });
});

describe("the checker", () => {
  const fallen = (happens: (checker: Checker, schedule: Schedule) => void): string[] => {
    const schedule = new Schedule(0);
    const checker = new Checker(schedule, () => undefined);
    happens(checker, schedule);
    return checker.violations.map(({ invariant }) => invariant);
  };

  it("misses no answer that waited for more than a disk, or never came (I9)", () => {
    const machine = {};
    const answeredAfter = (ms: number) =>
      fallen((checker, schedule) => {
        const done = checker.call(machine);
        schedule.next(ms);
        done();
        checker.allAnswered();
      });
    expect(answeredAfter(200)).toEqual([]);
    expect(answeredAfter(5_000)).toEqual(["I9"]);
    const never = (cut: boolean) =>
      fallen((checker, schedule) => {
        checker.call(machine);
        if (cut) checker.cut(machine);
        schedule.next(5_000);
        checker.allAnswered();
      });
    expect(never(false)).toEqual(["I9"]);
    expect(never(true)).toEqual([]);
  });

  it("sees a message taken twice (I5), and one of an older epoch (I6)", () => {
    const envelope = { epoch: 1, seq: 1, message: null };
    expect(fallen((checker) => checker.applied("hub1", "up", envelope, 1))).toEqual([]);
    const twice = fallen((checker) => {
      checker.applied("hub1", "up", envelope, 1);
      checker.applied("hub1", "up", envelope, 1);
    });
    expect(twice).toEqual(["I5"]);
    expect(fallen((checker) => checker.applied("hub1", "down", envelope, 2))).toEqual(["I6"]);
  });

  it("sees energy for what was never sold (I4)", () => {
    expect(fallen((checker) => checker.energised("hub1", "b1/1"))).toEqual(["I4"]);
  });
});

describe("npm run simulate", () => {
  it("takes its options, and says what is wrong with others", () => {
    expect(readOptions(["booking"])).toEqual({
      seeds: CI_SEEDS,
      from: 1,
      mutant: null,
      mutants: false,
      verbose: false,
    });
    expect(
      readOptions(["booking", "--seeds", "5", "--from", "9", "--mutant", "time-lease", "--verbose"]),
    ).toMatchObject({ seeds: 5, from: 9, mutant: "time-lease", verbose: true });
    expect(readOptions(["booking", "--mutants"])).toMatchObject({ mutants: true });
    const wrong: [string[], string][] = [
      [[], 'There is one simulation, "booking"'],
      [["load"], 'this is "load"'],
      [["booking", "twice"], 'this is "booking twice"'],
      [["booking", "--seeds", "0"], "--seeds needs a whole number"],
      [["booking", "--seeds", "1e3"], 'this is "1e3"'],
      [["booking", "--from", "99999999999"], "--from needs a whole number"],
      [["booking", "--mutant", "none"], 'There is no mutant "none"'],
      [["booking", "--mutant", "time-lease", "--mutants"], "give one of the two"],
      [["booking", "--seed", "5"], "--seed"],
      [["booking", "--seeds"], "--seeds"],
    ];
    for (const [args, message] of wrong) expect(readOptions(args)).toEqual(expect.stringContaining(message));
  });
});
