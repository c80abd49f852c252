import type { Mutant } from "./mutants";
import type { Rules } from "./rules";
import type { Failed, Result } from "./run";
import { run } from "./run";
import type { Counts } from "./world";
import { newCounts } from "./world";

/** Many runs. */

interface Plan {
  seeds: number;
  /** The first of them. */
  from: number;
  rules: Rules;
  failed: Failed;
  verbose: boolean;
  /** Called after each run. */
  each: (result: Result, done: number) => void;
}

/** What became of them. `failed`: the run that failed; none comes after it. */
interface Outcome {
  failed: Result | null;
  counts: Counts;
  runs: number;
}

/** Runs seeds one after the other, until one fails. */
export function runSeeds({ seeds, from, rules, failed, verbose, each }: Plan): Outcome {
  const counts = newCounts();
  for (let done = 1; done <= seeds; done++) {
    const result = run(from + done - 1, rules, failed, verbose);
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += result.counts[key];
    each(result, done);
    if (failed(result.violations)) return { failed: result, counts, runs: done };
  }
  return { failed: null, counts, runs: seeds };
}

/** A run of a mutant fails when an invariant falls that it is known for. */
export function knownFor(mutant: Mutant): Failed {
  return (violations) => violations.some(({ invariant }) => mutant.breaks.includes(invariant));
}

/** How much happened, in lines for people. */
export function summary(counts: Counts): string[] {
  const { soldByHub, soldByCloud, soldCutOff, walkIns, standbys, refused } = counts;
  const { admitted, copiesRefused, operator, overstays, full, cancels, cancelsRefused, modified, requests } = counts;
  const { partitions, crashes, restores, clones, lostSales } = counts;
  return [
    `sold: ${soldByCloud} by clouds, ${soldByHub} by hubs (${soldCutOff} of them cut off), ${walkIns} walk-ins; refused: ${refused}; standbys: ${standbys}`,
    `admitted: ${admitted} (${operator} tries of operators), used passes refused: ${copiesRefused}, stayed too long: ${overstays}, found no place: ${full}`,
    `cancels: ${cancels} (${cancelsRefused} refused), changes: ${modified}, requests for cells: ${requests}`,
    `lines cut: ${partitions}, power cuts: ${crashes}, restores: ${restores}, clones: ${clones} (with ${lostSales} sales forgotten)`,
  ];
}
