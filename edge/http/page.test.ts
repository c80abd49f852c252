import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretHash } from "../start/secret";
import { registered } from "../testing/registration";
import { ended, idOf, online, site, started, status } from "./testing/events";
import type { TestHubApp } from "./testing/hub-app";
import { adminToken, codeOf, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
const [mine, other] = ["m".repeat(40), "o".repeat(40)];

/** A page's build that shows what it was given. */
const build = "export const renderPage = (view, options) => '<!doctype html>' + JSON.stringify({ view, options });";

beforeEach(async () => {
  hub = await startHubApp({
    events: [site(), registered("CP1", { connectors: 1 }), online("CP1"), status("CP1", 1, "Available")],
  });
  hub.gateway.answers = {
    TriggerMessage: () => ({ status: "NotImplemented" }),
    RemoteStartTransaction: () => ({ status: "Accepted" }),
    RemoteStopTransaction: () => ({ status: "Accepted" }),
  };
  await mkdir(join(hub.folder, "web", "assets"), { recursive: true });
  await writeFile(join(hub.folder, "web", "render.js"), build);
});
afterEach(() => hub.close());

interface Shown {
  view: { connector: Record<string, unknown> | null; connectors: unknown[] };
  options: {
    lang: string;
    path: string;
    secret: string;
    nonce: string;
    requestId: string | null;
    receipt?: unknown;
    error?: unknown;
  };
}

async function page(path: string, headers: Record<string, string> = {}) {
  const answer = await hub.api("GET", path, undefined, headers);
  return { ...answer, shown: JSON.parse(answer.text.slice("<!doctype html>".length)) as Shown };
}
const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  hub.api("POST", path, new URLSearchParams(fields).toString(), {
    "content-type": "application/x-www-form-urlencoded",
    ...headers,
  });
const start = (secret: string, more: object = {}) =>
  hub.api("POST", "/api/start", { cpId: "CP1", connectorId: 1, secret, ...more });

/** The session of a start by `mine`. */
async function charge(id = idOf(1)): Promise<string> {
  const { json } = await start(mine);
  const requestId = String(json.requestId);
  await hub.commit(started(id, { requestId }), status("CP1", 1, "Charging"));
  return requestId;
}

describe("the page", () => {
  it("is rendered for its address, with a policy that lets only its own script run", async () => {
    const { status: code, headers, shown } = await page("/c/CP1/1?lang=de");
    expect([code, headers.get("cache-control"), headers.get("content-language")]).toEqual([200, "no-store", "de"]);
    expect(shown.view.connector).toMatchObject({ cpId: "CP1", status: "Available" });
    expect(shown.options).toMatchObject({ lang: "de", path: "/c/CP1/1", requestId: null });
    expect(shown.options.secret).toMatch(/^[\w-]{43}$/);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain(`script-src 'self' 'nonce-${shown.options.nonce}'`);
    expect(policy).not.toContain("unsafe");
    const again = (await page("/c/CP1/1")).shown.options;
    expect(again.nonce).not.toBe(shown.options.nonce);
    expect(again.secret).not.toBe(shown.options.secret);
  });

  it("lists what there is, and says 404 for what there is not", async () => {
    expect((await page("/")).shown.view).toMatchObject({ connector: null, connectors: [{ cpId: "CP1" }] });
    expect((await page("/c/CP1")).status).toBe(200);
    expect((await page("/c/CP9")).status).toBe(404);
    expect((await page("/c/CP1/2")).status).toBe(404);
    for (const path of ["/c/CP1/x", "/c/CP1/0", "/c/a%2Fb/1"]) {
      expect(codeOf(await hub.api("GET", path))).toBe("404 not_found");
    }
    expect((await page(`/s/${idOf(1)}`)).shown.options.receipt).toBeUndefined();
  });

  it("speaks the language that the browser chose before", async () => {
    const { shown } = await page("/", { cookie: "lang=de", "accept-language": "en" });
    expect(shown.options.lang).toBe("de");
  });

  it("that is not built is told in plain words, until it is", async () => {
    const bare = await startHubApp();
    for (const path of ["/", "/c/CP1/1", `/s/${idOf(1)}`]) {
      const { status: code, text, headers } = await bare.api("GET", path);
      expect([code, headers.get("content-type")]).toEqual([503, "text/plain; charset=UTF-8"]);
      expect(text).toContain("npm run build");
    }
    await cp(join(hub.folder, "web"), join(bare.folder, "web"), { recursive: true });
    expect((await bare.api("GET", "/")).status).toBe(200);
    await bare.close();
  });

  it("has files that browsers may keep, packed where they are", async () => {
    const file = join(hub.folder, "web", "assets", "page-1a2b.js");
    await writeFile(file, "export {};");
    await writeFile(`${file}.gz`, Buffer.from("not really gzip"));
    const plain = await hub.api("GET", "/assets/page-1a2b.js", undefined, { "accept-encoding": "identity" });
    expect([plain.status, plain.text]).toEqual([200, "export {};"]);
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const head = await hub.api("HEAD", "/assets/page-1a2b.js", undefined, { "accept-encoding": "gzip" });
    expect(head.headers.get("content-encoding")).toBe("gzip");
    expect((await hub.api("GET", "/assets/render.js")).status).toBe(404);
    expect((await hub.api("GET", "/assets/%2e%2e/render.js")).status).toBe(404);
  });
});

describe("a start by the page's script", () => {
  it("is one for all taps of a secret", async () => {
    const first = await start(mine);
    expect(first.status).toBe(202);
    expect((await start(mine)).json).toEqual(first.json);
    expect(codeOf(await start(other))).toBe("409 connector_busy");
    expect(hub.gateway.sent("RemoteStartTransaction")).toHaveLength(1);
  });

  it("needs a pass where the site asks for one", async () => {
    await hub.commit(site({ startPolicy: "pass" }));
    expect(codeOf(await start(mine))).toBe("403 pass_required");
  });

  it("needs an access key where the site asks for one, which cannot be guessed for long", async () => {
    await hub.commit(site({ startPolicy: "accessKey" }));
    await hub.admin("PUT", "/api/access-keys/house", { key: "open sesame" });
    expect(codeOf(await start(mine))).toBe("403 access_key_required");
    for (let count = 0; count < 10; count += 1) {
      expect(codeOf(await start(mine, { accessKey: "wrong" }))).toBe("403 access_key_invalid");
    }
    expect(codeOf(await start(mine, { accessKey: "open sesame" }))).toBe("429 rate_limited");
    await hub.clock.advance(60_000);
    expect((await start(mine, { accessKey: "open sesame" })).status).toBe(202);
  });

  it("cannot be asked for without end", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => start(mine)));
    expect(answers.filter(({ status: code }) => code === 429).length).toBe(10);
    const stop = { sessionId: idOf(1), secret: mine };
    expect(codeOf(await hub.api("POST", "/api/stop", stop))).toBe("429 rate_limited");
  });
});

