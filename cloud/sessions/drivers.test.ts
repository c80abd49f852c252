import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import type { HubBookingEvent } from "../../shared/booking";
import type { Session } from "../../shared/session";
import { endSession, settleSession } from "../../shared/session";
import { eventually } from "../../shared/testing/eventually";
import { billSessions } from "../billing/bill-sessions";
import { termsOf } from "../billing/jobs";
import { charge } from "../testing/charging";
import { TestCloud } from "../testing/cloud";
import type { TestHub } from "../testing/hub";
import type { Person } from "../testing/person";
import { bookingSite } from "../testing/seats";
import { SseReader } from "../testing/sse";
import { place } from "../sites/testing/places";
import { forgetDriver } from "./forget-driver";

const HOUR = 3_600_000;
let cloud: TestCloud;
let owner: Person;
let siteId: string;
let hub: TestHub;
let driver: Person;
let userId: string;
let now: number;
beforeAll(async () => {
  cloud = await TestCloud.start();
  now = cloud.now();
  ({ owner, siteId, hub } = await cloud.paired());
  driver = await cloud.person();
  ({
    user: { id: userId },
  } = await driver.ok<{ user: { id: string } }>("GET", "/v1/me"));
  hub.add("chargePoint.registered", registration("CP1"));
  await hub.send();
});
afterAll(() => cloud.stop());

interface Own {
  id: string;
  siteId: string;
  via: string;
  endedAt: string | null;
  energyWh: number;
}
const mine = async (person = driver, query = "") =>
  person.ok<{ sessions: Own[]; nextCursor: string | null }>("GET", `/v1/me/sessions${query}`);
const tellHub = async () => {
  const rows = await cloud.db.selectFrom("feed").selectAll().where("hub_id", "=", hub.id).orderBy("position").execute();
  return rows.at(-1);
};
const end = (session: Session, minute: number) =>
  settleSession(
    session,
    {
      endedAt: new Date(Date.parse(session.startedAt) + minute * 60_000).toISOString(),
      meterStop: 5000,
      reason: "Local",
      flags: [],
    },
    "R-1",
  );

