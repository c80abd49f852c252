import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { SLOT_MS, startOfSlot, slotOf } from "../../shared/booking";
import type { ConnectorType } from "../../shared/connector-types";
import { alwaysOpen } from "../../shared/opening-hours";
import { listed } from "../sites/testing/places";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { saying } from "../testing/registration";
import { LocalLimit } from "../http/local-limit";
import { findPlaces } from "./find";
import { boxAround } from "./geo";
import { Prices } from "./prices";
import type { Search } from "./query";
import { addSites, naive, sitesNear } from "./testing/world";
import type { WorldSite } from "./testing/world";

/** Away from what the other tests list. */
const munich = { lat: 48.137, lng: 11.575 };
const middle = { lat: 50.1, lng: 8.6 };
const world: WorldSite[] = fc.sample(sitesNear(middle), { numRuns: 60, seed: 7 });
const cloud = await openCloud();
const now = cloud.now();
await addSites(cloud.db, world, now);

const types: ConnectorType[] = ["IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO"];
const windows = fc
  .tuple(fc.nat(30), fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 0, 60_000))
  .map(([start, length, off]) => {
    const fromMs = startOfSlot(slotOf(Date.now())) + start * SLOT_MS + off;
    return { fromMs, toMs: fromMs + length * SLOT_MS };
  });
const searches: fc.Arbitrary<Search> = fc
  .record({
    radiusM: fc.constantFrom(3000, 12_000, 40_000),
    asBox: fc.boolean(),
    types: fc.subarray(types, { minLength: 1 }),
    minPowerW: fc.constantFrom(0, 0, 11_000, 40_000),
    accesses: fc.constantFrom<Search["accesses"][]>(["public", "members", "booked"], ["public"], ["members", "booked"]),
    minRating: fc.constantFrom(0, 0, 3, 4.5),
    freeNow: fc.constantFrom(false, false, true),
    window: fc.oneof(fc.constant(null), windows),
    openAt: fc.constantFrom(null, null, Date.UTC(2026, 10, 22, 12), Date.UTC(2026, 10, 23, 12)),
    stay: fc.record({
      startMs: fc.constantFrom(Date.UTC(2026, 10, 23, 12), Date.UTC(2026, 10, 23, 17)),
      energyWh: fc.constantFrom(5000, 20_000),
      minutes: fc.constantFrom(30, 240),
    }),
    sort: fc.constantFrom("distance", "price", "power", "rating"),
  })
  .map(({ asBox, radiusM, ...rest }) => {
    const box = boxAround(middle, radiusM);
    return { ...rest, from: middle, box, radiusM: asBox ? null : radiusM };
  });

