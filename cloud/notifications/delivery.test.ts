import { createECDH, randomBytes } from "node:crypto";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { instantOfSlot, slotOf } from "../../shared/booking";
import { runJob } from "../jobs/job";
import { charge } from "../testing/charging";
import { TestCloud } from "../testing/cloud";
import { Person } from "../testing/person";
import { TestMailServer } from "../testing/smtp";
import { SseReader } from "../testing/sse";
import { deliverJob } from "./deliver";
import { remindJob } from "./bookings";
import { createMailer } from "./mail";
import { notify } from "./notify";
import { createTwilio } from "./sms";

/** Inboxes and the ways out of them: a real mail server, Twilio and a push service as they answer. */
let cloud: TestCloud;
let smtp: TestMailServer;
const web = setupServer();
beforeAll(async () => {
  web.listen({ onUnhandledRequest: "error" });
  smtp = await TestMailServer.start();
  cloud = await TestCloud.start(undefined, {
    mail: createMailer(smtp.url, "post@test.example"),
    sms: createTwilio({ accountSid: "AC1", authToken: "t", from: "+1555" }),
  });
});
afterEach(() => {
  web.resetHandlers();
  smtp.busy = false;
  smtp.refuse = () => false;
});
afterAll(async () => {
  await cloud.stop();
  await smtp.stop();
  web.close();
});

interface Inbox {
  notifications: { id: string; kind: string; title: string; body: string; read: boolean }[];
  unread: number;
  nextCursor: string | null;
}
const inbox = (person: Person, query = "") => person.ok<Inbox>("GET", `/v1/notifications${query}`);
const idOf = async (person: Person) => (await person.ok<{ user: { id: string } }>("GET", "/v1/me")).user.id;
const period = (n: number) => ({ amount: 100 * n, currency: "EUR", period: `2026-0${n}` });

/** Somebody who is told of payouts by these channels. */
async function reader(
  ...channels: string[]
): Promise<{ person: Person; userId: string; tell: (n: number) => Promise<void> }> {
  const person = await cloud.person();
  const userId = await idOf(person);
  await person.ok("PATCH", "/v1/notifications/settings", { channels: { payout: channels } });
  const tell = (n: number) =>
    notify(cloud.db, { userId, kind: "payout", key: String(n), data: period(n), now: cloud.now() });
  return { person, userId, tell };
}

function subscription(name: string) {
  const browser = createECDH("prime256v1");
  browser.generateKeys();
  const keys = { p256dh: browser.getPublicKey("base64url"), auth: randomBytes(16).toString("base64url") };
  return { endpoint: `https://fcm.googleapis.com/fcm/send/${name}`, expirationTime: null, keys };
}