describe("stop and receipt", () => {
  it("are for the secret that started", async () => {
    await charge();
    const stop = (secret: string) => hub.api("POST", "/api/stop", { sessionId: idOf(1), secret });
    const receipt = (token: string | null, id = idOf(1)) =>
      hub.api("GET", `/api/receipts/${id}`, undefined, token === null ? {} : { authorization: `Bearer ${token}` });
    expect(codeOf(await stop(other))).toBe("403 not_yours");
    expect(codeOf(await receipt(mine))).toBe("409 session_running");
    expect((await stop(mine)).json).toEqual({});
    expect(hub.gateway.sent("RemoteStopTransaction")).toEqual([{ transactionId: 7 }]);
    await hub.commit(ended(idOf(1)));
    expect(codeOf(await receipt(null))).toBe("401 unauthorized");
    expect(codeOf(await receipt(other))).toBe("403 not_yours");
    expect(codeOf(await receipt(mine, idOf(9)))).toBe("404 unknown_session");
    expect(codeOf(await receipt(mine, "x"))).toBe("400 invalid_input");
    const { json } = await receipt(mine);
    expect(json).toMatchObject({
      number: "R-000001",
      sessionId: idOf(1),
      meterStart: 1000,
      meterStop: 3000,
      energyWh: 2000,
      seller: { name: "Seller" },
      site: { name: "Garage", timeZone: "Europe/Berlin" },
      periods: [{ energyWh: 2000 }],
      cost: { amount: 90, currency: "EUR" },
      reason: "Remote",
    });
    expect((await receipt(adminToken)).json).toEqual(json);
    for (let count = 0; count < 10; count += 1) await receipt(other);
    expect(codeOf(await receipt(mine))).toBe("429 rate_limited");
  });
});