describe("a driver's card", () => {
  it("starts at the hub once its owner has approved it, and its sessions are his", async () => {
    const asked = await driver.ok("POST", "/v1/me/id-tags", { siteId, idTag: " card-1 ", label: "Blue card" });
    expect(asked).toMatchObject({ idTag: "CARD-1", status: "requested", siteName: "Garage" });
    charge(hub, { startedAt: now - 5 * HOUR, readings: [[10, 3000]], idTag: "card-1" });
    await hub.send();
    expect((await mine()).sessions).toEqual([]);
    const listed = { siteId, idTag: "CARD-1", label: "Blue card", driver: { userId, name: "Some One" } };
    expect(await owner.ok("GET", `/v1/sites/${siteId}/id-tags`)).toMatchObject({
      idTags: [{ ...listed, status: "requested", decidedAt: null }],
    });
    const decide = (approved: boolean) =>
      owner.send("POST", `/v1/sites/${siteId}/id-tags/card-1/decision`, { approved });
    expect((await decide(true)).status).toBe(204);
    expect(await tellHub()).toMatchObject({
      type: "idTag.set",
      data: { idTag: "CARD-1", status: "Accepted", expiryDate: null, parentIdTag: null },
    });
    const session = charge(hub, { startedAt: now - 4 * HOUR, readings: [[10, 3000]], idTag: "card-1" });
    charge(hub, { startedAt: now - 3 * HOUR, readings: [[10, 3000]], idTag: "ELSE" });
    await hub.send();
    expect((await mine()).sessions).toMatchObject([{ id: session.id, siteId, siteName: "Garage", via: "idTag" }]);
    expect(await driver.ok("GET", `/v1/me/sessions/${siteId}/${session.id}`)).toMatchObject({
      cost: session.cost,
      periods: [{ energyWh: 2000 }, { energyWh: 0 }],
      samples: [{}],
    });
    expect(await driver.ok("GET", "/v1/me/id-tags")).toMatchObject({ idTags: [{ status: "approved" }] });
    const told = await cloud.db
      .selectFrom("notifications")
      .selectAll()
      .where("kind", "in", ["cardRequested", "cardDecided"])
      .orderBy("created_at")
      .execute();
    expect(told.map(({ kind, data }) => [kind, data])).toEqual([
      ["cardRequested", { siteId, siteName: "Garage", idTag: "CARD-1", driver: "Some One" }],
      ["cardDecided", { siteId, siteName: "Garage", idTag: "CARD-1", approved: true }],
    ]);
    expect((await decide(true)).status).toBe(204);
    expect((await decide(false)).status).toBe(204);
    expect(await tellHub()).toMatchObject({ type: "idTag.removed", data: { idTag: "CARD-1" } });
    expect((await decide(true)).status).toBe(204);
    expect((await driver.send("DELETE", `/v1/me/id-tags/${siteId}/card-1`)).status).toBe(204);
    expect(await tellHub()).toMatchObject({ type: "idTag.removed" });
    expect(await driver.ok("GET", "/v1/me/id-tags")).toEqual({ idTags: [] });
  });

  it("is one driver's at a site, and nobody else decides or takes it off", async () => {
    const card = { siteId, idTag: "SHARED", label: "Card" };
    await driver.ok("POST", "/v1/me/id-tags", card);
    const other = await cloud.person();
    expect(await other.refused("POST", "/v1/me/id-tags", card)).toEqual([409, "id_tag_taken"]);
    expect(await other.refused("DELETE", `/v1/me/id-tags/${siteId}/SHARED`)).toEqual([404, "not_found"]);
    const decision = `/v1/sites/${siteId}/id-tags/SHARED/decision`;
    // Who was refused does not keep the card from others.
    const freed = { ...card, idTag: "FREED" };
    await other.ok("POST", "/v1/me/id-tags", freed);
    await owner.ok("POST", `/v1/sites/${siteId}/id-tags/FREED/decision`, { approved: false });
    await (await cloud.person()).ok("POST", "/v1/me/id-tags", freed);
    expect(await driver.refused("POST", decision, { approved: true })).toEqual([404, "not_found"]);
    expect(await owner.refused("POST", decision, { approved: "yes" })).toEqual([400, "invalid"]);
    for (const bad of [
      {},
      { ...card, idTag: "x".repeat(21) },
      { ...card, label: "nul \0" },
      { ...card, siteId: "x" },
    ]) {
      expect(await driver.refused("POST", "/v1/me/id-tags", bad)).toEqual([400, "invalid"]);
    }
    const nowhere = { ...card, siteId: "01900000-0000-7000-8000-000000000000" };
    expect(await driver.refused("POST", "/v1/me/id-tags", nowhere)).toEqual([404, "not_found"]);
    // Ten cards at a site are enough.
    for (let each = 1; each < 10; each++) await driver.ok("POST", "/v1/me/id-tags", { ...card, idTag: `C${each}` });
    expect(await driver.refused("POST", "/v1/me/id-tags", { ...card, idTag: "C10" })).toEqual([
      409,
      "too_many_id_tags",
    ]);
  });

  it("keeps its sessions where it is another's by the time the hub tells of them", async () => {
    const card = { siteId, idTag: "PASSED-ON", label: "Card" };
    const path = `/v1/sites/${siteId}/id-tags/PASSED-ON/decision`;
    const [first, next] = [await cloud.person(), await cloud.person()];
    const started = cloud.skewMs;
    const approve = async (person: Person) => {
      await person.ok("POST", "/v1/me/id-tags", card);
      await owner.ok("POST", path, { approved: true });
    };
    await approve(first);
    const startedAt = cloud.now() + 60_000;
    cloud.skewMs += HOUR;
    await first.ok("DELETE", `/v1/me/id-tags/${siteId}/PASSED-ON`);
    await approve(next);
    const session = charge(hub, { startedAt, readings: [[10, 3000]], idTag: card.idTag });
    const later = charge(hub, { startedAt: startedAt + 2 * HOUR, readings: [[10, 3000]], idTag: card.idTag });
    await hub.send();
    cloud.skewMs = started;
    expect((await mine(first)).sessions.map(({ id }) => id)).toEqual([session.id]);
    expect((await mine(next)).sessions.map(({ id }) => id)).toEqual([later.id]);
  });

  it("is told to the hub that replaces another", async () => {
    const site = await cloud.owner();
    await driver.ok("POST", "/v1/me/id-tags", { siteId: site.siteId, idTag: "EARLY", label: "Card" });
    await site.owner.ok("POST", `/v1/sites/${site.siteId}/id-tags/EARLY/decision`, { approved: true });
    const { code } = await site.owner.ok<{ code: string }>("POST", `/v1/sites/${site.siteId}/pairing-codes`);
    await cloud.first.request("/v1/hubs/pair", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        code,
        publicKey: { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) },
        name: "hub",
        version: "1",
      }),
    });
    const rows = await cloud.db.selectFrom("feed").selectAll().where("site_id", "=", site.siteId).execute();
    expect(rows).toMatchObject([{ type: "idTag.set", data: { idTag: "EARLY" } }]);
  });
});

