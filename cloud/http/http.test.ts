import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import pino from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { AppError } from "../../shared/error";
import { openCloud } from "../testing/open";
import { decodeCursor, encodeCursor } from "./page";
import { errorHandler } from "./errors";
import { countHit, forgetExpired } from "./rate-limit";

const web = await mkdtemp(join(tmpdir(), "hitchpost-web-"));
afterAll(() => rm(web, { recursive: true, force: true }));
await mkdir(join(web, "app", "assets"), { recursive: true });
await writeFile(join(web, "app", "index.html"), "<!doctype html>app");
await writeFile(join(web, "app", "assets", "main-abc123.js"), "main()");
await writeFile(join(web, "app", "LICENSE.strange"), "text");
await writeFile(join(web, "secret.txt"), "secret");
const cloud = await openCloud({ webRoot: join(web, "app") });

const get = (path: string, headers: Record<string, string> = {}) => cloud.first.request(path, { headers });

describe("the app's files", () => {
  it("are the app's page for every address that is no file, and asked for again each time", async () => {
    for (const path of ["/", "/sites/1/board"]) {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([200, "<!doctype html>app"]);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      const again = await get(path, { "if-none-match": response.headers.get("etag")! });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
  });

  it("are kept for a year where their name says what is in them", async () => {
    const response = await get("/assets/main-abc123.js");
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await get("/LICENSE.strange")).headers.get("content-type")).toBe("application/octet-stream");
  });

  it("end at their folder", async () => {
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/assets/none.js",
      "/%00.txt",
      "/%ff.txt",
    ]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain("secret");
    }
    expect((await get("/assets")).headers.get("content-type")).toContain("html");
  });

  it("are missed with a plain sentence where nothing is built", async () => {
    const bare = await cloud.addProcess();
    const response = await bare.request("/");
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining("npm run build")]);
  });
});

