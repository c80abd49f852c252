import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, run } from "./lib/install.mjs";

/**
 * `npm test`: types, lint, format, then every test with coverage. Ends with `N passed, N failed`.
 * Arguments go to vitest and then run alone: `npm test -- edge/store`.
 */
const args = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), "hitchpost-test-"));
const report = join(reports, "report.json");
let failed = false;

try {
  await ensureInstalled();
  const { build } = await import("./build.mjs");
  await stage("build", build);
  if (args.length === 0) {
    await stage("lint", () => run("node_modules/.bin/oxlint", ["--quiet"]));
    await stage("types and format", () =>
      Promise.all([
        // Each checker works out the shared types for itself: four take two and a half times one's time of the processor, and twice its memory.
        run("node_modules/.bin/tsc", ["--noEmit", "--checkers", "1"]),
        run("node_modules/.bin/prettier", ["--check", "--log-level", "warn", "."]),
      ]),
    );
  }
  const coverage = args.length === 0 ? ["--coverage"] : [];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  await stage("tests", () => run("node_modules/.bin/vitest", ["run", ...coverage, ...reporters, ...args]));
} catch (error) {
  failed = true;
  console.error(error instanceof Error ? error.message : error);
}

const counts = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : { numPassedTests: 0, numFailedTests: 0 };
rmSync(reports, { recursive: true, force: true });
const skipped = counts.numPendingTests ? `, ${counts.numPendingTests} skipped` : "";
const failures = counts.numFailedTests + (failed && counts.numFailedTests === 0 ? 1 : 0);
console.log(`${counts.numPassedTests} passed, ${failures} failed${skipped}`);
process.exitCode = failed ? 1 : 0;

async function stage(name, work) {
  const from = performance.now();
  console.log(`== ${name}`);
  await work();
  console.log(`== ${name} done in ${Math.round((performance.now() - from) / 1000)} s`);
}