describe("a driver's live page", () => {
  it("shows that it lives, and ends when he signs out", async () => {
    const quick = await cloud.addProcess({ heartbeatMs: 20 });
    const leaver = await cloud.person();
    await leaver.ok("POST", "/v1/me/id-tags", { siteId, idTag: "LEAVE", label: "Card" });
    await owner.ok("POST", `/v1/sites/${siteId}/id-tags/LEAVE/decision`, { approved: true });
    const session = charge(hub, { startedAt: now - 2 * HOUR, readings: [[10, 3000]], end: false, idTag: "LEAVE" });
    await hub.send();
    const path = `/v1/me/sessions/${siteId}/${session.id}/live`;
    const reader = new SseReader(await leaver.at(quick).send("GET", path));
    expect(await reader.json()).toMatchObject({ id: session.id });
    expect(await reader.next()).toEqual({ comment: true });
    await leaver.send("POST", "/v1/auth/sign-out", {});
    let last = await reader.next();
    while (last) last = await reader.next();
    expect(last).toBeUndefined();
  });
});

it("a driver has so many live pages open at a time; whoever closes one makes room", async () => {
  const many = await cloud.person();
  await many.ok("POST", "/v1/me/id-tags", { siteId, idTag: "PAGES", label: "Card" });
  await owner.ok("POST", `/v1/sites/${siteId}/id-tags/PAGES/decision`, { approved: true });
  const session = charge(hub, { startedAt: now - 3 * HOUR, readings: [[10, 3000]], end: false, idTag: "PAGES" });
  await hub.send();
  const open = () => many.send("GET", `/v1/me/sessions/${siteId}/${session.id}/live`);
  const pages = await Promise.all(Array.from({ length: 30 }, open));
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
  expect((await open()).status).toBe(429);
  await pages.pop()!.body!.cancel();
  await eventually(async () => {
    const again = await open();
    await again.body?.cancel();
    expect(again.status).toBe(200);
  });
  for (const { body } of pages) await body!.cancel();
});

