import { parseArgs } from "node:util";
import { mutants } from "./mutants";

/** What `npm run simulate -- booking` is asked to do. */
export interface Options {
  seeds: number;
  from: number;
  /** Name of the mutant whose rules are run; null: production. */
  mutant: string | null;
  /** Run every mutant, until it is caught. */
  mutants: boolean;
  /** Print the whole history of each run. */
  verbose: boolean;
}

/** What `npm test` runs too. */
export const CI_SEEDS = 2_000;
const MOST = 2 ** 31 - 1;

export const usage = `npm run simulate -- booking [options]

  --seeds N       how many runs (default ${CI_SEEDS})
  --from SEED     the first of them (default 1): \`--from SEED --seeds 1\` repeats a run
  --mutant NAME   by a protocol with one rule replaced
  --mutants       every mutant, each until it is caught
  --verbose       the whole history of every run

Mutants:
${mutants.map(({ name, idea }) => `  ${name}: ${idea}`).join("\n")}`;

/** Reads the arguments after \`simulate\`; a text is what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  const parsed = parse(args);
  if (typeof parsed === "string") return parsed;
  const { values, positionals } = parsed;
  if (positionals.length !== 1 || positionals[0] !== "booking") {
    return `There is one simulation, "booking"; this is "${positionals.join(" ")}".`;
  }
  const seeds = readNumber(values.seeds, CI_SEEDS);
  const from = readNumber(values.from, 1);
  if (seeds === null) return `--seeds needs a whole number from 1 to ${MOST}; this is "${values.seeds}".`;
  if (from === null) return `--from needs a whole number from 1 to ${MOST}; this is "${values.from}".`;
  const { mutant = null, mutants: all = false, verbose = false } = values;
  if (mutant !== null && all) return "--mutant runs one and --mutants all of them: give one of the two.";
  if (mutant !== null && !mutants.some(({ name }) => name === mutant)) return `There is no mutant "${mutant}".`;
  return { seeds, from, mutant, mutants: all, verbose };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seeds: { type: "string" },
        from: { type: "string" },
        mutant: { type: "string" },
        mutants: { type: "boolean" },
        verbose: { type: "boolean" },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readNumber(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= MOST ? number : null;
}