describe("an inbox", () => {
  it("is its reader's only, by pages, in their language, read one by one or whole", async () => {
    const { person, tell } = await reader();
    const other = await reader();
    for (const n of [1, 2, 3]) await tell(n);
    await other.tell(1);
    const first = await inbox(person, "?limit=2");
    const second = await inbox(person, `?limit=2&cursor=${first.nextCursor}`);
    const bodies = [...first.notifications, ...second.notifications].map(({ body }) => body);
    expect(bodies.toSorted()).toEqual(["€1.00 for 2026-01.", "€2.00 for 2026-02.", "€3.00 for 2026-03."]);
    expect([first.unread, second.nextCursor]).toEqual([3, null]);
    await person.ok("PATCH", "/v1/me", { language: "de" });
    expect((await inbox(person)).notifications[0]!.title).toBe("Eine Auszahlung ist unterwegs");
    const { id } = first.notifications[0]!;
    await other.person.ok("POST", "/v1/notifications/read", { ids: [id] });
    expect((await inbox(person)).unread).toBe(3);
    await person.ok("POST", "/v1/notifications/read", { ids: [id] });
    expect((await inbox(person, "?unread=true")).notifications.map((each) => each.id)).not.toContain(id);
    await person.ok("POST", "/v1/notifications/read", { all: true });
    expect((await inbox(person)).unread).toBe(0);
    expect((await inbox(other.person)).unread).toBe(1);
  });

  it("shows by its name what a later version of the program wrote, and hides nothing else for it", async () => {
    const { person, tell } = await reader();
    await tell(1);
    await sql`update notifications set kind = 'fromLater' where user_id = ${(await person.ok<{ user: { id: string } }>("GET", "/v1/me")).user.id}`.execute(
      cloud.db,
    );
    await tell(2);
    const { notifications } = await inbox(person);
    expect(notifications.map(({ title }) => title)).toContain("fromLater");
    expect(notifications).toHaveLength(2);
  });

  it("wakes the open page", async () => {
    const { person, tell } = await reader();
    const stream = new SseReader(await person.send("GET", "/v1/notifications/live"));
    expect(await stream.json()).toMatchObject({ unread: 0 });
    await tell(1);
    await cloud.runJobs();
    expect(await stream.json()).toMatchObject({ unread: 1 });
    await person.ok("POST", "/v1/notifications/read", { all: true });
    expect(await stream.json()).toMatchObject({ unread: 0 });
    await stream.close();
  });

  it("has doors: a sign-in for each, and nothing that does not fit", async () => {
    const person = await cloud.person();
    const nobody = Person.visitor(cloud.first, "nobody@test.example");
    const gone = "01900000-0000-7000-8000-000000000000";
    const routes = ["GET ", "GET /live", "POST /read", "GET /settings", "PATCH /settings", "GET /push-key"];
    routes.push("POST /push-subscriptions", `DELETE /push-subscriptions/${gone}`);
    for (const [method, path] of routes.map((route) => route.split(" "))) {
      const body = method === "GET" ? undefined : {};
      expect(await nobody.refused(method!, `/v1/notifications${path}`, body)).toEqual([401, "unauthorized"]);
    }
    const bad: [string, string, unknown][] = [
      ["POST", "/read", {}],
      ["POST", "/read", { ids: ["x"] }],
      ["PATCH", "/settings", { channels: { payout: ["pigeon"] } }],
      ["PATCH", "/settings", { channels: { nothing: ["email"] } }],
      ["POST", "/push-subscriptions", { ...subscription("x"), endpoint: "https://127.0.0.1/x" }],
      ["POST", "/push-subscriptions", { ...subscription("x"), endpoint: "http://fcm.googleapis.com/x" }],
      ["POST", "/push-subscriptions", { ...subscription("x"), endpoint: "https://fcm.googleapis.com:444/x" }],
      ["POST", "/push-subscriptions", { ...subscription("x"), endpoint: "https://evil.example/fcm.googleapis.com" }],
      ["POST", "/push-subscriptions", { ...subscription("x"), keys: { p256dh: "AA", auth: "AA" } }],
      ["GET", "?cursor=x", undefined],
    ];
    for (const [method, path, body] of bad) {
      expect((await person.refused(method, `/v1/notifications${path}`, body))[0]).toBe(400);
    }
    expect(await person.refused("DELETE", `/v1/notifications/push-subscriptions/${gone}`)).toEqual([404, "not_found"]);
    const { channels } = await person.ok<{ channels: Record<string, string[]> }>("GET", "/v1/notifications/settings");
    expect(channels).toMatchObject({ payout: ["email"], bookingConfirmed: ["email", "push"] });
  });
});