describe("a start from afar", () => {
  it("is followed live by its driver, stopped by him, and his", async () => {
    const at = { cpId: "CP1", connectorId: 1 };
    const { commandId } = await driver.ok<{ commandId: string }>("POST", `/v1/sites/${siteId}/starts`, at);
    const order = await tellHub();
    expect(order).toMatchObject({ type: "command", data: { commandId, command: { name: "startSession", ...at } } });
    const start = `/v1/sites/${siteId}/starts/${commandId}`;
    expect(await driver.ok("GET", start)).toMatchObject({ outcome: null, sessionId: null });
    const { idTag } = (order!.data as { command: { idTag: string } }).command;
    const session = charge(hub, {
      startedAt: now - HOUR,
      readings: [[10, 3000]],
      end: false,
      idTag,
      requestId: commandId,
    });
    hub.add("command.finished", { commandId, outcome: "accepted", detail: null });
    await hub.send();
    expect(await driver.ok("GET", start)).toMatchObject({ outcome: "accepted", sessionId: session.id });
    const path = `/v1/me/sessions/${siteId}/${session.id}`;
    const reader = new SseReader(await driver.send("GET", `${path}/live`));
    expect(await reader.json()).toMatchObject({ id: session.id, via: "command", energyWh: 2000, endedAt: null });
    const stopped = await driver.ok<{ commandId: string }>("POST", `${path}/stop`);
    expect(await tellHub()).toMatchObject({
      data: { commandId: stopped.commandId, command: { name: "stopSession", sessionId: session.id } },
    });
    const ended = end(session, 20);
    hub.add("session.ended", ended);
    await hub.send();
    expect(await reader.json()).toMatchObject({ energyWh: 4000, cost: endSession(session, ended).cost });
    expect(await reader.next()).toBeUndefined();
    expect(await driver.refused("POST", `${path}/stop`)).toEqual([409, "session_ended"]);
    const again = new SseReader(await driver.send("GET", `${path}/live`));
    expect(await again.json()).toMatchObject({ endedAt: ended.endedAt });
    expect(await again.next()).toBeUndefined();
    const other = await cloud.person();
    for (const [method, what] of [
      ["GET", path],
      ["GET", `${path}/live`],
      ["POST", `${path}/stop`],
      ["GET", start],
    ] as const) {
      expect(await other.refused(method, what)).toEqual([404, "not_found"]);
      expect((await cloud.first.request(what, { method })).status).toBe(401);
    }
  });

  it("is for open sites, and for who has a card where a pass is asked for", async () => {
    const at = { cpId: "CP1", connectorId: 1 };
    const path = `/v1/sites/${siteId}/starts`;
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { startPolicy: "pass" });
    const guest = await cloud.person();
    expect(await guest.refused("POST", path, at)).toEqual([403, "not_open"]);
    await guest.ok("POST", "/v1/me/id-tags", { siteId, idTag: "GUEST", label: "Card" });
    expect(await guest.refused("POST", path, at)).toEqual([403, "not_open"]);
    await owner.ok("POST", `/v1/sites/${siteId}/id-tags/GUEST/decision`, { approved: true });
    expect((await guest.send("POST", path, at)).status).toBe(202);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { startPolicy: "open" });
    expect(await guest.refused("POST", path, { ...at, cpId: "NONE" })).toEqual([404, "not_found"]);
    // At a site for members, whoever is none starts as little as he books.
    await owner.ok("PUT", `/v1/sites/${siteId}/place`, { ...place, access: "members" });
    await cloud.db.updateTable("places").set({ state: "approved" }).where("site_id", "=", siteId).execute();
    const stranger = await cloud.person();
    expect(await stranger.refused("POST", path, at)).toEqual([403, "members_only"]);
    const link = await owner.ok<{ url: string }>("POST", `/v1/sites/${siteId}/share-links`, { name: "Club" });
    const share = new URL(link.url).searchParams.get("share");
    await stranger.ok("POST", `/v1/places/${siteId}/join`, { share });
    expect((await stranger.send("POST", path, at)).status).toBe(202);
    await cloud.db.deleteFrom("places").where("site_id", "=", siteId).execute();
    expect(await guest.refused("POST", path, { ...at, connectorId: 0 })).toEqual([400, "invalid"]);
    expect((await cloud.first.request(path, { method: "POST" })).status).toBe(401);
  });
});

describe("a driver whose account goes", () => {
  it("leaves his cards and memberships", async () => {
    const leaver = await cloud.person();
    const { user } = await leaver.ok<{ user: { id: string } }>("GET", "/v1/me");
    for (const idTag of ["GONE1", "GONE2"]) {
      await leaver.ok("POST", "/v1/me/id-tags", { siteId, idTag, label: "Card" });
    }
    await owner.ok("POST", `/v1/sites/${siteId}/id-tags/GONE1/decision`, { approved: true });
    const { organizationId } = await owner.ok<{ organizationId: string }>("GET", `/v1/sites/${siteId}`);
    const plan = { name: "Plan", currency: "EUR", monthlyFee: 0, vat: null, percent: 1000 };
    const { planId } = await owner.ok<{ planId: string }>("POST", `/v1/organizations/${organizationId}/plans`, plan);
    await leaver.ok("POST", "/v1/me/memberships", { planId });
    await cloud.db.transaction().execute((trx) => forgetDriver(trx, user.id, cloud.now()));
    expect(await tellHub()).toMatchObject({ type: "idTag.removed", data: { idTag: "GONE1" } });
    expect(await leaver.ok("GET", "/v1/me/id-tags")).toEqual({ idTags: [] });
    expect(await leaver.ok("GET", "/v1/me/memberships")).toEqual({ memberships: [] });
  });
});

