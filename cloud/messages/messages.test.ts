import { describe, expect, it } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import { listed } from "../sites/testing/places";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { PASSWORD } from "../testing/person";
import { bookingSite } from "../testing/seats";

const cloud = await openCloud();
// Just after a full hour: who does not read is told once in each.
cloud.skewMs = 3_660_000 - (Date.now() % 3_600_000);
const [admin, driver, other] = [await cloud.admin(), await cloud.person(), await cloud.person()];
const { owner, siteId, organizationId } = await listed(cloud, admin);

interface Thread {
  siteId: string;
  threadId: string;
  booking: string | null;
  lastSeq: number;
}
interface Page {
  threads: Thread[];
  nextCursor: string | null;
}
interface Read {
  thread: Thread;
  messages: { seq: number }[];
}
const begin = (person: Person, text: string, booking?: string, site = siteId) =>
  person.ok<Thread>("POST", `/v1/sites/${site}/threads`, { text, ...(booking === undefined ? {} : { booking }) });
const at = ({ siteId, threadId }: Thread, rest = "") => `/v1/sites/${siteId}/threads/${threadId}${rest}`;
const told = async (person: Person, kind: "message" | "messagesReported") =>
  (
    await cloud.db
      .selectFrom("notifications")
      .select("data")
      .where("user_id", "=", await person.userId())
      .where("kind", "=", kind)
      .execute()
  ).map(({ data }) => data);

