import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { filesOf, sizesOf } from "../../bench/web/sizes";
import type { Sizes } from "../../bench/web/sizes";
import { buildPages, dist } from "./build";

/** The budgets of the pages; `npm run bench -- web` prints the same figures. */

let sizes: Sizes;
beforeAll(async () => {
  await buildPages();
  sizes = await sizesOf(join(dist("hub"), ".."));
});

it("the hub's page: script at most 20 KiB, everything at most 25 KiB, in each language and state", () => {
  expect(sizes.hubJs).toBeGreaterThan(10_000);
  expect(sizes.hubJs).toBeLessThanOrEqual(20_480);
  expect(sizes.hubAll).toBeLessThanOrEqual(25_600);
});

it("the hub's page for installers and owners brings drivers nothing, and is one small script", () => {
  expect(filesOf(dist("hub"), ".js")).toHaveLength(2);
  expect(sizes.hubAdminJs).toBeGreaterThan(10_000);
  expect(sizes.hubAdminJs).toBeLessThanOrEqual(30_720);
});

it("the installer's page: no file above 50 KiB, with what flashes chips apart from what it shows first", () => {
  expect(sizes.installerChunk).toBeLessThanOrEqual(51_200);
  const html = readFileSync(join(dist("hub"), "install/index.html"), "utf8");
  const first = filesOf(join(dist("hub"), "install"), ".js").filter(({ name }) => html.includes(name));
  expect(first).toHaveLength(1);
  expect(first[0]!.content.includes("default_reset")).toBe(false);
  expect(filesOf(join(dist("hub"), "install"), ".devs")).toHaveLength(1);
});

it("the cloud app: what every page needs at most 25 KiB, no file above 50 KiB", () => {
  expect(sizes.appShellJs).toBeGreaterThan(10_000);
  expect(sizes.appShellJs).toBeLessThanOrEqual(25_600);
  expect(sizes.largestChunk).toBeLessThanOrEqual(51_200);
});

it("no page brings zod to the browser", () => {
  const folders = [dist("hub"), join(dist("hub"), "admin"), join(dist("hub"), "install"), dist("app")];
  for (const { name, content } of folders.flatMap((folder) => filesOf(folder, ".js"))) {
    expect(content.toString().includes("ZodError"), name).toBe(false);
  }
});

it("the cloud app can be put on a home screen: its manifest names an icon that is there", () => {
  const manifest = JSON.parse(readFileSync(join(dist("app"), "manifest.webmanifest"), "utf8")) as {
    icons: { src: string }[];
  };
  expect(readFileSync(join(dist("app"), "index.html"), "utf8")).toContain('href="/manifest.webmanifest"');
  for (const { src } of manifest.icons) expect(existsSync(join(dist("app"), src)), src).toBe(true);
});
