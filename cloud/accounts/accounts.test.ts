import { describe, expect, it } from "vitest";
import { garage } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { PASSWORD, Person } from "../testing/person";
import { originsOf, scryptPasswords } from "./auth";

const cloud = await openCloud();

const from = (n: number) => ({ "x-forwarded-for": `9.9.9.9, 10.0.0.${n}` });
const signIn = (person: Person, password: string, headers = {}) =>
  person.send("POST", "/v1/auth/sign-in/email", { email: person.email, password }, headers);

describe("signing up, in and out", () => {
  it("gives a cookie that scripts and other sites do not get, and takes it away", async () => {
    const person = await cloud.person();
    const response = await signIn(person, PASSWORD);
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^hitchpost\.session_token=.*HttpOnly; SameSite=Lax$/);
    person.keepCookies(response);
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { email: person.email, name: "Some One" } });
    const known = () => person.ok("GET", "/v1/auth/get-session");
    expect(await known()).toMatchObject({ user: { email: person.email }, session: { token: expect.any(String) } });
    await person.ok("POST", "/v1/auth/sign-out", {});
    expect(await person.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
    expect(await known()).toBeNull();
  });

  it("sends its cookie over HTTPS only where that is spoken", async () => {
    const secure = await cloud.addProcess({ publicUrl: "https://charge.example" });
    const email = "secure@test.example";
    const response = await secure.request("/v1/auth/sign-up/email", {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://charge.example" },
      body: JSON.stringify({ name: "S", email, password: PASSWORD }),
    });
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-hitchpost\.session_token=.*Secure/);
    expect(response.headers.get("strict-transport-security")).toContain("max-age");
  });

  it("takes a bearer token for programs, without a cookie and without an origin", async () => {
    const person = await cloud.person();
    const token = (await signIn(person, PASSWORD)).headers.get("set-auth-token")!;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const made = await cloud.first.request("/v1/sites", { method: "POST", headers, body: JSON.stringify(garage) });
    expect(made.status).toBe(201);
    const site = (await made.json()) as object;
    expect(site).toMatchObject({ ...garage, role: "owner" });
    expect(await person.ok("GET", "/v1/sites")).toEqual({ sites: [site] });
    for (const authorization of ["Bearer nonsense", `Bearer ${token.slice(1)}`, `Basic ${token}`]) {
      expect((await cloud.first.request("/v1/me", { headers: { authorization } })).status).toBe(401);
    }
  });

  it("answers what is wrong in the one form of error", async () => {
    const person = await cloud.person();
    expect(
      await person.refused("POST", "/v1/auth/sign-in/email", { email: person.email, password: "wrong password" }),
    ).toEqual([401, "invalid_email_or_password"]);
    const unknown = { email: "nobody@test.example", password: "wrong password" };
    expect(await person.refused("POST", "/v1/auth/sign-in/email", unknown)).toEqual([401, "invalid_email_or_password"]);
    const again = { name: "X", email: person.email, password: PASSWORD };
    expect((await person.refused("POST", "/v1/auth/sign-up/email", again))[0]).toBe(422);
    expect(
      (
        await person.refused("POST", "/v1/auth/sign-up/email", { ...again, email: "b@test.example", password: "short" })
      )[0],
    ).toBe(400);
    expect((await person.refused("POST", "/v1/auth/sign-in/email", { email: 5 }))[0]).toBe(400);
    expect(await person.refused("GET", "/v1/auth/no-such-route")).toEqual([404, "not_found"]);
    expect((await person.refused("POST", "/v1/auth/sign-in/email"))[0]).toBeGreaterThanOrEqual(400);
    const unfit: [string, object][] = [
      ["revoke-session", {}],
      ["change-password", { currentPassword: PASSWORD, newPassword: "short" }],
      ["change-email", { newEmail: "nonsense" }],
      ["request-password-reset", { email: "nonsense" }],
      ["reset-password", { token: "nonsense", newPassword: "a new password" }],
    ];
    for (const [path, body] of unfit) {
      expect([path, (await person.refused("POST", `/v1/auth/${path}`, body))[0]]).toEqual([path, 400]);
    }
    expect((await signIn(person, PASSWORD)).status).toBe(200);
  });

  it("has public keys for the hubs, without their private halves", async () => {
    const response = await cloud.first.request("/v1/auth/jwks");
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys[0]).toMatchObject({ kty: "OKP", crv: "Ed25519" });
    expect(JSON.stringify(keys)).not.toMatch(/"d"|private/i);
  });
});