describe("messages about a site", () => {
  it("go between a driver and its owners, with marks of what was read; each side is told once while it does not read", async () => {
    const thread = await begin(driver, " Is the gate open at night? ");
    expect(thread).toMatchObject({
      siteId,
      siteName: "Garage",
      booking: null,
      side: "driver",
      driver: "Some",
      lastSeq: 1,
      lastText: "Is the gate open at night?",
      readSeq: 1,
      theyReadSeq: 0,
      report: null,
    });
    expect(await begin(driver, "Hello?")).toMatchObject({ threadId: thread.threadId, lastSeq: 2 });
    expect(await told(owner, "message")).toEqual([
      { siteId, siteName: "Garage", threadId: thread.threadId, side: "driver" },
    ]);

    const { threads } = await owner.ok<Page>("GET", `/v1/sites/${siteId}/threads`);
    expect(threads).toMatchObject([{ threadId: thread.threadId, side: "owner", readSeq: 0, theyReadSeq: 2 }]);
    await owner.ok("POST", at(thread, "/read"), { seq: 2_000_000 });
    await owner.ok("POST", at(thread, "/read"), { seq: 1 });
    // Up to the last that there is, and never back.
    expect(await driver.ok("GET", at(thread))).toMatchObject({ thread: { theyReadSeq: 2 } });
    expect(await owner.ok("POST", at(thread, "/messages"), { text: "Always." })).toEqual({ seq: 3 });
    await driver.ok("POST", at(thread, "/messages"), { text: "Thanks" });
    expect(await told(owner, "message")).toHaveLength(2);
    expect(await told(driver, "message")).toHaveLength(1);
    cloud.skewMs += 3_600_000;
    await driver.ok("POST", at(thread, "/messages"), { text: "One more thing" });
    expect(await told(owner, "message")).toHaveLength(3);

    const page = await driver.ok<Read>("GET", at(thread, "?limit=2&before=4"));
    expect(page).toMatchObject({
      thread: { side: "driver", lastSeq: 5, readSeq: 5, theyReadSeq: 3 },
      messages: [
        { seq: 3, side: "owner", author: "Some", mine: false, text: "Always." },
        { seq: 2, side: "driver", author: "Some", mine: true, text: "Hello?" },
      ],
    });
    expect((await owner.ok<Page>("GET", "/v1/me/threads")).threads).toEqual([]);
  });

  it("are numbered without holes, also when both write at once, and come in pages", async () => {
    const second = await listed(cloud, admin);
    const [one, two] = [await begin(other, "1"), await begin(other, "2", undefined, second.siteId)];
    await Promise.all([
      ...["3", "4", "5"].map((text) => other.ok("POST", at(one, "/messages"), { text })),
      ...["6", "7"].map((text) => owner.ok("POST", at(one, "/messages"), { text })),
    ]);
    const { messages } = await other.ok<Read>("GET", at(one));
    expect(messages.map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    const first = await other.ok<Page>("GET", "/v1/me/threads?limit=1");
    const rest = await other.ok<Page>("GET", `/v1/me/threads?limit=1&cursor=${first.nextCursor}`);
    const found = [...first.threads, ...rest.threads].map(({ threadId }) => threadId);
    expect(found.toSorted()).toEqual([one.threadId, two.threadId].toSorted());
    expect(rest.nextCursor).toBeNull();
    expect(await other.refused("GET", "/v1/me/threads?cursor=x")).toEqual([400, "invalid_cursor"]);
  });

  it("are read by nobody else", async () => {
    const thread = await begin(driver, "Mine");
    const strangers = [other, admin, (await cloud.owner()).owner];
    for (const person of strangers) {
      expect(await person.refused("GET", at(thread))).toEqual([404, "not_found"]);
      expect(await person.refused("POST", at(thread, "/messages"), { text: "x" })).toEqual([404, "not_found"]);
      expect(await person.refused("POST", at(thread, "/read"), { seq: 1 })).toEqual([404, "not_found"]);
      expect(await person.refused("POST", at(thread, "/report"), { reason: "x" })).toEqual([404, "not_found"]);
      expect(await person.refused("GET", `/v1/sites/${siteId}/threads`)).toEqual([404, "not_found"]);
    }
    const closed = await listed(cloud, admin, { access: "private" });
    expect(await driver.refused("POST", `/v1/sites/${closed.siteId}/threads`, { text: "x" })).toEqual([
      404,
      "not_found",
    ]);
    for (const text of ["", "   ", "x".repeat(2001), 1]) {
      expect(await driver.refused("POST", at(thread, "/messages"), { text })).toEqual([400, "invalid"]);
    }
  });

  it("are looked at by an admin from a report until the decision", async () => {
    const thread = await begin(driver, "Rude words");
    expect(await driver.refused("GET", "/v1/admin/threads")).toEqual([403, "forbidden"]);
    const decision = `/v1/admin/sites/${siteId}/threads/${thread.threadId}/decision`;
    expect(await admin.refused("POST", decision, { decision: "Nothing" })).toEqual([404, "not_found"]);
    await owner.ok("POST", at(thread, "/report"), { reason: "Insults" });
    await driver.ok("POST", at(thread, "/report"), { reason: "Not so" });
    expect(await told(admin, "messagesReported")).toHaveLength(1);
    expect((await admin.ok<Page>("GET", "/v1/admin/threads")).threads).toMatchObject([
      { threadId: thread.threadId, side: "admin", report: { by: "owner", reason: "Insults" } },
    ]);
    await admin.ok("POST", at(thread, "/messages"), { text: "Please be kind." });
    await admin.ok("POST", at(thread, "/read"), { seq: 1 });
    expect(await admin.refused("POST", at(thread, "/report"), { reason: "x" })).toEqual([403, "forbidden"]);
    expect((await driver.ok<Read>("GET", at(thread))).messages[0]).toMatchObject({ side: "admin", mine: false });
    expect(await driver.refused("POST", decision, { decision: "x" })).toEqual([403, "forbidden"]);
    expect(await admin.refused("POST", decision, {})).toEqual([400, "invalid"]);
    await admin.ok("POST", decision, { decision: "Warned" });
    expect(await admin.refused("GET", at(thread))).toEqual([404, "not_found"]);
    const { entries } = await admin.ok<{ entries: unknown[] }>(
      "GET",
      `/v1/admin/audit?subject=thread:${thread.threadId}`,
    );
    expect(entries).toMatchObject([{ action: "thread.decided", data: { decision: "Warned" } }]);
  });

  it("are limited, and go with their driver; what an owner wrote stays without a name", async () => {
    const leaver = await cloud.person();
    const thread = await begin(leaver, "Hello");
    for (let sent = 1; sent < 60; sent += 1) await leaver.ok("POST", at(thread, "/messages"), { text: "x" });
    expect(await leaver.refused("POST", at(thread, "/messages"), { text: "x" })).toEqual([429, "too_many_requests"]);
    const exported = await leaver.ok<Record<string, { text: string }[]>>("GET", "/v1/me/export");
    expect(exported["messages (author_id)"]).toHaveLength(60);
    expect(exported["message_threads (user_id)"]).toMatchObject([{ thread_id: thread.threadId }]);
    await leaver.ok("POST", "/v1/me/delete", { password: PASSWORD });
    expect(await owner.refused("GET", at(thread))).toEqual([404, "not_found"]);
    expect(
      await cloud.db.selectFrom("messages").where("thread_id", "=", thread.threadId).select("seq").execute(),
    ).toEqual([]);

    const helper = await cloud.person();
    await cloud.join(organizationId, helper, "admin");
    const kept = await begin(driver, "Who is there?");
    await helper.ok("POST", at(kept, "/messages"), { text: "Me" });
    await helper.ok("POST", "/v1/me/delete", { password: PASSWORD });
    expect((await driver.ok<Read>("GET", at(kept))).messages[0]).toMatchObject({ author: null, text: "Me" });
  });
});

it("messages about a booking are of who booked and the owners, who may begin", async () => {
  const { owner, siteId, base } = await bookingSite(cloud);
  const wish = { class: "AC", start: instantOfSlot(base), end: instantOfSlot(base + 4) };
  const { booking } = await driver.ok<{ booking: string }>("POST", `/v1/sites/${siteId}/reservations`, wish);
  const path = `/v1/sites/${siteId}/threads`;
  for (const who of [other, (await cloud.owner()).owner]) {
    expect(await who.refused("POST", path, { booking, text: "x" })).toEqual([404, "not_found"]);
  }
  expect(await owner.refused("POST", path, { booking: "none", text: "x" })).toEqual([404, "not_found"]);
  const thread = await begin(owner, "The gate is broken", booking, siteId);
  expect(thread).toMatchObject({ booking, side: "owner", lastSeq: 1 });
  expect(await begin(driver, "I will ring", booking, siteId)).toMatchObject({
    threadId: thread.threadId,
    side: "driver",
    lastSeq: 2,
  });
  expect((await driver.ok<Page>("GET", `/v1/me/threads?booking=${booking}`)).threads).toHaveLength(1);
  expect((await driver.ok<Page>("GET", "/v1/me/threads?booking=none")).threads).toEqual([]);
});
