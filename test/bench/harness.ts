/** What a benchmark measured. `aim` is a text such as `>= 0.5`; null: an absolute figure, for the curious. */
export interface Figure {
  bench: string;
  figure: string;
  value: number;
  unit: string;
  aim: string | null;
  holds: boolean | null;
}

export interface BenchOptions {
  /** One JSON line a figure instead of the table. */
  json: boolean;
  /** The long form, where a benchmark has one. */
  large: boolean;
}

/** A benchmark's file exports `run: Run`; it measures, prints, and cleans up behind itself. */
export type Run = (options: BenchOptions) => Promise<void>;

/** Makes a figure; with an aim (`>=`, `<=` or `=`, then a number) it says whether this run met it. */
export function figure(bench: string, name: string, value: number, unit: string, aim: string | null = null): Figure {
  return { bench, figure: name, value, unit, aim, holds: aim === null ? null : meets(value, aim) };
}

function meets(value: number, aim: string): boolean {
  const [, operator, limit] = /^(>=|<=|=) (\d+(?:\.\d+)?)$/.exec(aim) ?? [];
  if (operator === ">=") return value >= Number(limit);
  if (operator === "<=") return value <= Number(limit);
  if (operator === "=") return value === Number(limit);
  throw new Error(`"${aim}" is no aim.`);
}

/** Prints figures to standard output; a missed aim makes the exit code 1. */
export function report(figures: Figure[], { json }: BenchOptions): void {
  for (const each of figures) console.log(json ? JSON.stringify(each) : row(each));
  if (figures.some((each) => each.holds === false)) process.exitCode = 1;
}

/** What the benchmark is doing, on standard error, so that it is not mixed with the figures. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

function row({ figure: name, value, unit, aim, holds }: Figure): string {
  const shown = Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  const verdict = holds === null ? "" : `aim ${aim}: ${holds ? "holds" : "MISSED"}`;
  return `${name.padEnd(28)} ${shown.padStart(12)} ${unit.padEnd(16)} ${verdict}`.trimEnd();
}

/** Milliseconds that something takes. */
export async function milliseconds(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/**
 * The best of several rounds of a rate: other work on the machine only ever slows a round down. Both sides of a ratio get the same number of rounds,
 * in turns.
 */
export function best(rates: number[]): number {
  return Math.max(...rates);
}

/** The middle one of an odd number of values. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
