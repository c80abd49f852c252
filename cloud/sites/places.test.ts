import { describe, expect, it } from "vitest";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { SseReader } from "../testing/sse";
import type { Place, PlaceLive } from "./place-schemas";
import { registration, saying } from "../testing/registration";
import { listed, place } from "./testing/places";

const cloud = await openCloud();
const admin = await cloud.admin();
const { owner, hub, siteId } = await cloud.paired();

const site = (rest: string) => `/v1/sites/${siteId}${rest}`;
const anyone = async (path: string) => {
  const response = await cloud.first.request(path);
  return { status: response.status, body: (await response.json()) as unknown };
};
const act = (action: string) => owner.ok<{ state: string }>("POST", site("/place/listing"), { action });
const decide = (decision: string, reason?: string) =>
  admin.ok<{ state: string; reason: string }>("POST", `/v1/admin/listings/${siteId}/decision`, { decision, reason });

describe("an owner", () => {
  it("describes the site, and its connectors as far as the hub does not", async () => {
    expect(await owner.refused("GET", site("/place"))).toEqual([404, "not_found"]);
    expect(await owner.refused("POST", site("/place/listing"), { action: "submit" })).toEqual([404, "not_found"]);
    expect(await owner.ok("PUT", site("/place"), place)).toMatchObject({
      ...place,
      state: "draft",
      rating: { average: null, count: 0 },
    });
    expect(await owner.ok("GET", site("/place"))).toMatchObject({ ...place, state: "draft", photos: [] });
    hub.add("chargePoint.registered", registration("CP1", 32, 2));
    hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
    await hub.send();
    const said = { type: "IEC_62196_T2", label: "left" };
    expect(await owner.ok("PUT", site("/connectors/CP1/1"), said)).toEqual({
      cpId: "CP1",
      connectorId: 1,
      ...said,
      current: "AC",
      powerW: 22_080,
      ownPowerW: null,
      told: true,
      link: `http://127.0.0.1:3000/places/${siteId}?connector=CP1%2F1`,
    });
    await owner.ok("PUT", site("/connectors/CP9/1"), { ...said, powerW: 50_000 });
    const { connectors } = await owner.ok<{ connectors: unknown[] }>("GET", site("/connectors"));
    expect(connectors).toMatchObject([
      { cpId: "CP1", connectorId: 1, type: "IEC_62196_T2" },
      { cpId: "CP1", connectorId: 2, type: null, powerW: 22_080 },
      { cpId: "CP9", told: false, powerW: 50_000, ownPowerW: 50_000 },
    ]);
    expect((await owner.send("DELETE", site("/connectors/CP9/1"))).status).toBe(204);
    expect(await owner.refused("DELETE", site("/connectors/CP9/1"))).toEqual([404, "not_found"]);
  });

  it("cannot submit what is not complete", async () => {
    await owner.ok("PUT", site("/place"), { ...place, street: " ", city: "" });
    expect((await owner.send("DELETE", site("/connectors/CP1/1"))).status).toBe(204);
    const response = await owner.send("POST", site("/place/listing"), { action: "submit" });
    expect(await response.json()).toMatchObject({
      error: { code: "incomplete", details: { missing: ["street", "city", "a connector with type and power"] } },
    });
    await owner.ok("PUT", site("/connectors/CP1/1"), { type: "IEC_62196_T2", label: "left" });
    await owner.ok("PUT", site("/place"), place);
  });
});

