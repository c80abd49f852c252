import fc from "fast-check";
import { sql } from "kysely";
import { v7 } from "uuid";
import { SLOT_MS, slotOf } from "../../../shared/booking";
import type { ConnectorType } from "../../../shared/connector-types";
import type { OpeningHours } from "../../../shared/opening-hours";
import { alwaysOpen, isOpenAt, isOpenThroughout } from "../../../shared/opening-hours";
import type { Tariff } from "../../../shared/tariff";
import type { Db } from "../../db/database";
import type { Access, ListingState, PlaceStatus } from "../../sites/tables";
import { perKwh } from "../../testing/tariffs";
import { distanceM, longitudesOf } from "../geo";
import type { Search } from "../query";
import { priceOfStay } from "../stay-price";

/** Sites as plain values, written into a database for search to read, and searched by the slowest and plainest way there is. */

/** Cells from now on. */
interface Cells {
  from: number;
  to: number;
}

interface WorldConnector {
  type: ConnectorType | null;
  powerW: number | null;
  status: PlaceStatus | null;
  /** Index into the site's tariffs; null: the site's default. */
  tariff: number | null;
  walkIn: boolean;
  owned: Cells;
  sold: Cells;
  /** What was sold is a hold, which runs out in so many minutes; null: a sale. */
  holdMinutes: number | null;
}

export interface WorldSite {
  siteId: string;
  lat: number;
  lng: number;
  access: Access;
  state: ListingState;
  hours: OpeningHours;
  rating: { sum: number; count: number };
  tariffs: Tariff[];
  defaultTariff: number | null;
  /** ms ago; null: no hub. */
  hubSeen: number | null;
  sells: boolean;
  block: Cells | null;
  connectors: WorldConnector[];
}

const zone = "Europe/Berlin";
const dear = (id: string, price: number, more: Partial<Tariff> = {}): Tariff => ({
  ...perKwh,
  id,
  elements: [{ price_components: [{ type: "ENERGY", price, vat: 1900, step_size: 1 }] }],
  ...more,
});
const evenings: Tariff = {
  ...perKwh,
  id: "evenings",
  elements: [
    {
      price_components: [{ type: "ENERGY", price: 9000, vat: 1900, step_size: 1 }],
      restrictions: { start_time: "16:00", end_time: "22:00" },
    },
    { price_components: [{ type: "TIME", price: 60_000, vat: 1900, step_size: 60 }] },
  ],
};
const day = [{ from: "08:00", to: "20:00" }];
const shop: OpeningHours = {
  week: { MONDAY: day, TUESDAY: day, WEDNESDAY: day, THURSDAY: day, FRIDAY: day, SATURDAY: day, SUNDAY: [] },
  exceptions: [],
};

const cells = (most: number) =>
  fc.tuple(fc.nat(most), fc.integer({ min: 1, max: 12 })).map(([from, length]) => ({ from, to: from + length }));
const connector: fc.Arbitrary<WorldConnector> = fc.record({
  type: fc.constantFrom("IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO", null),
  powerW: fc.constantFrom(3700, 11_000, 22_000, 50_000, null),
  status: fc.constantFrom("available", "available", "occupied", "reserved", "outOfService", null),
  tariff: fc.constantFrom(null, null, 0, 1),
  walkIn: fc.constantFrom(false, false, true),
  owned: fc.oneof(fc.constant({ from: -100, to: 10_000 }), cells(40)),
  sold: cells(30),
  holdMinutes: fc.constantFrom(null, null, -5, 5),
});

/** Some sites within some kilometres of a place. */
export function sitesNear(at: { lat: number; lng: number }): fc.Arbitrary<WorldSite> {
  const off = fc.double({ min: -0.2, max: 0.2, noNaN: true });
  return fc.record({
    siteId: fc.constant(null).map(() => v7()),
    lat: off.map((by) => at.lat + by),
    lng: off.map((by) => at.lng + by),
    access: fc.constantFrom("public", "public", "members", "booked", "private"),
    state: fc.constantFrom("approved", "approved", "approved", "draft", "retired"),
    hours: fc.constantFrom(alwaysOpen, shop),
    rating: fc.constantFrom({ sum: 0, count: 0 }, { sum: 9, count: 2 }, { sum: 4, count: 1 }, { sum: 5, count: 3 }),
    tariffs: fc.constantFrom([perKwh, evenings], [dear("cheap", 1500), dear("dear", 7900)]),
    defaultTariff: fc.constantFrom(null, 0, 1),
    hubSeen: fc.constantFrom(1000, 1000, 42_000, 3_600_000, null),
    sells: fc.constantFrom(true, true, true, true, false),
    block: fc.oneof(fc.constant(null), fc.constant(null), cells(20)),
    connectors: fc.array(connector, { minLength: 1, maxLength: 4 }),
  });
}

const seat = (index: number) => `CP1/${index + 1}`;
const range = ({ from, to }: Cells, base: number) => `[${base + from},${base + to})`;

