import { describe, expect, it } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import type { Tariff } from "../../shared/tariff";
import type { Person } from "../testing/person";
import { runJob } from "../jobs/job";
import { bookingSite } from "../testing/seats";
import { garage, perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { tariffsJob } from "./job";
import { promoteVersions } from "./versions";

const cloud = await openCloud();

const costing = (price: number): Tariff => ({
  ...perKwh,
  elements: [{ price_components: [{ type: "ENERGY", price, vat: 1900, step_size: 1 }] }],
});
const HOUR = 3_600_000;
const inHours = (hours: number) => new Date(cloud.now() + hours * HOUR).toISOString();
const put = (owner: Person, siteId: string, price: number, from?: string) =>
  owner.ok("PUT", `/v1/sites/${siteId}/tariffs/energy${from ? `?effectiveFrom=${from}` : ""}`, costing(price));

interface Version {
  version: number;
  state: string;
  tariff: Tariff;
}
const priceOfTariff = (tariff: Tariff) => tariff.elements[0]!.price_components[0]!.price;
async function versionsOf(owner: Person, siteId: string) {
  const { versions } = await owner.ok<{ versions: Version[] }>("GET", `/v1/sites/${siteId}/tariffs/energy/versions`);
  return versions.map(({ version, state, tariff }) => [version, state, priceOfTariff(tariff)]);
}
/** What the feed told the hub of tariffs, from after `after`. */
async function told(hubId: string) {
  const rows = await cloud.db.selectFrom("feed").selectAll().where("hub_id", "=", hubId).orderBy("position").execute();
  return rows.flatMap(({ type, data }): unknown[] => {
    if (type === "tariff.set") return [["set", priceOfTariff(data as Tariff)]];
    if (type !== "tariff.scheduled") return [];
    const { versions } = data as { versions: { from: string; tariff: Tariff }[] };
    return [["scheduled", versions.map(({ from, tariff }) => [from, priceOfTariff(tariff)])]];
  });
}

describe("versions of a tariff", () => {
  it("take effect at their time, and the hub is told ahead", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const [soon, later] = [inHours(1), inHours(3)];
    await put(owner, siteId, 6000, later);
    await put(owner, siteId, 5000, soon);
    await put(owner, siteId, 4600);
    await put(owner, siteId, 4600);
    expect(await told(hub.id)).toEqual([
      ["set", 4500],
      ["scheduled", [[later, 6000]]],
      ["set", 4500],
      [
        "scheduled",
        [
          [later, 6000],
          [soon, 5000],
        ],
      ],
      ["set", 4600],
      [
        "scheduled",
        [
          [later, 6000],
          [soon, 5000],
        ],
      ],
      ["set", 4600],
      [
        "scheduled",
        [
          [later, 6000],
          [soon, 5000],
        ],
      ],
    ]);
    expect(await versionsOf(owner, siteId)).toEqual([
      [1, "past", 4500],
      [2, "coming", 6000],
      [3, "coming", 5000],
      [4, "current", 4600],
    ]);
    const current = async () => {
      const { tariffs } = await owner.ok<{ tariffs: Tariff[] }>("GET", `/v1/sites/${siteId}/tariffs`);
      return tariffs.map(priceOfTariff);
    };
    expect(await promoteVersions(cloud.db, cloud.now() + 0.5 * HOUR)).toBe(0);
    expect(await current()).toEqual([4600]);
    cloud.skewMs = 2 * HOUR;
    await runJob(tariffsJob, cloud.first.deps, {});
    cloud.skewMs = 0;
    expect(await current()).toEqual([5000]);
    expect(await promoteVersions(cloud.db, cloud.now() + 4 * HOUR)).toBe(1);
    expect(await promoteVersions(cloud.db, cloud.now() + 4 * HOUR)).toBe(0);
    expect(await current()).toEqual([6000]);
    // The hubs knew: they were told nothing more.
    expect(await told(hub.id)).toHaveLength(8);
  });

  it("can be taken back while they are to come, and go with their tariff", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const path = `/v1/sites/${siteId}/tariffs/energy`;
    await put(owner, siteId, 6000, inHours(2));
    expect(await owner.refused("DELETE", `${path}/versions/1`)).toEqual([409, "version_holds"]);
    expect(await owner.refused("DELETE", `${path}/versions/9`)).toEqual([404, "not_found"]);
    expect((await owner.send("DELETE", `${path}/versions/2`)).status).toBe(204);
    expect((await told(hub.id)).at(-1)).toEqual(["set", 4500]);
    await put(owner, siteId, 6000, inHours(2));
    expect((await owner.send("DELETE", path)).status).toBe(204);
    expect(await owner.refused("GET", `${path}/versions`)).toEqual([404, "not_found"]);
    expect(await promoteVersions(cloud.db, cloud.now() + 3 * HOUR)).toBe(0);
  });

  it("begin neither in the past nor in years, and not before there is a tariff", async () => {
    const { owner, siteId } = await cloud.owner();
    const refused = (path: string, tariff: Tariff) =>
      owner.refused("PUT", `/v1/sites/${siteId}/tariffs/${path}`, tariff);
    expect(await refused(`energy?effectiveFrom=${inHours(-1)}`, perKwh)).toEqual([400, "effective_past"]);
    expect(await refused(`energy?effectiveFrom=${inHours(24 * 400)}`, perKwh)).toEqual([400, "effective_far"]);
    expect(await refused(`new?effectiveFrom=${inHours(1)}`, { ...perKwh, id: "new" })).toEqual([400, "first_version"]);
    expect(await refused("energy?effectiveFrom=tomorrow", perKwh)).toEqual([400, "invalid"]);
    for (let hours = 1; hours <= 10; hours++) await put(owner, siteId, 5000 + hours, inHours(hours));
    expect(await refused(`energy?effectiveFrom=${inHours(11)}`, perKwh)).toEqual([409, "too_many_versions"]);
  });

  it("hold for bookings of their time, with what they say of reservations", async () => {
    const { owner, siteId, base } = await bookingSite(cloud);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: "energy" });
    const reserved = {
      price_components: [{ type: "TIME", price: 40_000, vat: 1900, step_size: 1 }],
      restrictions: { reservation: "RESERVATION" },
    };
    const later = { ...costing(6000), elements: [...costing(6000).elements, reserved] };
    const from = instantOfSlot(base + 4);
    await owner.ok("PUT", `/v1/sites/${siteId}/tariffs/energy?effectiveFrom=${from}`, later);
    const driver = await cloud.person();
    const book = async (slot: number) =>
      driver.ok<{ tariff: Tariff; price: { amount: number } }>("POST", `/v1/sites/${siteId}/reservations`, {
        class: "AC",
        start: instantOfSlot(slot),
        end: instantOfSlot(slot + 2),
      });
    const [now, then] = [await book(base), await book(base + 4)];
    expect([priceOfTariff(now.tariff), now.price.amount]).toEqual([4500, 0]);
    expect([priceOfTariff(then.tariff), then.price.amount]).toEqual([6000, 200]);
  });

  it("are told to a hub that comes later", async () => {
    const { owner, siteId } = await cloud.owner();
    const soon = inHours(1);
    await put(owner, siteId, 5000, soon);
    const hub = await cloud.pair({ owner, siteId });
    expect(hub.answer.tariffs.map(priceOfTariff)).toEqual([4500]);
    expect(await told(hub.id)).toEqual([["scheduled", [[soon, 5000]]]]);
  });
});

