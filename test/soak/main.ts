import { randomInt } from "node:crypto";
import { readOptions, usage } from "./options";
import type { Outcome } from "./soak";
import { soak, wordsOf } from "./soak";

/** `npm run soak -- --minutes N`: exit code 0 where all books are equal, 1 where they are not, 2 for arguments that make no sense. */

const options = readOptions(process.argv.slice(2), randomInt(2 ** 31));
if (typeof options === "string") {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());
  try {
    const outcome = await soak(options, say, interrupted.signal);
    report(outcome);
    process.exitCode = outcome.wrong.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

function say(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)}  ${what}`);
}

function report({ total, wrong, refusals, broken, memory }: Outcome): void {
  console.log(`What people met: ${wordsOf(refusals)}`);
  console.log(`What was broken: ${wordsOf(broken)}`);
  for (const { name, samples, earlyMb, lateMb } of memory) {
    console.log(`Memory of ${name}: ${earlyMb} MB early, ${lateMb} MB late (${samples} samples)`);
  }
  const money = `${(total.amount / 100).toFixed(2)} EUR`;
  console.log(`Books: ${total.sessions} sessions, ${total.energyWh} Wh, ${money}, ${total.reservations} reservations.`);
  for (const each of wrong) console.log(`WRONG  ${each}`);
  console.log(wrong.length === 0 ? "All books are equal." : `${wrong.length} differences.`);
}
