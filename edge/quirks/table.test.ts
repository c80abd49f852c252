import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const table = await readFile(new URL("../../docs/ocpp-quirks.md", import.meta.url), "utf8");
const rows = table.split("\n").filter((line) => /^\| \d+ \|/.test(line));

it("has all twenty rows", () => {
  expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

it.each(rows)("%s", async (row) => {
  const tests = [...row.matchAll(/`(edge\/[\w./-]+\.test\.ts)`: "([^"]+)"/g)];
  expect(tests.length).toBeGreaterThan(0);
  for (const [, file = "", name = ""] of tests) {
    expect(await readFile(new URL(`../../${file}`, import.meta.url), "utf8")).toContain(name);
  }
});