describe("guessing passwords", () => {
  it("ends after ten failures of one account, from wherever, also with the right one", async () => {
    const trusting = await cloud.addProcess({ trustProxy: true });
    const person = (await cloud.person()).at(trusting);
    for (let n = 0; n < 10; n++) expect((await signIn(person, "wrong password", from(n))).status).toBe(401);
    const refused = await signIn(person, PASSWORD, from(99));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    cloud.skewMs = 16 * 60_000;
    expect((await signIn(person, PASSWORD, from(99))).status).toBe(200);
    cloud.skewMs = 0;
  });

  it("reads JSON only: a form would get past the counting", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded", origin: "http://127.0.0.1:3000" };
    const init = { method: "POST", headers: form, body: "email=a%40test.example&password=0123456789" };
    expect((await cloud.first.request("/v1/auth/sign-in/email", init)).status).toBe(415);
  });

  it("does not lock out who signs in rightly, however often", async () => {
    await cloud.db.deleteFrom("rate_limits").execute();
    const person = await cloud.person();
    for (let n = 0; n < 12; n++) expect((await signIn(person, PASSWORD)).status).toBe(200);
  });

  it("ends after sixty tries of one address, whatever the account", async () => {
    const trusting = await cloud.addProcess({ trustProxy: true });
    const person = (await cloud.person()).at(trusting);
    const headers = { "x-forwarded-for": "10.1.1.1" };
    const statuses: number[] = [];
    for (let n = 0; n < 61; n++) {
      const body = { email: `nobody${n}@test.example`, password: 5 };
      statuses.push((await person.send("POST", "/v1/auth/sign-in/email", body, headers)).status);
    }
    expect(statuses.slice(0, 60)).not.toContain(429);
    expect(statuses[60]).toBe(429);
    // Another address goes on; what a client claims of itself counts only behind a proxy.
    expect((await signIn(person, PASSWORD, { "x-forwarded-for": "10.1.1.1, 10.2.2.2" })).status).toBe(200);
    expect((await signIn(person.at(cloud.first), PASSWORD, headers)).status).toBe(200);
  });
});

describe("a page elsewhere", () => {
  it("cannot change anything with our cookie", async () => {
    const person = await cloud.person();
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1:3001", "https://127.0.0.1:3000"]) {
      const response = await person.send("POST", "/v1/sites", garage, { origin });
      expect([response.status, await response.json()]).toMatchObject([403, { error: { code: "foreign_origin" } }]);
    }
    const { cookie } = person;
    const without = await cloud.first.request("/v1/sites", {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify(garage),
    });
    expect(without.status).toBe(403);
    expect((await person.send("POST", "/v1/sites", garage, { origin: "http://localhost:3000" })).status).toBe(201);
    expect((await person.send("GET", "/v1/sites", undefined, { origin: "https://evil.example" })).status).toBe(200);
  });

  it("has the same origin by each of a developer's names for this machine, and by one name elsewhere", () => {
    expect(originsOf("http://localhost:3000")).toEqual([
      "http://127.0.0.1:3000",
      "http://localhost:3000",
      "http://[::1]:3000",
    ]);
    expect(originsOf("http://127.0.0.1")).toContain("http://localhost");
    expect(originsOf("https://charge.example/x")).toEqual(["https://charge.example"]);
  });
});

describe("passwords", () => {
  it("are kept as salted scrypt, however they were composed", async () => {
    const { hash, verify } = scryptPasswords();
    const kept = await hash("caf\u00e9 caf\u00e9");
    expect(kept).not.toBe(await hash("caf\u00e9 caf\u00e9"));
    expect(await verify({ hash: kept, password: "cafe\u0301 cafe\u0301" })).toBe(true);
    expect(await verify({ hash: kept, password: "cafe cafe" })).toBe(false);
    expect(await verify({ hash: "broken", password: "x" })).toBe(false);
    expect(await verify({ hash: "00:00", password: "x" })).toBe(false);
  });
});
