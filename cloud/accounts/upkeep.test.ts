import type { JSONWebKeySet } from "jose";
import { createLocalJWKSet, jwtVerify } from "jose";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { runJob } from "../jobs/job";
import { notify } from "../notifications/notify";
import type { Sms } from "../notifications/sms";
import { openCloud } from "../testing/open";
import { PASSWORD, Person } from "../testing/person";
import { housekeepingJob } from "./housekeeping";
import { MAX_MEMBERS } from "./organization";

/** What happens when two come at once, when there is too much of something, and when it is over. */
const sent: string[] = [];
const sms: Sms = { send: async (to) => void sent.push(to) };
const cloud = await openCloud({ sms });

const waiting = async (person: Person) =>
  (await person.ok<{ invitations: { id: string }[] }>("GET", "/v1/me/invitations")).invitations;
async function organization() {
  const { owner, organizationId } = await cloud.owner();
  return { owner, organizationId, path: `/v1/organizations/${organizationId}/invitations` };
}

it("an address that is invited several times at once has one invitation", async () => {
  const { owner, path } = await organization();
  const guest = await cloud.person();
  const answers = await Promise.all(
    [1, 2, 3].map(() => owner.send("POST", path, { email: guest.email, role: "member" })),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(await waiting(guest)).toHaveLength(1);
});

it("an organisation takes no more members than fit, also by invitations of before", async () => {
  const { owner, organizationId, path } = await organization();
  const guest = await cloud.person();
  await owner.ok("POST", path, { email: guest.email, role: "member" });
  await sql`
    with people as (
      insert into auth."user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
      select 'full' || n, 'N', 'full' || n || '@test.example', true, now(), now() from generate_series(2, ${MAX_MEMBERS}) n returning "id"
    )
    insert into auth.member ("id", "organizationId", "userId", "role", "createdAt") select "id", ${organizationId}, "id", 'member', now() from people`.execute(
    cloud.db,
  );
  const full = [409, "organization_full"];
  const [invitation] = await waiting(guest);
  expect(await guest.refused("POST", `/v1/me/invitations/${invitation!.id}`, { accept: true })).toEqual(full);
  expect(await waiting(guest)).toHaveLength(1);
  expect(await owner.refused("POST", path, { email: "more@test.example", role: "member" })).toEqual(full);
  expect(
    await guest.refused("POST", "/v1/me/invitations/01900000-0000-7000-8000-000000000000", { accept: true }),
  ).toEqual([404, "not_found"]);
});

describe("the platform's admins", () => {
  it("never go all: not by demoting each other at once, nor by leaving", async () => {
    const [one, two] = [await cloud.person(), await cloud.person()];
    await cloud.makeAdmin(one);
    await cloud.makeAdmin(two);
    const paths = [`/v1/admin/users/${await two.userId()}`, `/v1/admin/users/${await one.userId()}`];
    const answers = await Promise.all([
      one.send("PATCH", paths[0]!, { isAdmin: false }),
      two.send("PATCH", paths[1]!, { isAdmin: false }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403]);
    const left = answers[0]!.status === 200 ? one : two;
    expect(await left.refused("POST", "/v1/me/delete", { password: PASSWORD })).toEqual([409, "last_admin"]);
    await cloud.makeAdmin(left === one ? two : one);
    await left.ok("POST", "/v1/me/delete", { password: PASSWORD });
  });
});

it("codes by SMS are bounded for an address and for all, whoever asks for them", async () => {
  const codes = async (count: number) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n++) {
      const person = n % 5 === 0 ? await cloud.person() : asking!;
      asking = person;
      number += 1;
      statuses.push((await person.send("POST", "/v1/me/phone", { phone: `+49151${10_000_000 + number}` })).status);
    }
    return statuses;
  };
  let asking: Person | undefined;
  let number = 0;
  expect(new Set(await codes(20))).toEqual(new Set([204]));
  expect(await codes(1)).toEqual([429]);
  await sql`delete from rate_limits where key like 'sms-address:%'`.execute(cloud.db);
  await sql`update rate_limits set hits = 1000 where key = 'sms-all'`.execute(cloud.db);
  expect(await codes(1)).toEqual([429]);
  expect(sent).toHaveLength(20);
});

it("sign-ins end one by one, or all but this one; a short-lived token says who somebody is", async () => {
  const person = await cloud.person();
  const credentials = { email: person.email, password: PASSWORD };
  const elsewhere = async () => {
    const browser = Person.visitor(cloud.first, person.email);
    browser.keepCookies(await browser.send("POST", "/v1/auth/sign-in/email", credentials));
    const { session } = await browser.ok<{ session: { token: string } }>("GET", "/v1/auth/get-session");
    return { browser, token: session.token };
  };
  const [first, second] = [await elsewhere(), await elsewhere()];
  await (await cloud.person()).send("POST", "/v1/auth/revoke-session", { token: second.token });
  await person.ok("POST", "/v1/auth/revoke-session", { token: first.token });
  expect(await first.browser.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
  expect((await second.browser.send("GET", "/v1/me")).status).toBe(200);
  await person.ok("POST", "/v1/auth/revoke-other-sessions", {});
  expect(await second.browser.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);

  const { token } = await person.ok<{ token: string }>("GET", "/v1/auth/token");
  const keys = (await (await cloud.first.request("/v1/auth/jwks")).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys));
  expect(payload.sub).toBe(await person.userId());
});

it("what is over is removed: codes, invitations, sign-ins, limits, and what is old in an inbox", async () => {
  const { owner, path } = await organization();
  const guest = await cloud.person();
  const userId = await guest.userId();
  await owner.ok("POST", path, { email: guest.email, role: "member" });
  const notice = { userId, kind: "payout" as const, data: { amount: 1, currency: "EUR", period: "2026-01" } };
  await notify(cloud.db, { ...notice, now: cloud.now() });
  const left = async () => {
    const tables = ["invitations", "phone_codes", "rate_limits", "auth.session", "auth.verification", "notifications"];
    const counts: number[] = [];
    for (const table of tables) {
      const { rows } = await sql<{ n: number }>`select count(*)::integer as n from ${sql.table(table)}`.execute(
        cloud.db,
      );
      counts.push(rows[0]!.n);
    }
    return counts;
  };
  await sql`
    insert into auth.verification ("id", "identifier", "value", "expiresAt", "createdAt", "updatedAt")
    values ('v', 'v', 'v', now() + interval '1 hour', now(), now())`.execute(cloud.db);
  const before = await left();
  expect(before.every((count) => count > 0)).toBe(true);
  await runJob(housekeepingJob, cloud.first.deps, {});
  expect((await left()).map((count, index) => count === before[index])).toEqual([true, true, true, true, true, true]);
  cloud.skewMs = 400 * 86_400_000;
  await runJob(housekeepingJob, cloud.first.deps, {});
  cloud.skewMs = 0;
  expect(await left()).toEqual([0, 0, 0, 0, 0, 0]);
});