describe("a reservation", () => {
  it("makes the session that uses it its driver's, with the coupon that was redeemed for it", async () => {
    const booked = await bookingSite(cloud);
    const { organizationId } = await booked.owner.ok<{ organizationId: string }>("GET", `/v1/sites/${booked.siteId}`);
    await booked.owner.ok("POST", `/v1/organizations/${organizationId}/promotions`, {
      name: "Two off",
      code: "TWO",
      amount: 200,
      currency: "EUR",
      startsAt: new Date(now - HOUR).toISOString(),
      endsAt: new Date(now + 20 * 60_000).toISOString(),
    });
    const times = { start: instantOfSlot(booked.base), end: instantOfSlot(booked.base + 4) };
    const { booking, version } = await driver.ok<{ booking: string; version: number }>(
      "POST",
      `/v1/sites/${booked.siteId}/reservations`,
      { class: "AC", ...times },
    );
    await driver.ok("POST", "/v1/me/coupons", { siteId: booked.siteId, code: "TWO", booking });
    await booked.site.hear();
    const startedAt = Date.parse(times.start);
    const admitted = { booking, version, connector: "CP7/1", at: times.start, by: "pass" as const };
    const events: HubBookingEvent[] = [{ type: "booking.admitted", data: admitted }];
    booked.site.write(events);
    const session = charge(booked.hub, { startedAt, readings: [[30, 11_000]], cpId: "CP7" });
    booked.site.write([{ type: "booking.started", data: { booking, version } }]);
    charge(booked.hub, { startedAt: startedAt + HOUR, readings: [[10, 3000]], cpId: "CP7" });
    await booked.site.say();
    const { sessions } = await mine();
    expect(sessions.find(({ id }) => id === session.id)).toMatchObject({
      siteId: booked.siteId,
      via: "reservation",
      agreements: [{ kind: "voucher", text: "Two off", amount: 200 }],
    });
    const listed = await booked.owner.ok<{ sessions: unknown[] }>("GET", `/v1/sites/${booked.siteId}/sessions`);
    expect(listed.sessions).toMatchObject([{ driver: null }, { driver: { userId, name: "Some One" } }]);
    await cloud.runJobs();
    const bills = await cloud.db
      .selectFrom("charges")
      .selectAll()
      .where("site_id", "=", booked.siteId)
      .where("user_id", "=", userId)
      .execute();
    expect(bills.map(({ lines }) => lines.map(({ text, net, vat }) => [text, net + vat]))).toEqual([
      [
        ["ENERGY", 450],
        ["Two off", -200],
      ],
    ]);
  });

  it("links the session also where the hub tells of both in two batches", async () => {
    const booked = await bookingSite(cloud);
    const times = { start: instantOfSlot(booked.base), end: instantOfSlot(booked.base + 4) };
    const { booking, version } = await driver.ok<{ booking: string; version: number }>(
      "POST",
      `/v1/sites/${booked.siteId}/reservations`,
      { class: "AC", ...times },
    );
    await booked.site.hear();
    const admitted = { booking, version, connector: "CP7/1", at: times.start, by: "pass" as const };
    booked.site.write([{ type: "booking.admitted", data: admitted }]);
    const startedAt = Date.parse(times.start);
    const other = charge(booked.hub, { startedAt: startedAt - 24 * HOUR, readings: [[30, 11_000]], cpId: "CP7" });
    await booked.site.say();
    const start = () => booked.site.write([{ type: "booking.started", data: { booking, version } }]);
    // Somebody else's, the day before, is not the booking's.
    start();
    await booked.site.say();
    const session = charge(booked.hub, { startedAt, readings: [[30, 11_000]], cpId: "CP7" });
    await booked.site.say();
    const payers = async () => {
      await billSessions(cloud.db, termsOf(cloud.first.deps), booked.siteId);
      const query = cloud.db.selectFrom("charges").select(["kind", "user_id"]).where("site_id", "=", booked.siteId);
      return (await query.orderBy("number").execute()).map(({ kind, user_id }) => [kind, user_id]);
    };
    const nobodys = ["session", null];
    expect(await payers()).toEqual([nobodys, nobodys]);
    start();
    await booked.site.say();
    const { sessions } = await mine();
    expect(sessions.find(({ id }) => id === other.id)).toBeUndefined();
    expect(sessions.find(({ id }) => id === session.id)).toMatchObject({ via: "reservation" });
    // What was billed to nobody is billed to him.
    expect(await payers()).toEqual([nobodys, nobodys, ["correction", null], ["session", userId]]);
  });
});

