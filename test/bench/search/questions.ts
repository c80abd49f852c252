import type pg from "pg";
import { SLOT_MS, slotOf } from "../../../shared/booking";
import { bandsOf, boxAround } from "../../../cloud/search/geo";
import type { Position } from "./positions";
import { shift } from "./load";

/** "Chargers of a type within 10 km that are free at that time, cheapest first", asked at a random station of a random city. */
export interface Question {
  at: Position;
  type: string;
  minPowerW: number;
  fromMs: number;
  toMs: number;
}

export const RADIUS_KM = 10;
export const LIMIT = 20;
const TYPES = ["IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO"];

export function questions(
  count: number,
  { cities, positions, now }: { cities: number; positions: readonly Position[]; now: number },
  random: () => number,
): Question[] {
  const pick = (below: number) => Math.floor(random() * below);
  return Array.from({ length: count }, () => {
    const station = positions[pick(positions.length)] as Position;
    const off = shift(pick(cities));
    const from = slotOf(now) + 8 + pick(5 * 96);
    return {
      at: { lat: station.lat + off.lat, lng: station.lng + off.lng },
      type: TYPES[pick(TYPES.length)] as string,
      minPowerW: pick(2) * 20_000,
      fromMs: from * SLOT_MS,
      toMs: (from + 4 + pick(8)) * SLOT_MS,
    };
  });
}

const iso = (ms: number) => new Date(ms).toISOString();

/** The same question through the API. */
export function addressOf({ at, type, minPowerW, fromMs, toMs }: Question): string {
  return `/v1/search?${new URLSearchParams({
    lat: at.lat.toFixed(5),
    lng: at.lng.toFixed(5),
    radiusKm: String(RADIUS_KM),
    types: type,
    minPowerW: String(minPowerW),
    from: iso(fromMs),
    to: iso(toMs),
    sort: "price",
    limit: String(LIMIT),
  }).toString()}`;
}

/**
 * The yardstick: the same question as one statement by hand, over the same tables and their indices, with the price of a kWh as a plain number. It neither judges opening
 * hours nor prices a stay by its tariff, does not count what fits, and gives no names, photos or statuses.
 */
export async function askPlainly(pool: pg.Pool, { at, type, minPowerW, fromMs, toMs }: Question): Promise<string[]> {
  const box = boxAround(at, RADIUS_KM * 1000);
  const [from, to] = [fromMs / SLOT_MS, toMs / SLOT_MS];
  const { rows } = await pool.query<{ site_id: string }>(
    `select c.site_id, min(p.price) as price, c.lat, c.lng, max(c.power_w) from place_connectors c join bench_prices p using (site_id)
     where c.listed and c.type = $1 and c.band = any($2::integer[]) and c.lng between $3 and $4 and c.lat between $5 and $6 and c.power_w >= $7
       and not exists (select from reservations r where r.site_id = c.site_id and r.seat = c.seat and r.held && int4range($8, $9))
       and (c.lat - $10) ^ 2 + (cos(radians($10)) * (c.lng - $11)) ^ 2 <= $12
     group by c.site_id, c.lat, c.lng order by price, c.site_id limit ${LIMIT}`,
    [
      type,
      bandsOf(box),
      box.west,
      box.east,
      box.south,
      box.north,
      minPowerW,
      from,
      to,
      at.lat,
      at.lng,
      (RADIUS_KM / 111.2) ** 2,
    ],
  );
  return rows.map((row) => row.site_id);
}
