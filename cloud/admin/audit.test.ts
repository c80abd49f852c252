import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { requireAdmin } from "../accounts/access";
import { openCloud } from "../testing/open";
import { PASSWORD } from "../testing/person";
import { audit } from "./audit";

const cloud = await openCloud();

it("the audit log is added to and never changed", async () => {
  const entry = { now: cloud.now(), actorId: null, action: "test.done", subject: "test:1" };
  await audit(cloud.db, entry);
  await audit(cloud.db, { ...entry, data: { reason: "why" } });
  const changes = [sql`update audit_log set action = 'other'`, sql`delete from audit_log`, sql`truncate audit_log`];
  for (const change of changes) await expect(change.execute(cloud.db)).rejects.toThrow("only ever added to");
  const rows = await cloud.db.selectFrom("audit_log").select(["action", "data"]).orderBy("id").execute();
  expect(rows).toEqual([
    { action: "test.done", data: {} },
    { action: "test.done", data: { reason: "why" } },
  ]);
});

it("an admin of the platform is one by the database only", async () => {
  const person = await cloud.person();
  const userId = await person.userId();
  await expect(requireAdmin(cloud.db, userId)).rejects.toMatchObject({ code: "forbidden", status: 403 });
  await cloud.makeAdmin(person);
  await requireAdmin(cloud.db, userId);
});

describe("an admin of the platform", () => {
  it("finds people, makes them premium, blocks them and lets them in again; all of it is in the log", async () => {
    const [admin, person] = [await cloud.admin(), await cloud.person()];
    const [adminId, userId] = [await admin.userId(), await person.userId()];
    const path = `/v1/admin/users/${userId}`;
    const found = await admin.ok<{ users: { id: string }[] }>("GET", `/v1/admin/users?q=${person.email.toUpperCase()}`);
    expect(found.users.map(({ id }) => id)).toContain(userId);
    expect(await admin.ok("GET", "/v1/admin/users?q=100%25")).toEqual({ users: [], nextCursor: null });
    const first = await admin.ok<{ users: { id: string }[]; nextCursor: string }>("GET", "/v1/admin/users?limit=1");
    const second = await admin.ok<typeof first>("GET", `/v1/admin/users?limit=1&cursor=${first.nextCursor}`);
    expect(second.users[0]!.id).not.toBe(first.users[0]!.id);

    const until = new Date(cloud.now() + 86_400_000).toISOString();
    expect(await admin.ok("PATCH", path, { premiumUntil: until, emailVerified: true })).toMatchObject({
      premiumUntil: until,
      emailVerified: true,
    });
    expect(await admin.refused("PATCH", path, { blocked: true })).toEqual([400, "invalid"]);
    await admin.ok("PATCH", path, { blocked: true, reason: "spam" });
    expect(await person.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
    const credentials = { email: person.email, password: PASSWORD };
    expect(await person.refused("POST", "/v1/auth/sign-in/email", credentials)).toEqual([403, "blocked"]);
    await admin.ok("PATCH", path, { blocked: false, isAdmin: true, premiumUntil: null });
    person.keepCookies(await person.send("POST", "/v1/auth/sign-in/email", credentials));
    expect(await person.ok("GET", path)).toMatchObject({ isAdmin: true, blocked: false, premiumUntil: null });

    for (const change of [{ blocked: true }, { isAdmin: false }]) {
      expect(await admin.refused("PATCH", `/v1/admin/users/${adminId}`, change)).toEqual([409, "not_yourself"]);
    }
    expect(await admin.refused("PATCH", path, { premiumUntil: "soon" })).toEqual([400, "invalid"]);
    expect(await admin.refused("GET", "/v1/admin/users/nobody")).toEqual([404, "not_found"]);
    expect(await admin.refused("GET", "/v1/admin/users?cursor=x")).toEqual([400, "invalid_cursor"]);
    expect(await admin.refused("GET", "/v1/admin/audit?limit=0")).toEqual([400, "invalid"]);
    const { entries } = await admin.ok<{ entries: { id: number }[] }>("GET", `/v1/admin/audit?subject=user:${userId}`);
    expect(entries).toMatchObject([
      {
        actorId: adminId,
        actorName: "Some One",
        action: "user.changed",
        data: { blocked: false, isAdmin: true, premiumUntil: null },
      },
      { data: { blocked: true, reason: "spam" } },
      { data: { premiumUntil: until, emailVerified: true } },
    ]);
    const before = `/v1/admin/audit?subject=user:${userId}&before=${entries[1]!.id}`;
    expect((await admin.ok<{ entries: unknown[] }>("GET", before)).entries).toHaveLength(1);
  });
});