describe("a listing", () => {
  it("goes to an admin, who refuses with a reason or approves; then strangers see it", async () => {
    expect((await anyone(`/v1/places/${siteId}`)).status).toBe(404);
    expect(await owner.ok("GET", `/v1/places/${siteId}`)).toMatchObject({ siteId, mayBook: true });
    expect(await act("submit")).toMatchObject({ state: "submitted" });
    expect(await owner.refused("POST", site("/place/listing"), { action: "submit" })).toEqual([409, "wrong_state"]);
    expect(await act("withdraw")).toMatchObject({ state: "draft" });
    await act("submit");
    const queue = await admin.ok<{ listings: unknown[]; nextCursor: null }>("GET", "/v1/admin/listings");
    expect(queue).toMatchObject({
      listings: [
        {
          siteId,
          name: "Garage",
          organizationName: "Some One",
          owners: [{ name: "Some One", email: owner.email, blocked: false }],
          history: ["submit", "withdraw", "submit"].map((action) => ({ action: `listing.${action}`, reason: "" })),
        },
      ],
      nextCursor: null,
    });
    expect(await admin.refused("POST", `/v1/admin/listings/${siteId}/decision`, { decision: "refuse" })).toEqual([
      400,
      "invalid",
    ]);
    expect(await decide("refuse", "No photo")).toMatchObject({ state: "refused", reason: "No photo" });
    await act("submit");
    expect(await decide("approve")).toMatchObject({ state: "approved", reason: null });
    const told = await cloud.db.selectFrom("notifications").select("kind").orderBy("created_at").execute();
    expect(told.map(({ kind }) => kind)).toEqual(["siteRefused", "siteApproved"]);
    const log = await cloud.db
      .selectFrom("audit_log")
      .select("action")
      .where("site_id", "=", siteId)
      .where("action", "like", "listing.%")
      .orderBy("id")
      .execute();
    expect(log.map(({ action }) => action)).toEqual(
      ["submit", "withdraw", "submit", "refuse", "submit", "approve"].map((action) => `listing.${action}`),
    );
    const { status, body } = await anyone(`/v1/places/${siteId}`);
    expect(status).toBe(200);
    const { host, access, hours, ...shown } = place;
    expect(body).toMatchObject({
      siteId,
      name: "Garage",
      host,
      access,
      hours,
      ...shown,
      mayBook: true,
      now: { open: true, until: null },
    });
    expect(JSON.stringify(body)).not.toMatch(/seller|organization|session|token/i);
  });

  it("waits again when the place has moved, and can be retired", async () => {
    await owner.ok("PUT", site("/place"), { ...place, description: "Ring twice" });
    expect((await anyone(`/v1/places/${siteId}`)).status).toBe(200);
    expect(await owner.ok("PUT", site("/place"), { ...place, lat: 48.2 })).toMatchObject({ state: "submitted" });
    expect((await anyone(`/v1/places/${siteId}`)).status).toBe(404);
    await decide("approve");
    await act("retire");
    expect((await anyone(`/v1/places/${siteId}`)).status).toBe(404);
    await owner.ok("PUT", site("/place"), place);
    await act("submit");
    await decide("approve");
  });

  it("is paged for the admin", async () => {
    await listed(cloud, admin);
    const path = "/v1/admin/listings?state=approved&limit=1";
    const first = await admin.ok<{ listings: { siteId: string }[]; nextCursor: string }>("GET", path);
    const rest = await admin.ok<{ listings: { siteId: string }[]; nextCursor: null }>(
      "GET",
      `${path}&cursor=${first.nextCursor}`,
    );
    expect(rest.nextCursor).toBeNull();
    expect(new Set([first, rest].flatMap(({ listings }) => listings.map((each) => each.siteId))).size).toBe(2);
  });
});

describe("what a driver sees", () => {
  it("follows the hub: prices, statuses, and since when it is away", async () => {
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: perKwh.id });
    const seen = async () => (await anyone(`/v1/places/${siteId}`)).body as Place;
    const statuses = async () => (await seen()).connectors.map(({ status }) => status);
    const say = async (connectorId: number, status: "Available" | "Charging" | "Reserved" | "Faulted") => {
      const from = hub.journal.length + 1;
      hub.add("connector.status", saying(connectorId, status));
      await hub.send(hub.batch(from));
    };
    expect(await statuses()).toEqual([null, null]);
    await say(1, "Available");
    await say(2, "Charging");
    expect(await seen()).toMatchObject({
      hub: { online: true, offlineSince: null },
      tariffs: [perKwh],
      connectors: [
        { cpId: "CP1", connectorId: 1, type: "IEC_62196_T2", powerW: 22_080, status: "available", tariffId: "energy" },
        { connectorId: 2, type: null, status: "occupied" },
      ],
    });
    const reader = new SseReader(await cloud.first.request(`/v1/places/${siteId}/live`));
    expect((await reader.json<PlaceLive>()).connectors).toMatchObject([
      { status: "available" },
      { status: "occupied" },
    ]);
    await say(1, "Reserved");
    expect((await reader.json<PlaceLive>()).connectors).toMatchObject([{ status: "reserved" }, { status: "occupied" }]);
    await reader.close();
    await say(0, "Faulted");
    expect(await statuses()).toEqual(["outOfService", "outOfService"]);
    const from = hub.journal.length + 1;
    const { cpId: _cpId, ...device } = registration("CP1", null, 2);
    const statusesOf = [0, 1].map((connectorId) => ({
      connectorId,
      status: "Available" as const,
      at: new Date(cloud.now()).toISOString(),
    }));
    hub.add("hub.state", { chargePoints: [{ cpId: "CP2", ...device, online: true, statuses: statusesOf }] });
    await hub.send(hub.batch(from));
    expect((await seen()).connectors).toMatchObject([
      { cpId: "CP2", connectorId: 1, status: "available", powerW: null },
      { connectorId: 2, status: null },
    ]);
    const { connectors } = await owner.ok<{ connectors: unknown[] }>("GET", site("/connectors"));
    expect(connectors).toMatchObject([
      { cpId: "CP1", label: "left", told: false },
      { told: false },
      { told: true },
      { told: true },
    ]);
    cloud.skewMs = 46_000;
    expect((await seen()).hub).toEqual({ online: false, offlineSince: expect.any(String) });
    cloud.skewMs = 0;
  });

  it("ends with the right to see it, and one address has so many streams", async () => {
    const quick = await cloud.addProcess({ heartbeatMs: 20 });
    const path = `/v1/places/${siteId}/live`;
    const readers = await Promise.all(Array.from({ length: 30 }, async () => new SseReader(await quick.request(path))));
    expect((await quick.request(path)).status).toBe(429);
    await owner.ok("PUT", site("/place"), { ...place, access: "private" });
    for (const reader of readers) while (await reader.next());
    expect((await quick.request(path)).status).toBe(404);
    await owner.ok("PUT", site("/place"), place);
    const again = new SseReader(await quick.request(path));
    await again.json();
    await again.close();
  });
});