describe("search", () => {
  it("finds what a look at each place would find, in the same order, page by page", async () => {
    const prices = new Prices(cloud.db);
    await fc.assert(
      fc.asyncProperty(searches, fc.integer({ min: 1, max: 12 }), async (search, limit) => {
        const found: string[] = [];
        let cursor: string | null | undefined;
        do {
          const page = await findPlaces(cloud.db, prices, search, { limit, cursor: cursor ?? undefined }, now);
          found.push(...page.found.map(({ siteId }) => siteId));
          expect(page).toMatchObject({ capped: false, total: naive(world, search, now).length });
          expect(page.found.length).toBeLessThanOrEqual(limit);
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(found).toEqual(naive(world, search, now));
      }),
      { numRuns: 150 },
    );
  });

  it("has something to find in that world", () => {
    const [any] = fc.sample(searches, { numRuns: 1, seed: 1 });
    const open = { minPowerW: 0, minRating: 0, freeNow: false, window: null, openAt: null, radiusM: 40_000 };
    const accesses: Search["accesses"] = ["public", "members", "booked"];
    const wide: Search = { ...any!, ...open, types, accesses, box: boxAround(middle, 40_000) };
    const window = { fromMs: startOfSlot(slotOf(now) + 8), toMs: startOfSlot(slotOf(now) + 10) };
    // Whatever the time of day.
    const always = world.map((each) => ({ ...each, hours: alwaysOpen }));
    const count = (search: Search) => naive(always, search, now).length;
    expect(count(wide)).toBeGreaterThan(20);
    expect(count({ ...wide, freeNow: true })).toBeGreaterThan(0);
    expect(count({ ...wide, window })).toBeGreaterThan(0);
  });

  it("looks at the nearest where more fit than it looks at", async () => {
    const sydney = { lat: -33.86, lng: 151.2 };
    await sql`
      with made as (
        insert into sites (site_id, organization_id, name, time_zone, currency, start_policy, seller, created_at)
        select gen_random_uuid(), 'test', n::text, 'Australia/Sydney', 'AUD', 'pass', '{}', now() from generate_series(1, 2001) n returning site_id, name),
      placed as (
        insert into places (site_id, host, street, postal_code, city, country, lat, lng, description, facilities, hours, access, state, updated_at)
        select site_id, 'business', '', '', '', 'AU', ${sydney.lat} + name::integer / 1e5, ${sydney.lng}, '', '{}', '{"week":null,"exceptions":[]}', 'public', 'approved', now() from made)
      insert into place_connectors (site_id, cp_id, connector_id, type, own_power_w, listed, lat, lng)
      select site_id, 'CP1', 1, 'CHADEMO', 50000, true, ${sydney.lat} + name::integer / 1e5, ${sydney.lng} from made`.execute(
      cloud.db,
    );
    const { body } = await get(`lat=${sydney.lat}&lng=${sydney.lng}&sort=power&limit=1`);
    expect(body).toMatchObject({
      total: 2000,
      capped: true,
      places: [{ name: "1", price: { amount: 0, currency: "AUD" } }],
    });
  });
});

interface Result {
  places: Record<string, unknown>[];
  total: number;
  capped: boolean;
  nextCursor: string | null;
}
const get = async (query: string) => {
  const response = await cloud.first.request(`/v1/search?${query}`);
  return {
    status: response.status,
    body: (await response.json()) as Result & { error?: { code: string; message: string } },
  };
};
const around = (more = "") => `lat=${munich.lat}&lng=${munich.lng}${more}`;

describe("GET /v1/search", () => {
  it("follows the site: its listing, its prices, its hub's word", async () => {
    const admin = await cloud.admin();
    const { owner, siteId, hub } = await listed(cloud, admin);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: perKwh.id });
    const say = async (status: "Available" | "Charging") => {
      const from = hub.journal.length + 1;
      hub.add("connector.status", saying(2, status));
      await hub.send(hub.batch(from));
    };
    await say("Available");
    const { status, body } = await get(around("&energyWh=10000&freeNow=true&sort=price"));
    expect(status).toBe(200);
    expect(body).toEqual({
      places: [
        {
          siteId,
          name: "Garage",
          host: "business",
          street: "Way 1",
          city: "Munich",
          ...munich,
          distanceM: 0,
          access: "public",
          timeZone: "Europe/Berlin",
          open: true,
          online: true,
          photoUrl: null,
          rating: { average: null, count: 0 },
          fitting: 1,
          maxPowerW: 11_040,
          connectors: [{ type: "IEC_62196_T2", maxPowerW: 11_040, count: 2, available: 1 }],
          price: { amount: 450, currency: "EUR" },
        },
      ],
      total: 1,
      capped: false,
      nextCursor: null,
    });
    await owner.ok("PUT", `/v1/sites/${siteId}/tariffs/${perKwh.id}`, {
      ...perKwh,
      elements: [{ price_components: [{ type: "ENERGY", price: 5000, vat: 1900, step_size: 1 }] }],
    });
    expect((await get(around("&energyWh=10000"))).body.places).toMatchObject([{ price: { amount: 500 } }]);
    await say("Charging");
    expect((await get(around("&freeNow=true"))).body.total).toBe(0);
    const box = "box=48.1,11.5,48.2,11.6";
    expect((await get(box)).body.places).toMatchObject([{ siteId, connectors: [{ available: 0 }] }]);
    expect((await get(`${box}&types=CHADEMO`)).body.total).toBe(0);
    expect((await get(`${box}&types=CHADEMO,IEC_62196_T2&minPowerW=11040&access=public`)).body.total).toBe(1);
    expect((await get(`${box}&access=booked,members`)).body.total).toBe(0);
    expect((await get(`${box}&minRating=1`)).body.total).toBe(0);
    cloud.skewMs = 46_000;
    expect((await get(box)).body.places).toMatchObject([{ online: false }]);
    cloud.skewMs = 0;
    await owner.ok("POST", `/v1/sites/${siteId}/place/listing`, { action: "retire" });
    expect((await get(box)).body.total).toBe(0);
  });

  it("takes the connectors of a vehicle, which is one's own", async () => {
    const admin = await cloud.admin();
    const { siteId } = await listed(cloud, admin);
    const car = { name: "Car", make: "M", model: "3", batteryWh: null, maxAcW: null, maxDcW: null };
    const add = (connectors: string[]) => admin.ok<{ id: string }>("POST", "/v1/vehicles", { ...car, connectors });
    const [fits, not] = [await add(["IEC_62196_T2", "IEC_62196_T2_COMBO"]), await add(["CHADEMO"])];
    const find = (id: string, more = "") => admin.ok<Result>("GET", `/v1/search?${around(`&vehicleId=${id}${more}`)}`);
    expect((await find(fits.id)).places).toMatchObject([{ siteId }]);
    expect((await find(fits.id, "&types=IEC_62196_T2_COMBO")).total).toBe(0);
    expect((await find(not.id)).total).toBe(0);
    const other = await cloud.person();
    expect(await other.refused("GET", `/v1/search?${around(`&vehicleId=${fits.id}`)}`)).toEqual([404, "not_found"]);
    expect((await get(around(`&vehicleId=${fits.id}`))).status).toBe(401);
  });

  it("refuses what does not fit together", async () => {
    const soon = (minutes: number) => new Date(cloud.now() + minutes * 60_000).toISOString();
    for (const query of [
      "",
      "lat=48",
      "lat=91&lng=0",
      around("&radiusKm=101"),
      around("&types=CCS"),
      around("&access=private"),
      around("&freeNow=perhaps"),
      around("&sort=name"),
      around("&surprise=1"),
      around("&minRating=6"),
      around("&limit=0"),
      around("&openAt=today"),
      around(`&from=${soon(60)}`),
      around(`&from=${soon(60)}&to=${soon(30)}`),
      around(`&from=${soon(-60)}&to=${soon(30)}`),
      around(`&from=${soon(60)}&to=${soon(3000)}`),
      "box=1,2,3",
      "box=2,0,1,1",
      "box=0,0,10,1",
      "box=0,0,1,200",
      "box=-1,170,1,-170",
    ]) {
      expect([query, (await get(query)).body.error?.code]).toEqual([query, "invalid"]);
    }
    for (const cursor of ["nonsense", Buffer.from("[1]").toString("base64url")]) {
      expect((await get(around(`&cursor=${cursor}`))).body.error?.code).toBe("invalid_cursor");
    }
    expect((await get("box=-1,179,1,-179")).status).toBe(200);
  });

  it("is bounded for one address", () => {
    const limit = new LocalLimit({ hits: 2, windowMs: 60_000 });
    limit.count("a", 1000);
    limit.count("a", 2000);
    expect(() => limit.count("a", 3000)).toThrow("Try again in 57 seconds");
    limit.count("b", 3000);
    limit.count("a", 60_000);
  });
});
