import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { instantOfSlot, slotOf } from "../../shared/booking";
import { runJob } from "../jobs/job";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import { Person } from "../testing/person";
import { SseReader } from "../testing/sse";
import { remindJob } from "./bookings";
import { browser, inbox, reader } from "./testing/reader";

const cloud = await openCloud();

describe("an inbox", () => {
  it("is its reader's only, by pages, in their language, read one by one or whole", async () => {
    const { person, tell } = await reader(cloud);
    const other = await reader(cloud);
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
    const { person, userId, tell } = await reader(cloud);
    await tell(1);
    await sql`update notifications set kind = 'fromLater' where user_id = ${userId}`.execute(cloud.db);
    await tell(2);
    const { notifications } = await inbox(person);
    expect(notifications.map(({ title }) => title)).toContain("fromLater");
    expect(notifications).toHaveLength(2);
  });

  it("wakes the open page", async () => {
    const { person, tell } = await reader(cloud);
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
      ["POST", "/push-subscriptions", { ...browser("x"), endpoint: "https://127.0.0.1/x" }],
      ["POST", "/push-subscriptions", { ...browser("x"), endpoint: "http://fcm.googleapis.com/x" }],
      ["POST", "/push-subscriptions", { ...browser("x"), endpoint: "https://fcm.googleapis.com:444/x" }],
      ["POST", "/push-subscriptions", { ...browser("x"), endpoint: "https://evil.example/fcm.googleapis.com" }],
      ["POST", "/push-subscriptions", { ...browser("x"), keys: { p256dh: "AA", auth: "AA" } }],
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

describe("what happens", () => {
  it("at a charger is told to its driver: begun, and ended with energy and price", async () => {
    const { hub, siteId } = await cloud.paired();
    const driver = await cloud.person();
    const card = { site_id: siteId, id_tag: "TAG", label: "", status: "approved" as const, requested_at: new Date(0) };
    await cloud.db
      .insertInto("id_tags")
      .values({ ...card, user_id: await driver.userId() })
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
    const more = { sale: "{}", key: null, user_id: await driver.userId(), pin_tag: null, created_at: new Date(0) };
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