describe("e-mail", () => {
  it("goes out once, also where jobs are repeated and processes compete", async () => {
    const { person, userId, tell } = await reader("email");
    await Promise.all([tell(1), tell(1)]);
    await cloud.runJobs();
    const mails = () => smtp.mails.filter(({ to }) => to.includes(person.email));
    expect(mails()).toMatchObject([{ subject: "A payout is on its way" }]);
    expect(mails()[0]!.text).toBe("€1.00 for 2026-01.\n\nhttp://127.0.0.1:3000/payouts");
    const { id } = await cloud.db
      .selectFrom("notifications")
      .select("id")
      .where("user_id", "=", userId)
      .executeTakeFirstOrThrow();
    const again = { notificationId: id, channel: "email", target: "" };
    await Promise.all([1, 2, 3].map(() => runJob(deliverJob, cloud.first.deps, again)));
    expect(mails()).toHaveLength(1);
    // A process that was killed in the middle leaves its claim, which another takes after a while, under the same Message-ID.
    await cloud.db.updateTable("notification_deliveries").set({ state: "sending" }).execute();
    await runJob(deliverJob, cloud.first.deps, again);
    expect(mails()).toHaveLength(1);
    cloud.skewMs = 3 * 60_000;
    await runJob(deliverJob, cloud.first.deps, again);
    cloud.skewMs = 0;
    expect(new Set(mails().map(({ messageId }) => messageId)).size).toBe(1);
    expect(mails()).toHaveLength(2);
  });

  it("is tried again while the server is busy, and stops at an address that does not exist", async () => {
    const { person, tell } = await reader("email");
    const mails = () => smtp.mails.filter(({ to }) => to.includes(person.email)).length;
    smtp.busy = true;
    await tell(1);
    await cloud.runJobs();
    expect(mails()).toBe(0);
    smtp.busy = false;
    cloud.skewMs = 60_000;
    await cloud.runJobs();
    cloud.skewMs = 0;
    expect(mails()).toBe(1);
    smtp.refuse = (address) => address === person.email;
    await tell(2);
    await cloud.runJobs();
    smtp.refuse = () => false;
    await tell(3);
    await cloud.runJobs();
    expect(mails()).toBe(1);
    await person.ok("PATCH", "/v1/notifications/settings", { channels: {} });
    await tell(4);
    await cloud.runJobs();
    expect(mails()).toBe(2);
    expect((await inbox(person)).unread).toBe(4);
  });

  it("does not go where nobody wants it, to unverified addresses, and not days later", async () => {
    const { person, userId, tell } = await reader();
    await tell(1);
    const strict = await reader("email");
    await strict.tell(1);
    await cloud.runJobs(await cloud.addProcess({ verifyEmails: true, mail: cloud.first.deps.mail }));
    const late = await reader("email");
    await late.tell(1);
    cloud.skewMs = 2 * 86_400_000;
    await cloud.runJobs();
    cloud.skewMs = 0;
    for (const { email } of [person, strict.person, late.person]) {
      expect(smtp.mails.filter(({ to }) => to.includes(email))).toEqual([]);
    }
    const rows = await cloud.db.selectFrom("notifications").select("id").where("user_id", "=", userId).execute();
    expect(rows).toHaveLength(1);
  });
});

describe("SMS and web push", () => {
  it("reach a verified number and each browser; a browser that is gone is forgotten", async () => {
    const { person, userId, tell } = await reader("sms", "push");
    const phone = { phone: "+4915112345678", phone_verified_at: new Date(0) };
    await cloud.db.updateTable("people").set(phone).where("user_id", "=", userId).execute();
    const sent: string[] = [];
    const pushed: { name: string; headers: Headers; bytes: number }[] = [];
    web.use(
      http.post("https://api.twilio.com/*", async ({ request }) => {
        sent.push(new URLSearchParams(await request.text()).get("Body")!);
        return HttpResponse.json({}, { status: 201 });
      }),
      http.post("https://fcm.googleapis.com/fcm/send/:name", async ({ request, params }) => {
        if (params.name === "gone") return new HttpResponse(null, { status: 410 });
        const bytes = (await request.arrayBuffer()).byteLength;
        pushed.push({ name: String(params.name), headers: request.headers, bytes });
        return new HttpResponse(null, { status: 201 });
      }),
    );
    const { key } = await person.ok<{ key: string }>("GET", "/v1/notifications/push-key");
    const add = (name: string) =>
      person.ok<{ id: string }>("POST", "/v1/notifications/push-subscriptions", subscription(name));
    const [{ id }, again] = [await add("a"), await add("a")];
    expect(again.id).toBe(id);
    await add("gone");
    await tell(1);
    await cloud.runJobs();
    expect(sent).toEqual(["A payout is on its way. €1.00 for 2026-01."]);
    expect(pushed.map(({ name }) => name)).toEqual(["a"]);
    const { headers, bytes } = pushed[0]!;
    expect(headers.get("content-encoding")).toBe("aes128gcm");
    expect(headers.get("authorization")).toContain(`k=${key}`);
    expect(headers.get("topic")).toMatch(/^[0-9a-f]{32}$/);
    expect(bytes).toBeGreaterThan(100);
    const left = await cloud.db.selectFrom("push_subscriptions").select("id").where("user_id", "=", userId).execute();
    expect(left).toEqual([{ id }]);
    expect(await (await cloud.person()).refused("DELETE", `/v1/notifications/push-subscriptions/${id}`)).toEqual([
      404,
      "not_found",
    ]);
    await person.ok("DELETE", `/v1/notifications/push-subscriptions/${id}`);
    await tell(2);
    await cloud.runJobs();
    expect([sent.length, pushed.length]).toEqual([2, 1]);

    // Queued for this reader, and then somebody else signed in in that browser.
    const next = await cloud.person();
    const path = "/v1/notifications/push-subscriptions";
    const { id: target } = await next.ok<{ id: string }>("POST", path, subscription("a"));
    const { id: notificationId } = (await inbox(person)).notifications[0]!;
    const delivery = { notificationId, channel: "push" as const, target };
    await cloud.db
      .insertInto("notification_deliveries")
      .values({ notification_id: notificationId, channel: "push", target, state: "waiting" })
      .execute();
    await runJob(deliverJob, cloud.first.deps, delivery);
    expect(pushed).toHaveLength(1);
  });

  it("end with the sign-in that they were added with", async () => {
    const { person, userId, tell } = await reader("push");
    const pushed: string[] = [];
    web.use(
      http.post("https://fcm.googleapis.com/fcm/send/:name", ({ params }) => {
        pushed.push(String(params.name));
        return new HttpResponse(null, { status: 201 });
      }),
    );
    await person.ok("POST", "/v1/notifications/push-subscriptions", subscription("phone"));
    await tell(1);
    await cloud.runJobs();
    // It ends by itself; another browser stays signed in.
    const signIn = await cloud.db
      .selectFrom("auth.session")
      .selectAll()
      .where("userId", "=", userId)
      .executeTakeFirstOrThrow();
    const other = { ...signIn, id: "other", token: "other", updatedAt: new Date(0) };
    await cloud.db.insertInto("auth.session").values(other).execute();
    await cloud.db
      .updateTable("auth.session")
      .set({ expiresAt: new Date(cloud.now()) })
      .where("id", "=", signIn.id)
      .execute();
    await tell(2);
    await cloud.runJobs();
    expect(pushed).toEqual(["phone"]);
    expect(await cloud.db.selectFrom("push_subscriptions").where("user_id", "=", userId).selectAll().execute()).toEqual(
      [],
    );
  });
});

