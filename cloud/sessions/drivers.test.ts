import { describe, expect, it } from "vitest";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { forgetDriver } from "./forget-driver";

const HOUR = 3_600_000;
const cloud = await openCloud();
const now = cloud.now();
const { owner, siteId, organizationId, hub } = await cloud.paired();
const driver = await cloud.person();
const userId = await driver.userId();

const mine = (person = driver) => person.ok<{ sessions: { id: string }[] }>("GET", "/v1/me/sessions");
const tellHub = async () => {
  const rows = await cloud.db.selectFrom("feed").selectAll().where("hub_id", "=", hub.id).orderBy("position").execute();
  return rows.at(-1);
};
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
    await cloud.pair(site);
    const rows = await cloud.db.selectFrom("feed").selectAll().where("site_id", "=", site.siteId).execute();
    expect(rows).toMatchObject([{ type: "idTag.set", data: { idTag: "EARLY" } }]);
  });
});

describe("a driver whose account goes", () => {
  it("leaves his cards and memberships", async () => {
    const leaver = await cloud.person();
    const userId = await leaver.userId();
    for (const idTag of ["GONE1", "GONE2"]) {
      await leaver.ok("POST", "/v1/me/id-tags", { siteId, idTag, label: "Card" });
    }
    await owner.ok("POST", `/v1/sites/${siteId}/id-tags/GONE1/decision`, { approved: true });
    const plan = { name: "Plan", currency: "EUR", monthlyFee: 0, vat: null, percent: 1000 };
    const { planId } = await owner.ok<{ planId: string }>("POST", `/v1/organizations/${organizationId}/plans`, plan);
    await leaver.ok("POST", "/v1/me/memberships", { planId });
    await cloud.db.transaction().execute((trx) => forgetDriver(trx, userId, cloud.now()));
    expect(await tellHub()).toMatchObject({ type: "idTag.removed", data: { idTag: "GONE1" } });
    expect(await leaver.ok("GET", "/v1/me/id-tags")).toEqual({ idTags: [] });
    expect(await leaver.ok("GET", "/v1/me/memberships")).toEqual({ memberships: [] });
  });
});
