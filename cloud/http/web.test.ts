import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, describe, expect, it } from "vitest";
import { webApp } from "./web";

const root = await mkdtemp(join(tmpdir(), "hitchpost-web-"));
await mkdir(join(root, "assets"));
await writeFile(join(root, "index.html"), "<p>the app</p>");
await writeFile(join(root, "assets/app-1234.js"), "plain");
await writeFile(join(root, "assets/app-1234.js.br"), "brotli");
await writeFile(join(root, "assets/app-1234.js.gz"), "gzip");
const app = new Hono().use(webApp(root)).all("*", (c) => c.text("elsewhere", 404));
afterAll(() => rm(root, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe("the built app", () => {
  it.each([
    ["br, gzip", "brotli", "br"],
    ["gzip;q=0.8, deflate", "gzip", "gzip"],
    ["identity", "plain", null],
  ])("comes packed as the browser takes it: %s", async (accepted, text, encoding) => {
    const response = await get("/assets/app-1234.js", { "accept-encoding": accepted });
    expect(await response.text()).toBe(text);
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
  });

  it("is kept for a year where the name carries a hash, and asked for again elsewhere", async () => {
    expect((await get("/assets/app-1234.js")).headers.get("cache-control")).toContain("immutable");
    const page = await get("/sites/7", { "accept-encoding": "br" });
    expect(await page.text()).toBe("<p>the app</p>");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const again = await get("/sites/7", { "if-none-match": page.headers.get("etag")! });
    expect(again.status).toBe(304);
  });

  it.each([
    "/v1/sites",
    "/assets/missing.js",
    "/%2e%2e%2f%2e%2e%2fetc/passwd.txt",
    "/%ff.js",
    "/assets/..%2f..%2fx.txt",
  ])("leaves %s to others", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it("says what to do where it is not built", async () => {
    const response = await new Hono().use(webApp(join(root, "nowhere"))).request("/");
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
  });
});