describe("what happens", () => {
  it("at a charger is told to its driver: begun, and ended with energy and price", async () => {
    const { hub, siteId } = await cloud.paired();
    const driver = await cloud.person();
    const card = { site_id: siteId, id_tag: "TAG", label: "", status: "approved" as const, requested_at: new Date(0) };
    await cloud.db
      .insertInto("id_tags")
      .values({ ...card, user_id: await idOf(driver) })
      .execute();
    charge(hub, { startedAt: cloud.now() - 30 * 60_000, readings: [[10, 3000]] });
    charge(hub, { startedAt: cloud.now() - 86_400_000, readings: [[10, 3000]] });
    await hub.send();
    const { notifications } = await inbox(driver);
    expect(notifications.map(({ kind }) => kind).toSorted()).toEqual([
      "chargingFinished",
      "chargingFinished",
      "chargingStarted",
    ]);
    expect(notifications.find(({ kind }) => kind === "chargingFinished")!.body).toMatch(/^Garage: 2 kWh, €\d/);
    await hub.send();
    expect((await inbox(driver)).unread).toBe(3);
  });

  it("soon is told once: a booking that starts within half an hour", async () => {
    const { siteId } = await cloud.owner();
    const driver = await cloud.person();
    const slot = slotOf(cloud.now());
    const row = { site_id: siteId, version: 1, seat: "s", class: "AC", stage: "reserved" as const, cancel_owed: null };
    const more = { sale: "{}", key: null, user_id: await idOf(driver), pin_tag: null, created_at: new Date(0) };
    for (const [booking, from_slot] of [
      ["soon", slot + 2],
      ["later", slot + 9],
    ] as const) {
      const cells = { from_slot, to_slot: from_slot + 1, held: `[${from_slot},${from_slot + 1})` };
      await cloud.db
        .insertInto("reservations")
        .values({ ...row, ...more, ...cells, booking })
        .execute();
    }
    for (let round = 0; round < 2; round++) await runJob(remindJob, cloud.first.deps, {});
    const { notifications } = await inbox(driver);
    expect(notifications).toMatchObject([{ kind: "bookingStartsSoon", title: "Soon: Garage" }]);
    const minutes = instantOfSlot(slot + 2).slice(11, 16);
    expect(notifications[0]!.body).toContain(minutes);
  });
});
