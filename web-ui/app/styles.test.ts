import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Which part of the app a style sheet belongs to; the shell's own sheets are there on every page. */
function partOf(file: string): string {
  return /^(account|admin|driver|messages|owner)\//.exec(file)?.[1] ?? "shell";
}

/** Every selector of the app's sheets, with the part that it belongs to. */
const selectors = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".css"))
  .flatMap((file) => {
    const css = readFileSync(join(import.meta.dirname, file), "utf8").replaceAll(/\/\*[^]*?\*\//g, "");
    const lists = [...css.matchAll(/(?:^|[{};])([^{};@]+)\{/g)].map(([, list]) => list!);
    return lists.flatMap((list) =>
      list.split(/,(?![^(]*\))/).map((selector) => ({ selector: selector.trim(), part: partOf(file) })),
    );
  });

/** Classes and elements that rules begin with, and the parts in which they do. */
const parts = new Map<string, Set<string>>();
for (const { selector, part } of selectors) {
  const [, subject] = /^(\.[a-z-]+|[a-z][a-z0-9]*)/.exec(selector) ?? [];
  if (subject) parts.set(subject, (parts.get(subject) ?? new Set()).add(part));
}

/** Whether something is styled where it should not be. */
function isForeign([subject, where]: [string, Set<string>]): boolean {
  if (!subject.startsWith(".")) return where.size > 1 || !where.has("shell");
  return where.size > 1 && !where.has("shell");
}

// A sheet that was loaded with one part stays for the others: whatever is styled there too would look otherwise after a visit.
it("styles each class in one part of the app only, and elements in the shell", () => {
  expect(parts.size).toBeGreaterThan(150);
  expect([...parts].filter(isForeign).map(([subject, where]) => `${subject}: ${[...where].join(", ")}`)).toEqual([]);
});

it("names a class of the part's own in each rule of a part", () => {
  const isOwn = (name: string, part: string) => [...(parts.get(name) ?? [])].join("") === part;
  const foreign = selectors.filter(({ selector, part }) => {
    const classes: string[] = selector.match(/\.[a-z][a-z-]*/g) ?? [];
    return part !== "shell" && !classes.some((name) => isOwn(name, part));
  });
  expect(foreign).toEqual([]);
});
