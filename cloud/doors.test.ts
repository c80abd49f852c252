import { describe, expect, it } from "vitest";
import { defaultBookingSettings } from "../shared/booking-settings";
import { charge } from "./testing/charging";
import { garage, perKwh } from "./testing/cloud";
import { openCloud } from "./testing/open";
import { registration } from "./testing/registration";

/** Every route of an owner: its refusal without sign-in, for another's site, for one who may only look, and of what does not fit. */

const cloud = await openCloud();
cloud.isKnockedAt = true;
const paired = await cloud.paired();
const { owner, siteId, organizationId } = paired;
const sessionId = charge(paired.hub, { startedAt: Date.UTC(2026, 5, 1), readings: [[10, 3000]], end: false }).id;
await paired.hub.send();
const { commandId } = await owner.ok<{ commandId: string }>("POST", `/v1/sites/${siteId}/commands`, {
  command: { name: "stopSession", sessionId },
});
const stranger = (await cloud.owner()).owner;
const member = await cloud.person();
await cloud.join(organizationId, member, "member");

interface Door {
  method: string;
  path: () => string;
  body?: unknown;
  /** Only an owner or admin may. */
  change?: true;
  /** Bodies that do not fit, with the refusal. */
  bad?: [unknown, number, string][];
}

const site =
  (rest = "") =>
  () =>
    `/v1/sites/${siteId}${rest}`;
const command = () => ({ command: { name: "stopSession", sessionId: "01900000-0000-7000-8000-000000000000" } });
const past = "2020-01-01T00:00:00Z";
const nothing = "01900000-0000-7000-8000-000000000000";
const block = { seat: null, start: "2026-06-01T12:00:00Z", end: "2026-06-01T13:00:00Z" };

const doors: Door[] = [
  { method: "GET", path: site() },
  {
    method: "PATCH",
    path: site(),
    body: { name: "New" },
    change: true,
    bad: [
      [{ name: "" }, 400, "invalid"],
      [{ nmae: "typo" }, 400, "invalid"],
      [{ timeZone: "Mars/Base" }, 400, "invalid"],
      [{ name: "nul \u0000" }, 400, "invalid"],
      [{ defaultTariffId: "none" }, 400, "unknown_tariff"],
      [{ currency: "CHF" }, 409, "currency_in_use"],
      [{ currency: "KWD" }, 400, "invalid"],
    ],
  },
  { method: "GET", path: site("/tariffs") },
  {
    method: "PUT",
    path: site("/tariffs/energy"),
    body: perKwh,
    change: true,
    bad: [
      [{ ...perKwh, id: "other" }, 400, "id_mismatch"],
      [{ ...perKwh, elements: [] }, 400, "invalid"],
      [{ ...perKwh, surprise: 1 }, 400, "invalid"],
      [{ ...perKwh, currency: "CHF" }, 400, "other_currency"],
    ],
  },
  { method: "GET", path: site("/tariffs/energy/versions") },
  {
    method: "DELETE",
    path: site("/tariffs/energy/versions/1"),
    change: true,
    bad: [[undefined, 409, "version_holds"]],
  },
  {
    method: "POST",
    path: site("/tariffs/suggestion"),
    body: { costs: [{ start: "00:00", cost: 2800 }], profit: 0, vat: 1900 },
    change: true,
    bad: [[{ costs: [], profit: 0, vat: 0 }, 400, "invalid"]],
  },
  { method: "DELETE", path: site("/tariffs/none"), change: true, bad: [[undefined, 404, "not_found"]] },
  { method: "POST", path: site("/pairing-codes"), change: true },
  { method: "GET", path: site("/charge-points") },
  { method: "GET", path: site("/live") },
  { method: "GET", path: site("/connectors/CP1/1/statuses") },
  { method: "GET", path: site("/sessions") },
  { method: "GET", path: site("/sessions.csv") },
  { method: "GET", path: site("/id-tags") },
  {
    method: "POST",
    path: site("/id-tags/NONE/decision"),
    body: { approved: true },
    change: true,
    bad: [[{ approved: true }, 404, "not_found"]],
  },
  { method: "GET", path: () => `/v1/sites/${siteId}/sessions/${sessionId}` },
  {
    method: "POST",
    path: site("/commands"),
    body: command(),
    change: true,
    bad: [
      [{}, 400, "invalid"],
      [{ command: { name: "explode" } }, 400, "invalid"],
      [command(), 404, "not_found"],
      [{ ...command(), expiresAt: past }, 400, "invalid"],
      [{ ...command(), expiresAt: "2999-01-01T00:00:00Z" }, 400, "invalid"],
      [{ command: { name: "startSession", cpId: "a/b", connectorId: 1, idTag: "T" } }, 400, "invalid"],
      [{ command: { name: "startSession", cpId: "CP1", connectorId: 0, idTag: "T" } }, 400, "invalid"],
    ],
  },
  { method: "GET", path: () => `/v1/sites/${siteId}/commands/${commandId}` },
  { method: "GET", path: site("/reservations") },
  { method: "GET", path: site("/booking-settings") },
  {
    method: "PUT",
    path: site("/booking-settings"),
    body: defaultBookingSettings,
    change: true,
    bad: [
      [{}, 400, "invalid"],
      [{ ...defaultBookingSettings, frontierMinutes: 20 }, 400, "invalid"],
      [{ ...defaultBookingSettings, surprise: 1 }, 400, "invalid"],
    ],
  },
  { method: "GET", path: site("/blocks") },
  {
    method: "POST",
    path: site("/blocks"),
    body: block,
    change: true,
    bad: [
      [{ ...block, end: block.start }, 400, "invalid"],
      [{ ...block, seat: "none" }, 404, "not_found"],
    ],
  },
  { method: "DELETE", path: site(`/blocks/${nothing}`), change: true, bad: [[undefined, 404, "not_found"]] },
];