describe("the page without scripts", () => {
  it("starts, remembers who it was, stops and shows the receipt", async () => {
    const { shown } = await page("/c/CP1/1");
    const { secret } = shown.options;
    const origin = `http://127.0.0.1:${hub.port}`;
    const started_ = await form("/c/CP1/1/start", { secret }, { origin });
    expect([started_.status, started_.headers.get("location")]).toEqual([303, "/c/CP1/1"]);
    const cookie = started_.headers.get("set-cookie")!;
    expect(cookie).toMatch(new RegExp(`^hitchpost_secret=${secret}; .*HttpOnly; SameSite=Strict`));
    const headers = { cookie: `hitchpost_secret=${secret}`, origin };
    const [request] = Object.values(hub.store.state.startRequests);
    expect(request?.secretHash).toBe(secretHash(secret));
    expect((await page("/c/CP1/1", headers)).shown.options).toMatchObject({ secret, requestId: request?.requestId });
    await hub.commit(started(idOf(1), { requestId: request!.requestId }));
    expect((await page("/c/CP1/1", headers)).shown.options).toMatchObject({ secret, requestId: request?.requestId });
    expect((await page(`/s/${idOf(1)}`, headers)).shown.options.receipt).toBeUndefined();
    const stopped = await form("/c/CP1/1/stop", { secret, sessionId: idOf(1) }, headers);
    expect([stopped.status, stopped.headers.get("location")]).toEqual([303, "/c/CP1/1"]);
    await hub.commit(ended(idOf(1)));
    expect((await page(`/s/${idOf(1)}`, headers)).shown.options.receipt).toMatchObject({ number: "R-000001" });
    expect(
      (await page(`/s/${idOf(1)}`, { cookie: `hitchpost_secret=${other}` })).shown.options.receipt,
    ).toBeUndefined();
    expect((await page("/s/x", headers)).shown.options.receipt).toBeUndefined();
  });

  it("finds the session of a connector by itself", async () => {
    expect((await form("/c/CP1/1/stop", { secret: mine })).text).toContain("unknown_session");
    await charge();
    expect((await form("/c/CP1/1/stop", { secret: other })).text).toContain("not_yours");
    expect((await form("/c/CP1/1/stop", { secret: mine })).status).toBe(303);
  });

  it("gets a new secret once the old one's start has failed", async () => {
    hub.gateway.answers.RemoteStartTransaction = () => ({ status: "Rejected" });
    await form("/c/CP1/1/start", { secret: mine });
    await hub.clock.advance(0);
    const { shown } = await page("/c/CP1/1", { cookie: `hitchpost_secret=${mine}` });
    expect(shown.view.connector?.request).toMatchObject({ state: "failed", reason: "rejected" });
    expect(shown.options).not.toMatchObject({ secret: mine });
    const odd = await page("/c/CP1/1", { cookie: "hitchpost_secret=tampered" });
    expect(odd.shown.options.secret).toMatch(/^[\w-]{43}$/);
  });

  it("is shown the page again with what was refused", async () => {
    const told = ({ text }: { text: string }) => (JSON.parse(text.slice("<!doctype html>".length)) as Shown).options;
    await hub.commit(status("CP1", 1, "Faulted"));
    const refused = await form("/c/CP1/1/start", { secret: mine });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([409, "text/html; charset=UTF-8"]);
    expect(told(refused)).toMatchObject({ path: "/c/CP1/1", error: { action: "start", code: "connector_faulted" } });
    expect(told(await form("/c/CP1/1/stop", { secret: mine }))).toMatchObject({ error: { code: "unknown_session" } });
    expect(told(await form("/c/CP1/1/unlock", { secret: mine }))).toMatchObject({
      error: { action: "unlock", code: "not_yours" },
    });
    expect((await form("/c/CP1/1/start", { secret: "<b>" })).text).not.toContain("<b>");
    expect((await form("/c/CP1/1/start", {})).status).toBe(400);
    expect(codeOf(await hub.api("POST", "/c/CP1/1/start", { secret: mine }))).toBe("415 form_expected");
    expect((await form("/c/CP1/99/start", { secret: mine })).status).toBe(404);
    hub.store.commit = () => Promise.reject(new Error("disk"));
    expect(codeOf(await form("/c/CP1/1/start", { secret: mine }))).toBe("500 internal");
  });

  it("takes an access key from its form", async () => {
    await hub.commit(site({ startPolicy: "accessKey" }));
    await hub.admin("PUT", "/api/access-keys/house", { key: "open sesame" });
    expect((await form("/c/CP1/1/start", { secret: mine, accessKey: "no" })).text).toContain("access_key_invalid");
    expect((await form("/c/CP1/1/start", { secret: mine, accessKey: "open sesame" })).status).toBe(303);
  });

  it("unlocks the plug of who charged last", async () => {
    await charge();
    await hub.commit(ended(idOf(1)));
    hub.gateway.answers.UnlockConnector = () => ({ status: "Unlocked" });
    const done = await form("/c/CP1/1/unlock", { secret: mine });
    expect([done.status, done.headers.get("location")]).toEqual([303, "/c/CP1/1"]);
    expect((await form("/c/CP1/1/unlock", { secret: other })).status).toBe(403);
  });
});

describe("a receipt's page", () => {
  it("is shown to who sends the secret, which cannot be guessed for long", async () => {
    const receipt = (secret: string, id = idOf(1)) => page(`/s/${id}`, { authorization: `Bearer ${secret}` });
    await charge();
    expect((await receipt(mine)).shown.options.error).toEqual({ action: "receipt", code: "session_running" });
    await hub.commit(ended(idOf(1)));
    expect((await receipt(mine)).shown.options.receipt).toMatchObject({ number: "R-000001" });
    expect((await receipt(mine, "x")).status).toBe(404);
    for (let count = 0; count < 10; count += 1) {
      const refused = await receipt(other);
      expect([refused.status, refused.shown.options.receipt]).toEqual([403, undefined]);
    }
    expect((await receipt(mine)).status).toBe(429);
  });
});
