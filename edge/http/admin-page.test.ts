import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestHubApp } from "./testing/hub-app";
import { startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
beforeAll(async () => {
  hub = await startHubApp();
});
afterAll(() => hub.close());

it.each(["admin", "install"])("says in plain words that the page /%s is not built", async (name) => {
  const answer = await fetch(`${hub.url}/${name}`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("npm run build");
});

it.each(["admin", "install"])(
  "gives the page /%s to anybody, with a policy that lets nothing in from elsewhere, and its files to keep",
  async (name) => {
    await mkdir(join(hub.folder, "web", name, "assets"), { recursive: true });
    await writeFile(join(hub.folder, "web", name, "index.html"), "<!doctype html><title>hub</title>");
    await writeFile(join(hub.folder, "web", name, "assets", "index-1.js"), "export {};");
    const page = await fetch(`${hub.url}/${name}`);
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");
    const script = await fetch(`${hub.url}/${name}/assets/index-1.js`);
    expect([script.status, script.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    for (const path of [`/${name}/assets/none.js`, `/${name}/assets/..%2findex.html`, `/${name}/index.html`]) {
      expect((await fetch(`${hub.url}${path}`)).status, path).toBe(404);
    }
  },
);