/** Writes sites as the routes and hubs would have. */
export async function addSites(db: Db, sites: readonly WorldSite[], now: number): Promise<void> {
  const base = slotOf(now);
  const at = new Date(now);
  for (const each of sites) {
    const { siteId, lat, lng, access, state, hours, rating, tariffs, defaultTariff, hubSeen, connectors } = each;
    const id = { site_id: siteId };
    const named = { name: "Site", time_zone: zone, currency: "EUR", start_policy: "pass" as const };
    const default_tariff_id = defaultTariff === null ? null : tariffs[defaultTariff]!.id;
    const owner = { organization_id: "test", seller: "{}", created_at: at, default_tariff_id };
    await db
      .insertInto("sites")
      .values({ ...id, ...named, ...owner })
      .execute();
    const where = { host: "business" as const, street: "Way 1", postal_code: "1", city: "M", country: "DE", lat, lng };
    const rated = { rating_sum: rating.sum, rating_count: rating.count, updated_at: at };
    const about = { description: "", facilities: [], hours: JSON.stringify(hours), access, state };
    await db
      .insertInto("places")
      .values({ ...id, ...where, ...about, ...rated })
      .execute();
    for (const tariff of tariffs) {
      const row = { ...id, tariff_id: tariff.id, tariff: JSON.stringify(tariff), updated_at: at };
      await db.insertInto("tariffs").values(row).execute();
    }
    if (hubSeen !== null) {
      const hub = {
        hub_id: v7(),
        name: "hub",
        version: "1",
        paired_at: at,
        epoch: 1,
        last_seen_at: new Date(now - hubSeen),
      };
      await db
        .insertInto("hubs")
        .values({ ...id, ...hub })
        .execute();
    }
    if (!each.sells)
      await db
        .insertInto("booking_settings")
        .values({ ...id, settings: `{"open":false}`, updated_at: at })
        .execute();
    if (each.block) {
      const block = { block_id: v7(), seat: null, cells: range(each.block, base), created_at: at };
      await db
        .insertInto("booking_blocks")
        .values({ ...id, ...block })
        .execute();
    }
    for (const [index, { type, powerW, status, tariff, walkIn, owned, sold, holdMinutes }] of connectors.entries()) {
      const key = { ...id, cp_id: "CP1", connector_id: index + 1 };
      const said = {
        type,
        own_power_w: powerW,
        status,
        tariff_id: tariff === null ? null : tariffs[tariff]!.id,
        told: true,
      };
      await db
        .insertInto("place_connectors")
        .values({ ...key, ...said, lat, lng })
        .execute();
      const ofSeat = { ...id, seat: seat(index), class: "AC" };
      const owning = `{${range(owned, base)}}`;
      await db
        .insertInto("booking_seats")
        .values({ ...ofSeat, place: index, walk_in: walkIn, owned: owning })
        .execute();
      const version = holdMinutes === null ? 1 : 0;
      const times = { from_slot: base + sold.from, to_slot: base + sold.to, held: range(sold, base), created_at: at };
      const expires_at = holdMinutes === null ? null : new Date(now + holdMinutes * 60_000);
      const rest = {
        stage: "reserved" as const,
        cancel_owed: null,
        sale: "{}",
        key: null,
        user_id: null,
        pin_tag: null,
      };
      await db
        .insertInto("reservations")
        .values({ ...ofSeat, booking: v7(), version, ...times, ...rest, expires_at })
        .execute();
    }
  }
  await sql`update place_connectors set listed = place_is_listed(site_id)`.execute(db);
}

const meet = (a: Cells, b: Cells) => a.from < b.to && b.from < a.to;

/** The ids of the places that fit, in order, by looking at each. */
export function naive(sites: readonly WorldSite[], search: Search, now: number): string[] {
  const { box, radiusM, from, accesses, minRating, freeNow, openAt, window, sort, stay } = search;
  const base = slotOf(now);
  const slots = window && {
    from: Math.floor(window.fromMs / SLOT_MS) - base,
    to: Math.ceil(window.toMs / SLOT_MS) - base,
  };
  const found = sites.flatMap((each) => {
    const away = distanceM(from, each);
    const { state, access, rating, hours, hubSeen, lat, lng } = each;
    if (state !== "approved" || access === "private" || !accesses.includes(access)) return [];
    if (radiusM !== null && away > radiusM) return [];
    if (lat < box.south || lat > box.north || !longitudesOf(box).some(([w, e]) => lng >= w && lng <= e)) return [];
    if (minRating > 0 && (rating.count === 0 || rating.sum / rating.count < minRating)) return [];
    if (openAt !== null && !isOpenAt(hours, zone, openAt)) return [];
    if (freeNow && (!isOpenAt(hours, zone, now) || hubSeen === null || hubSeen >= 45_000)) return [];
    if (window && !isOpenThroughout(hours, zone, window.fromMs, window.toMs)) return [];
    const taken = (one: WorldConnector, span: Cells) =>
      meet(one.sold, span) && (one.holdMinutes === null || one.holdMinutes > 0);
    const fitting = each.connectors.filter((one) => {
      if (one.type === null || one.powerW === null) return false;
      if (!search.types.includes(one.type) || one.powerW < search.minPowerW) return false;
      if (freeNow && (one.status !== "available" || taken(one, { from: 0, to: 1 }))) return false;
      if (!slots) return true;
      const sells = each.sells && !one.walkIn && !(each.block && meet(each.block, slots));
      const has = (one.owned.from <= slots.from && slots.to <= one.owned.to) || (hubSeen !== null && hubSeen <= 40_000);
      return sells && has && !taken(one, slots);
    });
    if (fitting.length === 0) return [];
    const powerW = Math.max(...fitting.map((one) => one.powerW as number));
    const amounts = fitting.map((one) => {
      const index = one.tariff ?? each.defaultTariff;
      return index === null ? 0 : priceOfStay(each.tariffs[index]!, stay, powerW, zone).amount;
    });
    const first = {
      distance: Math.round(away),
      price: Math.min(...amounts),
      power: -powerW,
      rating: rating.count === 0 ? 0 : -rating.sum / rating.count,
    }[sort];
    return [{ siteId: each.siteId, rank: [first, sort === "distance" ? 0 : Math.round(away)] as const }];
  });
  return found
    .toSorted((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || (a.siteId < b.siteId ? -1 : 1))
    .map(({ siteId }) => siteId);
}