describe("POST /v1/tariffs/preview", () => {
  const stay = {
    tariff: { ...costing(4500), idle_grace: 900 },
    timeZone: "Europe/Berlin",
    startedAt: "2026-06-01T07:30:00Z",
    charging: { seconds: 3600, energyWh: 10_000 },
  };

  it("gives the bill of a stay with its discounts, and of a reservation", async () => {
    const person = await cloud.person();
    const parking = { type: "PARKING_TIME" as const, price: 60_000, vat: 1900, step_size: 60 };
    const reserved = {
      price_components: [{ type: "TIME" as const, price: 30_000, vat: 1900, step_size: 60 }],
      restrictions: { reservation: "RESERVATION" as const },
    };
    const tariff = { ...stay.tariff, elements: [...stay.tariff.elements, { price_components: [parking] }, reserved] };
    const bill = await person.ok("POST", "/v1/tariffs/preview", {
      ...stay,
      tariff,
      parkedSeconds: 1800,
      reservation: { start: stay.startedAt, seconds: 1200, expired: false },
      agreements: [{ id: "m", text: "Plan", kind: "includedEnergy", includedWh: 4000 }],
    });
    expect(bill).toMatchObject({
      periods: [
        { seconds: 3600, energyWh: 10_000, charging: true },
        { seconds: 1800, energyWh: 0, charging: false },
      ],
      price: {
        total: 600,
        lines: [
          { type: "ENERGY", amount: 450 },
          { type: "PARKING_TIME", quantity: 900, amount: 150 },
        ],
      },
      discounted: { total: 420, lines: [{ kind: "includedEnergy", energyWh: 4000, amount: -180 }] },
      reservation: { total: 100 },
    });
  });

  it("asks for a sign-in, and refuses what makes no stay", async () => {
    const person = await cloud.person();
    const response = await cloud.first.request("/v1/tariffs/preview", { method: "POST" });
    expect(response.status).toBe(401);
    for (const bad of [
      {},
      { ...stay, tariff: { ...perKwh, elements: [] } },
      { ...stay, charging: { seconds: 0, energyWh: 1 } },
      { ...stay, charging: { seconds: 8 * 86_400, energyWh: 1 } },
      { ...stay, timeZone: "Mars/Base" },
      { ...stay, agreements: [{ id: "x", text: "x", kind: "coupon", percent: 10_001 }] },
    ]) {
      expect(await person.refused("POST", "/v1/tariffs/preview", bad)).toEqual([400, "invalid"]);
    }
  });
});