describe.each(doors)("$method $path", (door) => {
  it("asks for a sign-in", async () => {
    const response = await cloud.first.request(door.path(), {
      method: door.method,
      headers: { "content-type": "application/json" },
      body: door.body === undefined ? undefined : JSON.stringify(door.body),
    });
    expect([response.status, await response.json()]).toMatchObject([401, { error: { code: "unauthorized" } }]);
  });

  it("does not show another's site, and not whether there is one", async () => {
    const path = door.path();
    const none = path.replace(siteId, "01900000-0000-7000-8000-000000000000");
    for (const asked of [path, none]) {
      expect(await stranger.refused(door.method, asked, door.body)).toEqual([404, "not_found"]);
    }
    expect(await owner.refused(door.method, path.replace(siteId, "no-uuid"), door.body)).toEqual([400, "invalid"]);
  });

  it("lets a member look and not change", async () => {
    const response = await member.send(door.method, door.path(), door.body);
    await response.body?.cancel();
    expect(response.status).toBe(door.change ? 403 : 200);
  });

  it.each(door.bad ?? [])("refuses %j", async (body, status, code) => {
    expect(await owner.refused(door.method, door.path(), body)).toEqual([status, code]);
  });
});

describe("what is not there", () => {
  it.each([
    ["sessions", () => "01900000-0000-7000-8000-000000000000"],
    ["commands", () => "01900000-0000-7000-8000-000000000000"],
  ])("has no %s", async (what, id) => {
    expect(await owner.refused("GET", `/v1/sites/${siteId}/${what}/${id()}`)).toEqual([404, "not_found"]);
  });

  it("has no routes: 404, and 405 where only the method is wrong", async () => {
    expect(await owner.refused("GET", "/v1/nothing")).toEqual([404, "not_found"]);
    expect(await owner.refused("POST", "/elsewhere")).toEqual([404, "not_found"]);
    const wrong = await owner.send("PUT", `/v1/sites/${siteId}/sessions`);
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
    expect(await owner.refused("GET", "/v1/hubs/pair")).toEqual([405, "method_not_allowed"]);
  });
});

