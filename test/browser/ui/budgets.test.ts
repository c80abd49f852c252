import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import type { renderPage as render } from "../../../web-ui/hub/render";
import { connector, receipt, secret, session, view } from "../../../web-ui/testing/views";
import { buildPages, dist } from "./build";

/** Bytes over the wire, as a server that compresses sends them. */
const gzip = (content: Buffer | string) => gzipSync(content).length;
const files = (page: "hub" | "app", type: string) =>
  readdirSync(join(dist(page), "assets"))
    .filter((name) => name.endsWith(type))
    .map((name) => ({ name, content: readFileSync(join(dist(page), "assets", name)) }));

beforeAll(buildPages);

it("the hub's page: script at most 20 KiB, everything at most 25 KiB, in each language and state", async () => {
  const scripts = files("hub", ".js").reduce((sum, { content }) => sum + gzip(content), 0);
  expect(scripts).toBeLessThanOrEqual(20_480);
  const icon = files("hub", ".svg").reduce((sum, { content }) => sum + gzip(content), 0);
  const { renderPage } = (await import(pathToFileURL(join(dist("hub"), "render.js")).href)) as {
    renderPage: typeof render;
  };
  const live = view(connector({ status: "Charging", session: session() }));
  for (const lang of ["en", "de"] as const) {
    const options = { lang, secret, nonce: "n0nce", requestId: "r1" };
    const pages = [
      renderPage(live, { ...options, path: "/c/CP1/1" }),
      renderPage(view(null), { ...options, path: "/s/1", receipt: receipt() }),
    ];
    // As if each page loaded the scripts of both.
    for (const page of pages) expect(scripts + icon + gzip(page)).toBeLessThanOrEqual(25_600);
  }
});

it("the cloud app: what every page needs at most 25 KiB, no file above 50 KiB", () => {
  const html = readFileSync(join(dist("app"), "index.html"), "utf8");
  const scripts = files("app", ".js");
  const needed = new Set<string>();
  const follow = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    const source = scripts.find((script) => script.name === name)?.content.toString() ?? "";
    for (const [, other] of source.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) follow(other as string);
  };
  for (const [, name] of html.matchAll(/src="\/assets\/([^"]+\.js)"/g)) follow(name as string);
  // One language is loaded before the first page as well.
  follow(scripts.find(({ name }) => name.startsWith("texts-de"))?.name as string);
  const sizes = new Map(scripts.map(({ name, content }) => [name, gzip(content)]));
  expect(needed.size).toBeGreaterThan(2);
  expect([...needed].reduce((sum, name) => sum + (sizes.get(name) as number), 0)).toBeLessThanOrEqual(25_600);
  expect(Math.max(...sizes.values())).toBeLessThanOrEqual(51_200);
});

it("no page brings zod to the browser", () => {
  for (const { name, content } of [...files("hub", ".js"), ...files("app", ".js")]) {
    expect(content.toString().includes("ZodError"), name).toBe(false);
  }
});