describe("POST /v1/sites/{siteId}/tariffs/suggestion", () => {
  it("knows the cost, the profit, and what others nearby take", async () => {
    const wish = { costs: [{ start: "00:00", cost: 2800 }], profit: 2500, vat: 1900 };
    const { owner, siteId } = await cloud.owner();
    const path = `/v1/sites/${siteId}/tariffs/suggestion`;
    expect(await owner.ok("POST", path, wish)).toMatchObject({
      elements: [{ price_components: [{ type: "ENERGY", price: 4200 }] }],
    });
    await place(siteId, 48.1);
    for (const [price, lat] of [
      [3000, 48.11],
      [3600, 48.12],
      [9900, 49.5],
    ] as const) {
      const other = await cloud.owner();
      await put(other.owner, other.siteId, price);
      await other.owner.ok("PATCH", `/v1/sites/${other.siteId}`, { defaultTariffId: "energy" });
      await place(other.siteId, lat);
    }
    const { elements, reasons } = await owner.ok<{ elements: Tariff["elements"]; reasons: unknown[] }>(
      "POST",
      path,
      wish,
    );
    expect(reasons[0]).toEqual({ code: "nearby", price: 3300, count: 2 });
    expect(elements[0]?.price_components[0]?.price).toBe(3700);
    for (const bad of [{}, { ...wish, costs: [] }, { ...wish, costs: [{ start: "06:00", cost: 1 }] }]) {
      expect(await owner.refused("POST", path, bad)).toEqual([400, "invalid"]);
    }
  });

  /** The site is listed there. */
  async function place(siteId: string, lat: number): Promise<void> {
    const address = { host: garage.name, street: "Way 1", postal_code: "1", city: "Town", country: "DEU" };
    const listing = { description: "", facilities: [], hours: "{}", access: "public", state: "approved" } as const;
    await cloud.db
      .insertInto("places")
      .values({ site_id: siteId, ...address, ...listing, lat, lng: 11.5, updated_at: new Date(cloud.now()) } as never)
      .execute();
  }
});