describe("POST /v1/sites", () => {
  it("makes the first site's creator an owner, and puts the next into the same organisation", async () => {
    const person = await cloud.person();
    const [a, b] = await Promise.all([person.ok("POST", "/v1/sites", garage), person.ok("POST", "/v1/sites", garage)]);
    expect(a).toMatchObject({ ...garage, role: "owner" });
    const { organizations } = await person.ok<{ organizations: { organizationId: string }[] }>("GET", "/v1/me");
    expect(organizations).toMatchObject([{ name: "Some One", role: "owner" }]);
    const { sites } = await person.ok<{ sites: unknown[] }>("GET", "/v1/sites");
    expect(sites).toHaveLength(2);
    expect(sites).toEqual(expect.arrayContaining([a, b]));
    const { organizationId } = organizations[0]!;
    expect(await person.ok("POST", "/v1/sites", { ...garage, organizationId })).toMatchObject({ organizationId });
  });

  it("has defaults that start nothing without the owner's choice", async () => {
    const person = await cloud.person();
    const { name, timeZone, currency } = garage;
    expect(await person.ok("POST", "/v1/sites", { name, timeZone, currency })).toMatchObject({
      startPolicy: "pass",
      defaultTariffId: null,
      seller: { name: "", address: "", vatNumber: "" },
    });
  });

  it("refuses strangers, foreign organisations and what does not fit", async () => {
    for (const person of [stranger, member]) {
      expect(await person.refused("POST", "/v1/sites", { ...garage, organizationId })).toEqual([403, "forbidden"]);
    }
    const response = await cloud.first.request("/v1/sites", { method: "POST" });
    expect(response.status).toBe(401);
    expect((await cloud.first.request("/v1/sites")).status).toBe(401);
    expect((await cloud.first.request("/v1/me")).status).toBe(401);
    for (const body of [
      {},
      { ...garage, defaultTariffId: "x" },
      { ...garage, currency: "euro" },
      { ...garage, currency: "KWD" },
    ]) {
      expect(await owner.refused("POST", "/v1/sites", body)).toEqual([400, "invalid"]);
    }
    const notJson = await owner.send("POST", "/v1/sites", undefined, { "content-type": "application/json" });
    expect(notJson.status).toBe(400);
    const huge = { ...garage, name: "x".repeat(300_000) };
    expect(await owner.refused("POST", "/v1/sites", huge)).toEqual([413, "too_large"]);
  });
});

describe("tariffs", () => {
  it("are listed, and stay while something uses them", async () => {
    const paired = await cloud.paired();
    const path = `/v1/sites/${paired.siteId}/tariffs`;
    await paired.owner.ok("PUT", `${path}/night`, { ...perKwh, id: "night" });
    expect(await paired.owner.ok("GET", path)).toEqual({ tariffs: [perKwh, { ...perKwh, id: "night" }] });
    await paired.owner.ok("PATCH", `/v1/sites/${paired.siteId}`, { defaultTariffId: perKwh.id });
    expect(await paired.owner.refused("DELETE", `${path}/${perKwh.id}`)).toEqual([409, "tariff_in_use"]);
    paired.hub.add("chargePoint.registered", { ...registration("CP1"), tariffId: "night" });
    await paired.hub.send();
    expect(await paired.owner.refused("DELETE", `${path}/night`)).toEqual([409, "tariff_in_use"]);
    paired.hub.add("chargePoint.removed", { cpId: "CP1" });
    await paired.hub.send(paired.hub.batch(2));
    expect((await paired.owner.send("DELETE", `${path}/night`)).status).toBe(204);
    expect(await paired.owner.ok("GET", path)).toEqual({ tariffs: [perKwh] });
  });
});
