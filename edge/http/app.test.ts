import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestHubApp } from "./testing/hub-app";
import { adminToken, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
beforeAll(async () => {
  hub = await startHubApp({ publicUrl: "http://hub.example:8080" });
});
afterAll(() => hub.close());

const asAdmin = { authorization: `Bearer ${adminToken}` };

/** A request that fetch would not send: any Host, any Origin. */
async function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = "",
): Promise<{ status: number; text: string }> {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(
      { port: hub.port, host: "127.0.0.1", method, path, headers: { ...length, ...headers } },
      (response) => {
        let text = "";
        response.on("data", (piece: Buffer) => (text += piece.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("health", () => {
  it("is told without a token, under any name", async () => {
    expect((await hub.api("GET", "/healthz")).json).toEqual({ status: "ok", version: "1.2.3" });
    expect((await raw("GET", "/healthz", { host: "anything.example" })).status).toBe(200);
    const { status, text, headers } = await hub.api("GET", "/metrics");
    expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(text).toMatch(/^hitchpost_charge_points 0$/m);
    expect(text).toMatch(/^hitchpost_cloud_lag_events 0$/m);
    await raw("BREW", "/healthz", { host: "localhost" }).catch(() => undefined);
    expect((await hub.api("GET", "/metrics")).text).toMatch(
      /hitchpost_http_requests_total\{method="GET",status="200"\}/,
    );
  });
});

it("a full disk shows: a monitor hears 503 and why, Prometheus a figure", async () => {
  const { full } = hub.store;
  Object.defineProperty(hub.store, "full", { value: true, configurable: true });
  const { status, json } = await hub.api("GET", "/healthz");
  expect([status, json]).toMatchObject([503, { status: "disk_full", reason: expect.stringContaining("disk is full") }]);
  expect((await hub.api("GET", "/metrics")).text).toMatch(/^hitchpost_disk_full 1$/m);
  Object.defineProperty(hub.store, "full", { value: full, configurable: true });
  expect((await hub.api("GET", "/healthz")).status).toBe(200);
});

describe("the description", () => {
  it("has every route that there is below /api, and what needs the token says so", async () => {
    const { json } = await hub.api("GET", "/api/openapi.json");
    const { paths } = json as never as { paths: Record<string, Record<string, { security?: object[] }>> };
    const routes = hub.app.routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"));
    let admin = 0;
    for (const { method, path } of routes) {
      if (path === "/api/openapi.json") continue;
      const described = paths[path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}")]?.[method.toLowerCase()];
      expect(described, `${method} ${path}`).toBeDefined();
      if (!described?.security?.some((each) => "adminToken" in each && !("startSecret" in each))) continue;
      admin += 1;
      const url = path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "00000000-0000-7000-8000-000000000000");
      const answer = await hub.api(method, url, method === "GET" ? undefined : {});
      expect([400, 401], `${method} ${path}`).toContain(answer.status);
    }
    expect(admin).toBeGreaterThan(40);
  });

  it("names every route of the contract", async () => {
    const { json } = await hub.api("GET", "/api/openapi.json");
    const { paths } = json as never as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((each) => `${each} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        "get /healthz",
        "get /metrics",
        "get /",
        "get /c/{cpId}",
        "get /c/{cpId}/{connector}",
        "get /s/{sessionId}",
        "get /api/charge-points",
        "put /api/charge-points/{cpId}",
        "delete /api/charge-points/{cpId}",
        "get /api/charge-points/{cpId}/statuses",
        "post /api/charge-points/{cpId}/commands/{Action}",
        "get /api/pending-charge-points",
        "put /api/id-tags/{idTag}",
        "get /api/sessions",
        "get /api/sessions/{id}",
        "post /api/sessions/{id}/stop",
        "get /api/site",
        "put /api/site",
        "put /api/tariffs/{tariffId}",
        "put /api/access-keys/{name}",
        "get /api/pairing",
        "post /api/pairing",
        "post /api/start",
        "post /api/stop",
        "get /api/receipts/{sessionId}",
        "get /api/page/live",
      ]),
    );
  });
});

describe("addresses and methods that are none", () => {
  it("are told as JSON", async () => {
    const { status, json } = await hub.api("GET", "/nothing");
    expect([status, json]).toEqual([
      404,
      { error: { code: "not_found", message: "There is nothing at this address." } },
    ]);
    const wrong = await hub.api("PUT", "/api/start", {});
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    expect(wrong.json).toMatchObject({ error: { code: "method_not_allowed" } });
    expect((await hub.api("GET", "/assets/../../../etc/passwd")).status).toBe(404);
    expect((await hub.api("GET", "/assets/none.js")).status).toBe(404);
  });
});

describe("what every answer carries", () => {
  it("keeps browsers from running, framing, guessing or keeping it", async () => {
    for (const path of ["/healthz", "/nothing", "/api/sessions"]) {
      const { headers } = await hub.api("GET", path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("cache-control")).toBe("no-store");
      // With no-referrer browsers send forms with `Origin: null`.
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
  });
});

describe("the doors", () => {
  const start = JSON.stringify({ cpId: "CP1", connectorId: 1, secret: "s".repeat(40) });
  const json = { "content-type": "application/json" };
  const form = { "content-type": "application/x-www-form-urlencoded" };

  it("are shut to DNS rebinding: pages, API and live stream answer to the hub's own names only", async () => {
    for (const path of ["/", "/c/CP1/1", "/api/page/live", "/api/openapi.json", "/assets/x.js"]) {
      const { status, text } = await raw("GET", path, { host: "evil.example:8080" });
      expect([path, status]).toEqual([path, 421]);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "host_not_allowed" } });
    }
    expect((await raw("POST", "/api/start", { host: "evil.example", ...json }, start)).status).toBe(421);
    for (const host of ["hitchpost.local", "hub.example:8080", "localhost:1", "192.168.0.7"]) {
      expect((await raw("GET", "/api/openapi.json", { host })).status).toBe(200);
    }
  });

  it("are shut to pages elsewhere, forms included", async () => {
    const host = `127.0.0.1:${hub.port}`;
    for (const origin of ["http://evil.example", "null", `http://127.0.0.1:${hub.port + 1}`]) {
      for (const [path, headers] of [
        ["/api/start", json],
        ["/api/stop", json],
        ["/c/CP1/1/start", form],
        ["/c/CP1/1/stop", form],
        ["/api/pairing", json],
      ] as const) {
        const { status, text } = await raw("POST", path, { host, origin, ...headers }, start);
        expect([path, origin, status]).toEqual([path, origin, 403]);
        expect(JSON.parse(text)).toMatchObject({ error: { code: "origin_not_allowed" } });
      }
    }
    const crossSite = { host, "sec-fetch-site": "cross-site", ...json };
    expect((await raw("POST", "/api/start", crossSite, start)).status).toBe(403);
    const own = { host, origin: `http://${host}`, ...json };
    expect((await raw("POST", "/api/start", own, start)).status).toBe(403);
    expect((await raw("POST", "/api/start", own, start)).text).toContain("pass_required");
  });

  it.each<[string, "GET" | "POST", Record<string, string>, number]>([
    ["under a foreign name", "GET", { host: "evil.example" }, 421],
    ["from a page elsewhere", "POST", { host: "127.0.0.1", origin: "http://evil.example", ...json }, 403],
  ])("count wrong tokens %s too, and then take no right one either", async (_where, method, headers, refused) => {
    const path = method === "GET" ? "/api/openapi.json" : "/api/nothing";
    const ask = async (more: object) => (await raw(method, path, { ...headers, ...more })).status;
    for (let i = 0; i < 10; i += 1) expect(await ask({ authorization: `Bearer guess${i}` })).toBe(refused);
    expect(await ask({ authorization: "Bearer guess" })).toBe(429);
    expect(await ask(asAdmin)).toBe(429);
    expect(await ask({})).toBe(refused);
    hub.clock.jump(60_000);
    expect(await ask(asAdmin)).toBe(method === "GET" ? 200 : 404);
    // Until all is forgotten.
    hub.clock.jump(600_000);
  });

  it("are open to who carries the token, whatever the name", async () => {
    expect((await raw("GET", "/api/sessions", { host: "pi.lan", ...asAdmin })).status).toBe(200);
  });
});

describe("bodies", () => {
  it.each([
    ["not JSON", "{nope", { "content-type": "application/json" }, 400, "bad_request"],
    ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "json_expected"],
    ["of no kind", "{}", { "content-type": "" }, 415, "json_expected"],
    ["too large", `"${"x".repeat(300_000)}"`, { "content-type": "application/json" }, 413, "too_large"],
    ["of another shape", "[]", { "content-type": "application/json" }, 400, "invalid_input"],
  ])("that are %s are refused", async (_name, body, headers, status, code) => {
    for (const [method, path] of [
      ["POST", "/api/start"],
      ["PUT", "/api/site"],
    ] as const) {
      const answer = await hub.api(method, path, body, { ...asAdmin, ...(headers as Record<string, string>) });
      expect([answer.status, answer.json]).toMatchObject([status, { error: { code } }]);
    }
  });

  it("say where they do not fit", async () => {
    const { json } = await hub.api("POST", "/api/start", { cpId: "a/b", connectorId: 0, secret: "short", x: 1 });
    const { details } = json.error as never as { details: { issues: { path: string[] }[] } };
    expect(details.issues.map(({ path }) => path.join("."))).toEqual(["cpId", "connectorId", "secret", ""]);
  });
});

describe("the admin token", () => {
  const adminRoutes = [
    ["GET", "/api/charge-points"],
    ["GET", "/api/pending-charge-points"],
    ["PUT", "/api/charge-points/CP1"],
    ["DELETE", "/api/charge-points/CP1"],
    ["GET", "/api/charge-points/CP1/statuses"],
    ["POST", "/api/charge-points/CP1/commands/Reset"],
    ["GET", "/api/sessions"],
    ["GET", "/api/sessions/01930000-0000-7000-8000-000000000001"],
    ["POST", "/api/sessions/01930000-0000-7000-8000-000000000001/stop"],
    ["GET", "/api/site"],
    ["PUT", "/api/site"],
    ["GET", "/api/tariffs"],
    ["PUT", "/api/tariffs/t"],
    ["DELETE", "/api/tariffs/t"],
    ["GET", "/api/id-tags/T"],
    ["PUT", "/api/id-tags/T"],
    ["DELETE", "/api/id-tags/T"],
    ["GET", "/api/access-keys"],
    ["PUT", "/api/access-keys/k"],
    ["DELETE", "/api/access-keys/k"],
    ["GET", "/api/pairing"],
    ["POST", "/api/pairing"],
  ] as const;

  it.each(adminRoutes)("is asked for by %s %s", async (method, path) => {
    for (const headers of [{}, { authorization: "Basic eDp5" }, { authorization: "Bearer" }]) {
      const { status, json } = await hub.api(method, path, undefined, headers as Record<string, string>);
      expect([status, json]).toMatchObject([401, { error: { code: "unauthorized" } }]);
    }
  });

  it("is taken in the bytes that a shell sends", async () => {
    const sent = Buffer.from(adminToken).toString("latin1");
    expect((await hub.api("GET", "/api/site", undefined, { authorization: `Bearer ${sent}` })).status).toBe(200);
  });

  it("cannot be guessed for long", async () => {
    const limited = await startHubApp();
    const guess = (token: string) => limited.api("GET", "/api/site", undefined, { authorization: `Bearer ${token}` });
    for (let count = 0; count < 10; count += 1) expect((await guess(`wrong${count}`)).status).toBe(401);
    expect((await guess("wrong")).json).toMatchObject({ error: { code: "rate_limited" } });
    expect((await guess(adminToken)).status).toBe(429);
    await limited.clock.advance(60_000);
    expect((await guess(adminToken)).status).toBe(200);
    await limited.close();
  });
});

describe("a fault of our own", () => {
  it("is logged, and told without its inside", async () => {
    const broken = await startHubApp();
    broken.store.commit = () => Promise.reject(new Error("secret detail"));
    const { status, text } = await broken.admin("GET", "/api/charge-points");
    expect([status, text]).toEqual([500, expect.not.stringContaining("secret detail")]);
    expect(JSON.stringify(broken.lines)).toContain("secret detail");
    await broken.close();
  });
});
