import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** The rules of the house that a compiler does not check: who may import whom, who reads time and environment, how large a file grows. */

const root = join(import.meta.dirname, "..");
const folders = ["shared", "edge", "cloud", "web-ui", "device"];

interface Source {
  path: string;
  text: string;
  isTest: boolean;
}

const sources: Source[] = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: file.slice(root.length + 1),
      text: readFileSync(file, "utf8"),
      isTest: file.includes(".test.") || file.includes("/testing/"),
    })),
);
const production = sources.filter((source) => !source.isTest);

interface Import {
  from: string;
  what: string;
  typeOnly: boolean;
}

function importsOf({ path, text }: Source): Import[] {
  const found = [
    ...text.matchAll(
      /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+["']([^"']+)["']|^\s*import\s+["']([^"']+)["']/gm,
    ),
  ];
  const dynamic = [...text.matchAll(/\bimport\(\s*["']([^"']+)["']/g)].map((match) => ({
    specifier: match[1]!,
    typeOnly: false,
  }));
  return [
    ...found.map((match) => ({ specifier: (match[2] ?? match[3])!, typeOnly: Boolean(match[1]) })),
    ...dynamic,
  ].map(({ specifier, typeOnly }) => ({
    from: path,
    what: specifier.startsWith(".") ? join(path, "..", specifier) : specifier,
    typeOnly,
  }));
}

/** Imports of production code below `folder` that `allowed` refuses. */
function wrong(folder: string, allowed: (each: Import) => boolean): string[] {
  return production
    .filter((source) => source.path.startsWith(folder))
    .flatMap(importsOf)
    .filter((each) => !allowed(each))
    .map((each) => `${each.from} imports ${each.what}`);
}

const local = (each: Import, ...prefixes: string[]) => prefixes.some((prefix) => each.what.startsWith(prefix));
const isPackage = (each: Import) => !folders.some((folder) => each.what.startsWith(`${folder}/`));

describe("who may import whom", () => {
  it("finds the sources at all", () => {
    for (const folder of folders) expect(production.some((source) => source.path.startsWith(folder))).toBe(true);
    expect(production.flatMap(importsOf).length).toBeGreaterThan(100);
  });

  it("shared imports zod only", () => {
    expect(wrong("shared/", (each) => local(each, "shared/") || each.what === "zod")).toEqual([]);
  });

  it("edge and cloud import shared, never each other nor the pages", () => {
    expect(wrong("edge/", (each) => isPackage(each) || local(each, "edge/", "shared/"))).toEqual([]);
    expect(wrong("cloud/", (each) => isPackage(each) || local(each, "cloud/", "shared/"))).toEqual([]);
  });

  it("web-ui imports shared and, as a type only, the cloud's API; its installer the steps of an installation", () => {
    const allowed = (each: Import) =>
      (each.from.startsWith("web-ui/installer/") && local(each, "device/installer/", "dist/device/")) ||
      isPackage(each) ||
      local(each, "web-ui/", "shared/") ||
      (each.typeOnly && local(each, "cloud/app"));
    expect(wrong("web-ui/", allowed)).toEqual([]);
    expect(wrong("web-ui/", (each) => each.what !== "zod" && !each.what.startsWith("node:"))).toEqual([]);
  });

  it("the charger imports nothing from outside, its core not even DeviceScript", () => {
    expect(wrong("device/core/", (each) => local(each, "device/core/"))).toEqual([]);
    expect(wrong("device/board/", (each) => local(each, "device/board/", "device/core/"))).toEqual([]);
    expect(
      wrong("device/src/", (each) => local(each, "device/") || /^@(devicescript|dsboard)\//.test(each.what)),
    ).toEqual([]);
    expect(wrong("device/virtual/", (each) => isPackage(each) || local(each, "device/"))).toEqual([]);
  });
});

describe("what a browser runs", () => {
  it("of an installation has nothing of Node in it", () => {
    const seen = new Set<string>();
    const follow = (path: string): string[] => {
      const source = sources.find((each) => each.path === `${path}.ts`);
      if (!source || seen.has(path)) return [];
      seen.add(path);
      return importsOf(source)
        .filter(({ typeOnly }) => !typeOnly)
        .flatMap(({ what }) => (isPackage({ from: path, what, typeOnly: false }) ? [what] : follow(what)));
    };
    const packages = new Set(
      ["install", "tell", "plan", "state"].flatMap((name) => follow(`device/installer/${name}`)),
    );
    expect([...packages]).toEqual(["@noble/hashes/legacy.js", "esptool-js/bundle.js"]);
    expect(seen.size).toBeGreaterThan(10);
  });
});

describe("one home for each outside thing", () => {
  const offenders = (pattern: RegExp, homes: RegExp, among: Source[] = production) =>
    among
      .filter((source) => !homes.test(source.path) && pattern.test(codeOf(source.text)))
      .map((source) => source.path);

  it("only config.ts reads the environment", () => {
    expect(offenders(/process\.env\b/, /(^|\/)config\.ts$/)).toEqual([]);
  });

  it("only clock.ts reads the time, besides pages that show it", () => {
    const servers = production.filter((source) => !source.path.startsWith("web-ui/"));
    expect(offenders(/Date\.now\(|new Date\(\)|performance\.now\(/, /(^|\/)clock\.ts$/, servers)).toEqual([]);
  });

  it("nobody types any or silences the compiler", () => {
    expect(offenders(/:\s*any\b|\bas any\b/, /^$/, sources)).toEqual([]);
    const silenced = sources.filter(({ text }) => /@ts-(ignore|expect-error|nocheck)|(ox|es)lint-disable/.test(text));
    expect(silenced.map(({ path }) => path)).toEqual([]);
  });
});

it("what has more than 300 lines is two things", () => {
  const tooLong = sources.filter(({ text }) => text.split("\n").length > 301);
  expect(tooLong.map(({ path }) => path)).toEqual([]);
});

/** The text without comments and strings. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/"[^"\n]*"/g, '""');
}