describe("every answer", () => {
  it("has a policy without inline script, and says no type but its own", async () => {
    for (const path of ["/", "/v1/openapi.json", "/v1/nothing", "/healthz"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy")).toContain("script-src 'self'");
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("strict-transport-security")).toBeNull();
      expect(headers.get("permissions-policy")).toBe("camera=(), microphone=()");
      // Where a page came from, a share link say, is told to nobody else.
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
    // Codes on chargers are read there, and nowhere else.
    expect((await get("/scan")).headers.get("permissions-policy")).toBe("camera=(self), microphone=()");
    expect((await get("/v1/me")).headers.get("cache-control")).toBe("no-store");
  });
});

type Content = Record<string, { schema?: object }>;
/** Says of a kind of body not what is in it. Streams are described in words. */
const bare = (content: Content = {}) =>
  Object.entries(content).some(([type, { schema }]) => !schema && type !== "text/event-stream");

describe("what describes and watches the cloud", () => {
  it("is an OpenAPI document of every route, and a page of it without script", async () => {
    const document = (await (await get("/v1/openapi.json")).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path.replace(/[{]([^}]+)[}]/g, ":$1")}`),
    );
    // Beside the document itself, what only machines ask, and better-auth's door, whose addresses are described one by one.
    const others = /^(ALL|GET \/(healthz|metrics|v1\/docs|v1\/openapi\.json)$|[A-Z]+ (\/\*|\/v1\/auth\/\*)$)/;
    const served = cloud.first.app.routes.map(({ method, path }) => `${method} ${path}`);
    const undescribed = served.filter((route) => !others.test(route) && !described.includes(route));
    expect(undescribed).toEqual([]);
    expect(described.length).toBeGreaterThan(80);
    expect(described).toContain("POST /v1/sites/:siteId/pairing-codes");
    expect(document.paths["/v1/hubs/{hubId}/events"]).toMatchObject({ post: { requestBody: { required: true } } });
    const page = await get("/v1/docs");
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'; style-src 'sha256-/);
    const html = await page.text();
    expect(html).not.toMatch(/<script|https?:\/\/(?!127)/);
    expect(html).toContain("pairing-codes");
  });

  it("says in it of every operation what it does, takes and answers, and refers to nothing that is missing", async () => {
    interface Operation {
      summary?: string;
      tags?: string[];
      parameters?: { name: string; in: string; schema?: object }[];
      requestBody?: { content: Content };
      responses: Record<string, { description?: string; content?: Content }>;
    }
    const text = await (await get("/v1/openapi.json")).text();
    const document = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    const at = (path: string) =>
      path
        .split("/")
        .slice(1)
        .reduce<unknown>((inside, name) => (inside as Record<string, unknown> | undefined)?.[name], document);
    const named = new Set([...text.matchAll(/"\$ref":"#([^"]*)"/g)].map(([, path]) => path!));
    expect(named.size).toBeGreaterThan(10);
    expect(named.size).toBe(new Set(text.match(/"\$ref":"[^"]*"/g)).size);
    expect([...named].filter((path) => at(path) === undefined)).toEqual([]);

    const poor: string[] = [];
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [verb, { summary, tags, parameters = [], requestBody, responses }] of Object.entries(item)) {
        const success = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
        const inPath = parameters.filter((each) => each.in === "path").map(({ name }) => `{${name}}`);
        const lacks = {
          summary: !summary,
          tag: !tags?.length,
          success: success.length === 0,
          description: success.some(([, { description }]) => !description),
          "schema of an answer": success.some(([, { content }]) => bare(content)),
          "schema of its body": bare(requestBody?.content),
          "schema of a parameter": parameters.some(({ schema }) => !schema),
          "parameters of its path": (path.match(/\{\w+\}/g) ?? []).toSorted().join() !== inPath.toSorted().join(),
        };
        for (const [what, isMissing] of Object.entries(lacks)) {
          if (isMissing) poor.push(`${verb.toUpperCase()} ${path}: ${what}`);
        }
      }
    }
    expect(poor).toEqual([]);
  });

  it("counts requests by route, events and connections, without ids", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
    await hub.send();
    await owner.ok("GET", `/v1/sites/${siteId}`);
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(
      /hitchpost_http_request_seconds_count\{method="GET",route="\/v1\/sites\/:siteId",status="200"\} 1/,
    );
    expect(text).toContain("hitchpost_events_ingested_total 1");
    expect(text).toMatch(/hitchpost_database_connections\{state="idle"\} \d/);
    expect(text).not.toContain(siteId);
  });

  it("is healthy while the database is, and says that it is not when it is away", async () => {
    expect(await (await get("/healthz")).json()).toEqual({ ok: true });
    const cut = await cloud.addProcess();
    await cut.deps.db.destroy();
    const response = await cut.request("/healthz");
    expect(response.status).toBeGreaterThanOrEqual(500);
  });
});

describe("whatever is thrown", () => {
  it.each([
    [
      new AppError("a_code", "A sentence.", { status: 409, details: { n: 1 } }),
      409,
      { code: "a_code", message: "A sentence.", details: { n: 1 } },
    ],
    [new HTTPException(400, { message: "Malformed JSON" }), 400, { code: "invalid", message: "Malformed JSON" }],
    [new HTTPException(413), 413, { code: "too_large", message: "The request cannot be read." }],
    [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), 503, { code: "unavailable" }],
    [new Error("Connection terminated unexpectedly"), 503, { code: "unavailable" }],
    // What pg says of the statements after it, within one transaction.
    [new Error("Client has encountered a connection error and is not queryable"), 503, { code: "unavailable" }],
    [new Error("secret inside"), 500, { code: "internal" }],
    [{}, 500, { code: "internal" }],
  ])("%s becomes %d", async (thrown, status, error) => {
    const app = new Hono();
    app.onError(errorHandler(pino({ level: "silent" }), () => 0));
    app.get("/", () => Promise.reject(thrown instanceof Error ? thrown : Object.assign(new Error(), thrown)));
    const response = await app.request("/");
    const body = await response.text();
    expect([response.status, JSON.parse(body)]).toMatchObject([status, { error }]);
    expect(body).not.toContain("secret inside");
    expect(response.headers.get("retry-after")).toBe(status === 503 ? "5" : null);
  });
});

describe("small tools", () => {
  it("cursors come back as they were, and nothing else is one", () => {
    const at = new Date("2026-06-01T08:00:00.123Z");
    const id = "0190163d-8694-739b-aea5-966c26f8ad91";
    expect(decodeCursor(encodeCursor(at, id))).toEqual({ at, id });
    for (const cursor of ["", "x", Buffer.from("[1,2]").toString("base64url")]) {
      expect(() => decodeCursor(cursor)).toThrow("cursor");
    }
  });

  it("limits begin anew when their window is over, and are forgotten", async () => {
    const limit = { hits: 2, windowMs: 1000 };
    const hit = (now: number) => countHit(cloud.db, "key", limit, now);
    await hit(0);
    await hit(0);
    await expect(hit(999)).rejects.toMatchObject({ status: 429, details: { retryAfter: 1 } });
    await hit(1000);
    await forgetExpired(cloud.db, 1999);
    await hit(1999);
    await expect(hit(1999)).rejects.toMatchObject({ status: 429 });
    await forgetExpired(cloud.db, 2000);
    const left = await cloud.db.selectFrom("rate_limits").select("key").where("key", "=", "key").execute();
    expect(left).toEqual([]);
  });

  it("counts each of many hits at once", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => countHit(cloud.db, "race", { hits: 5, windowMs: 60_000 }, cloud.now())),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(5);
  });
});
