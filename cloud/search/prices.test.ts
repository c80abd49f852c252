import { sql } from "kysely";
import { v7 } from "uuid";
import { describe, expect, it } from "vitest";
import type { Tariff } from "../../shared/tariff";
import { openCloud } from "../testing/open";
import { perKwh } from "../testing/tariffs";
import { Prices } from "./prices";
import type { Candidate } from "./query";
import { Recent } from "./stay-price";

const cloud = await openCloud();

const energy = (price: number) => ({ type: "ENERGY" as const, price, step_size: 1 });
const cheapAtNight: Tariff = {
  ...perKwh,
  elements: [
    { price_components: [energy(1000)], restrictions: { start_time: "22:00", end_time: "06:00" } },
    { price_components: [energy(5000)] },
  ],
};

/** A place with one tariff, as search finds it. */
async function placeWith(tariff: Tariff, timeZone = "UTC", powerW = 50_000): Promise<Candidate> {
  const siteId = v7();
  await sql`
    insert into tariffs (site_id, tariff_id, tariff, version, updated_at)
    values (${siteId}, ${tariff.id}, ${JSON.stringify(tariff)}, 1, to_timestamp(1))`.execute(cloud.db);
  const found = { point: { lat: 0, lng: 0 }, distanceM: 1, fitting: 1, rating: { sum: 0, count: 0 }, currency: "EUR" };
  return { siteId, ...found, powerW, timeZone, tariffIds: [tariff.id], tariffs: [`1@1000 ${tariff.id}`] };
}

describe("prices of stays", () => {
  it("are each place's own, though tariffs that say the same are priced once", async () => {
    const places = await Promise.all([
      placeWith(cheapAtNight, "Europe/Berlin"),
      placeWith({ ...cheapAtNight, id: "other" }, "Europe/Berlin"),
      placeWith(cheapAtNight, "Australia/Sydney"),
      placeWith({ ...cheapAtNight, currency: "SEK" }, "Europe/Berlin"),
      placeWith(perKwh),
    ]);
    const prices = new Prices(cloud.db);
    // 13:00 in Berlin, 23:00 in Sydney
    const noon = { startMs: Date.UTC(2026, 0, 1, 12), energyWh: 10_000, minutes: 60 };
    const expected = [500, 500, 100, 500, 450];
    for (let again = 0; again < 2; again++) {
      const amounts = await prices.of(places, noon);
      expect(places.map(({ siteId }) => amounts.get(siteId)?.amount)).toEqual(expected);
      expect(amounts.get(places[3]!.siteId)).toEqual({ amount: 500, currency: "SEK" });
    }
    const later = await prices.of(places, { ...noon, startMs: noon.startMs + 10 * 3_600_000 });
    expect(places.map(({ siteId }) => later.get(siteId)?.amount)).toEqual([100, 100, 500, 100, 450]);
    const more = await prices.of(places, { ...noon, energyWh: 20_000 });
    expect(more.get(places[4]!.siteId)?.amount).toBe(900);
  });
});

it("what is asked for again stays in mind, the rest is forgotten in time", () => {
  const recent = new Recent<number>(10);
  recent.set("kept", -1);
  for (let n = 0; n < 100; n++) {
    expect(recent.get("kept")).toBe(-1);
    recent.set(`${n}`, n);
    for (let last = Math.max(0, n - 4); last <= n; last++) expect(recent.get(`${last}`)).toBe(last);
  }
  expect(Array.from({ length: 80 }, (_, n) => recent.get(`${n}`)).every((value) => value === undefined)).toBe(true);
});
