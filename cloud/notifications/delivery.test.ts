import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { runJob } from "../jobs/job";
import { openCloud } from "../testing/open";
import { TestMailServer } from "../testing/smtp";
import { deliverJob } from "./deliver";
import { createMailer } from "./mail";
import { createTwilio } from "./sms";
import { browser, inbox, reader } from "./testing/reader";

/** The ways out of an inbox: a real mail server, Twilio and a push service as they answer. */
const web = setupServer();
web.listen({ onUnhandledRequest: "error" });
const smtp = await TestMailServer.start();
afterAll(async () => {
  await smtp.stop();
  web.close();
});
const cloud = await openCloud({
  mail: createMailer(smtp.url, "post@test.example"),
  sms: createTwilio({ accountSid: "AC1", authToken: "t", from: "+1555" }),
});
afterEach(() => {
  web.resetHandlers();
  smtp.busy = false;
  smtp.refuse = () => false;
});

describe("e-mail", () => {
  it("goes out once, also where jobs are repeated and processes compete", async () => {
    const { person, userId, tell } = await reader(cloud, "email");
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
    const { person, tell } = await reader(cloud, "email");
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
    const { person, userId, tell } = await reader(cloud);
    await tell(1);
    const strict = await reader(cloud, "email");
    await strict.tell(1);
    await cloud.runJobs(await cloud.addProcess({ verifyEmails: true, mail: cloud.first.deps.mail }));
    const late = await reader(cloud, "email");
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
    const { person, userId, tell } = await reader(cloud, "sms", "push");
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
      person.ok<{ id: string }>("POST", "/v1/notifications/push-subscriptions", browser(name));
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
    const { id: target } = await next.ok<{ id: string }>("POST", path, browser("a"));
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
    const { person, userId, tell } = await reader(cloud, "push");
    const pushed: string[] = [];
    web.use(
      http.post("https://fcm.googleapis.com/fcm/send/:name", ({ params }) => {
        pushed.push(String(params.name));
        return new HttpResponse(null, { status: 201 });
      }),
    );
    await person.ok("POST", "/v1/notifications/push-subscriptions", browser("phone"));
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