it("a session that turns out to be another's gives its first driver's month the energy back", async () => {
  const booked = await bookingSite(cloud);
  const { organizationId } = await booked.owner.ok<{ organizationId: string }>("GET", `/v1/sites/${booked.siteId}`);
  const plan = { name: "Plan", currency: "EUR", monthlyFee: 100, vat: null, percent: 0, includedWh: 4000 };
  const { planId } = await booked.owner.ok<{ planId: string }>(
    "POST",
    `/v1/organizations/${organizationId}/plans`,
    plan,
  );
  const member = await cloud.person();
  await member.ok("POST", "/v1/me/memberships", { planId });
  await member.ok("POST", "/v1/me/id-tags", { siteId: booked.siteId, idTag: "MEMBER", label: "Card" });
  await booked.owner.ok("POST", `/v1/sites/${booked.siteId}/id-tags/MEMBER/decision`, { approved: true });
  const times = { start: instantOfSlot(booked.base), end: instantOfSlot(booked.base + 4) };
  const wish = { class: "AC", ...times };
  const { booking, version } = await driver.ok<{ booking: string; version: number }>(
    "POST",
    `/v1/sites/${booked.siteId}/reservations`,
    wish,
  );
  await booked.site.hear();
  const admitted = { booking, version, connector: "CP7/1", at: times.start, by: "pass" as const };
  booked.site.write([{ type: "booking.admitted", data: admitted }]);
  charge(booked.hub, { startedAt: Date.parse(times.start), readings: [[30, 11_000]], cpId: "CP7", idTag: "MEMBER" });
  await booked.site.say();
  const used = async () => {
    await billSessions(cloud.db, termsOf(cloud.first.deps), booked.siteId);
    const { memberships } = await member.ok<{ memberships: { month: { usedWh: number } }[] }>(
      "GET",
      "/v1/me/memberships",
    );
    return memberships.map(({ month }) => month.usedWh);
  };
  expect(await used()).toEqual([4000]);
  booked.site.write([{ type: "booking.started", data: { booking, version } }]);
  await booked.site.say();
  expect(await used()).toEqual([0]);
});

describe("GET /v1/me/sessions", () => {
  it("comes by pages, newest first", async () => {
    const all = (await mine()).sessions.map(({ id }) => id);
    expect(all.length).toBeGreaterThanOrEqual(4);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Awaited<ReturnType<typeof mine>> = await mine(driver, `?limit=2${cursor ? `&cursor=${cursor}` : ""}`);
      seen.push(...page.sessions.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
    expect((await mine(await cloud.person())).sessions).toEqual([]);
    for (const query of ["limit=0", "cursor=x"]) {
      expect(await driver.refused("GET", `/v1/me/sessions?${query}`)).toEqual([
        400,
        query === "limit=0" ? "invalid" : "invalid_cursor",
      ]);
    }
    expect((await cloud.first.request("/v1/me/sessions")).status).toBe(401);
    expect((await cloud.first.request("/v1/me/id-tags")).status).toBe(401);
  });
});

function registration(cpId: string) {
  const device = { vendor: null, model: null, serialNumber: null };
  return {
    cpId,
    name: null,
    connectors: 1,
    tariffId: null,
    securityProfile: 1,
    plainFrames: true,
    maxCurrentA: null,
    ...device,
  };
}
