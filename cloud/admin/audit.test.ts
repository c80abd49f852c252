import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requireAdmin } from "../accounts/access";
import { TestCloud } from "../testing/cloud";
import { audit } from "./audit";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

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
  const { user } = await person.ok<{ user: { id: string } }>("GET", "/v1/me");
  await expect(requireAdmin(cloud.db, user.id)).rejects.toMatchObject({ code: "forbidden", status: 403 });
  await cloud.makeAdmin(person);
  await requireAdmin(cloud.db, user.id);
});
