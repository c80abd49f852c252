import { historyOf } from "./history";
import { mutants } from "./mutants";
import type { Options } from "./options";
import { readOptions, usage } from "./options";
import { production } from "./rules";
import { anyFell, run } from "./run";
import type { Result } from "./run";
import { knownFor, runSeeds, summary } from "./seeds";

/**
 * `npm run simulate -- booking`: exit code 0 where no invariant broke (of mutants: where each was caught), 1 where one did, 2 for
 * arguments that make no sense.
 */

const options = readOptions(process.argv.slice(2));

if (typeof options === "string") {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  const good = options.mutants ? catchMutants(options) : simulate(options);
  process.exitCode = good ? 0 : 1;
}

function simulate({ seeds, from, mutant: name, verbose }: Options): boolean {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant) console.log(`Mutant ${mutant.name}: ${mutant.idea}.`);
  const rules = mutant?.rules ?? production;
  const failed = mutant ? knownFor(mutant) : anyFell;
  const say = progress(seeds);
  const each = (result: Result, done: number): void => {
    if (verbose) print(`Seed ${result.seed}`, result.trace);
    say(result, done);
  };
  const outcome = runSeeds({ seeds, from, rules, failed, verbose, each });
  if (!outcome.failed) {
    print(`Seeds ${from} to ${from + seeds - 1}: no invariant broke.`, summary(outcome.counts));
    return true;
  }
  const { seed, violations } = outcome.failed;
  if (!verbose) print("What led to it:", historyOf(run(seed, rules, failed, true)));
  print(
    `Seed ${seed} broke an invariant:`,
    violations.map(({ invariant, message, at }) => `${invariant} at ${at}: ${message}`),
  );
  const same = `--from ${seed} --seeds 1${mutant ? ` --mutant ${mutant.name}` : ""} --verbose`;
  console.log(`The same run with all that happened: npm run simulate -- booking ${same}`);
  return false;
}

function catchMutants({ seeds, from, verbose }: Options): boolean {
  let caught = 0;
  for (const mutant of mutants) {
    const { name, idea, rules } = mutant;
    const failed = knownFor(mutant);
    const result = runSeeds({ seeds, from, rules, failed, verbose: false, each: progress(seeds, name) }).failed;
    const by = result?.violations.find((violation) => failed([violation]));
    if (by) caught++;
    const how = by ? `caught by ${by.invariant} at seed ${result?.seed}: ${by.message}` : `NOT CAUGHT in ${seeds} runs`;
    print(`${name}: ${idea}`, [how]);
    if (result && verbose) print("What led to it:", historyOf(run(result.seed, rules, failed, true)));
  }
  console.log(`${caught} of ${mutants.length} mutants caught.`);
  return caught === mutants.length;
}

function print(title: string, lines: readonly string[]): void {
  console.log([title, ...lines.map((line) => `  ${line}`)].join("\n"));
}

/** Says how far it is, every few seconds, on standard error. */
function progress(seeds: number, name = "booking"): (result: Result, done: number) => void {
  let said = performance.now();
  return (_result, done) => {
    if (performance.now() - said < 3_000) return;
    said = performance.now();
    console.error(`${name}: ${done} of ${seeds} runs`);
  };
}
