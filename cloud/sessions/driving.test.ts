import { describe, expect, it } from "vitest";
import type { Session } from "../../shared/session";
import { endSession, settleSession } from "../../shared/session";
import { eventually } from "../../shared/testing/eventually";
import { place } from "../sites/testing/places";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import { registration } from "../testing/registration";
import { SseReader } from "../testing/sse";

/** A session that a driver starts from afar, and follows. */

const HOUR = 3_600_000;
const cloud = await openCloud();
const now = cloud.now();
const { owner, siteId, hub } = await cloud.paired();
const driver = await cloud.person();
hub.add("chargePoint.registered", registration("CP1"));
await hub.send();

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
