import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Which part of the app a style sheet belongs to; the shell's own sheets are there on every page. */
function partOf(file: string): string {
  return /^(account|admin|driver|messages|owner)\//.exec(file)?.[1] ?? "shell";
}

/** What the rules of a sheet begin with: a class or an element. */
function subjectsOf(css: string): string[] {
  const rules = css.replaceAll(/\/\*[^]*?\*\//g, "").matchAll(/(?:^|[{};])([^{};@]+)\{/g);
  const selectors = [...rules].flatMap(([, list]) => list!.split(","));
  return selectors.flatMap((selector) => /^\s*(\.[a-z-]+|[a-z][a-z0-9]*)/.exec(selector)?.[1] ?? []);
}

/** Whether something is styled where it should not be. */
function isForeign([subject, where]: [string, Set<string>]): boolean {
  if (!subject.startsWith(".")) return where.size > 1 || !where.has("shell");
  return where.size > 1 && !where.has("shell");
}

// A sheet that was loaded with one part stays for the others: whatever is styled there too would look otherwise after a visit.
it("styles each class in one part of the app only, and elements in the shell", () => {
  const parts = new Map<string, Set<string>>();
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((each) => each.endsWith(".css"))) {
    for (const subject of subjectsOf(readFileSync(join(import.meta.dirname, file), "utf8"))) {
      parts.set(subject, (parts.get(subject) ?? new Set()).add(partOf(file)));
    }
  }
  expect(parts.size).toBeGreaterThan(150);
  expect([...parts].filter(isForeign).map(([subject, where]) => `${subject}: ${[...where].join(", ")}`)).toEqual([]);
});
