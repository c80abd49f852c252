import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { OpeningHours } from "../../shared/opening-hours";
import { isOpenAt, isOpenThroughout } from "../../shared/opening-hours";
import { SLOT_MS, slotOf } from "../../shared/booking";
import type { Db } from "../db/database";
import { CONNECTED_MS } from "../hubs/connected";
import { HUB_OFFLINE_MS } from "../sites/board";
import { bandsOf, distanceM, longitudesOf } from "./geo";
import type { Candidate, Search } from "./query";

/** Places that one search looks at; where more fit, the nearest ones. */
const MAX_CANDIDATES = 2000;

interface Row {
  site_id: string;
  lat: number;
  lng: number;
  power: number;
  fitting: number;
  rating_sum: number;
  rating_count: number;
  time_zone: string;
  currency: string;
  tariff_ids: (string | null)[];
  default_tariff_id: string | null;
  tariffs: string[];
  /** As JSON. */
  hours: string | null;
}

/**
 * Places that fit, nearest first, from one function over `place_connectors`: the index gives exactly the rectangle, a range a band of latitude. Opening hours, which
 * PostgreSQL cannot judge, are looked at here. `capped`: there are more than were looked at.
 */
export async function findCandidates(
  db: Db,
  search: Search,
  now: number,
): Promise<{ candidates: Candidate[]; capped: boolean }> {
  const { rows } = await statement(search, now).execute(db);
  const { from, openAt, window, freeNow } = search;
  const near = rows
    .map((row) => ({ row, away: distanceM(from, row) }))
    .filter(({ away }) => search.radiusM === null || away <= search.radiusM)
    .toSorted((a, b) => a.away - b.away || (a.row.site_id < b.row.site_id ? -1 : 1));
  const looked = near.slice(0, MAX_CANDIDATES);
  const isOpen = once((hours: OpeningHours, zone: string) => {
    const fits = openAt === null || isOpenAt(hours, zone, openAt);
    const fitsNow = !freeNow || isOpenAt(hours, zone, now);
    return fits && fitsNow && (window === null || isOpenThroughout(hours, zone, window.fromMs, window.toMs));
  });
  const candidates = looked.flatMap(({ row, away }) =>
    isOpen(row.hours, row.time_zone) ? [candidateOf(row, away)] : [],
  );
  return { candidates, capped: near.length > MAX_CANDIDATES };
}

/** Judges opening hours that many places share once; none are always open. */
function once(judge: (hours: OpeningHours, zone: string) => boolean) {
  const known = new Map<string, boolean>();
  return (hours: string | null, zone: string): boolean => {
    if (hours === null) return true;
    const key = `${zone} ${hours}`;
    const answer = known.get(key) ?? judge(JSON.parse(hours) as OpeningHours, zone);
    known.set(key, answer);
    return answer;
  };
}

function candidateOf(row: Row, away: number): Candidate {
  return {
    siteId: row.site_id,
    point: { lat: row.lat, lng: row.lng },
    distanceM: Math.round(away),
    powerW: row.power,
    fitting: row.fitting,
    rating: { sum: row.rating_sum, count: row.rating_count },
    timeZone: row.time_zone,
    currency: row.currency,
    tariffIds: [...new Set(row.tariff_ids.map((id) => id ?? row.default_tariff_id))],
    tariffs: row.tariffs,
  };
}

/** Longitudes that nothing has. */
const NOWHERE: readonly [number, number] = [1, 0];

/** The search as the database's function has it (`search_places` in cloud/migrations/0007-sites.ts). */
function statement(search: Search, now: number): RawBuilder<Row> {
  const { box, from, types, minPowerW, accesses, minRating, freeNow, openAt, window, stay } = search;
  const needsHours = freeNow || window !== null || openAt !== null;
  const [strip = NOWHERE, second = NOWHERE] = longitudesOf(box);
  const slots = window && { from: Math.floor(window.fromMs / SLOT_MS), to: Math.ceil(window.toMs / SLOT_MS) };
  return sql<Row>`
    select * from search_places(${[...types]}, ${bandsOf(box)}, ${strip[0]}, ${strip[1]}, ${second[0]}, ${second[1]}, ${box.south}, ${box.north},
      ${minPowerW}, ${[...accesses]}, ${minRating}, ${needsHours}, ${freeNow}, ${slots?.from ?? null}, ${slots?.to ?? null}, ${slotOf(now)}, ${new Date(now)},
      ${new Date(now - HUB_OFFLINE_MS)}, ${new Date(now - CONNECTED_MS)}, ${new Date(stay.startMs)}, ${from.lat}, ${from.lng}, ${MAX_CANDIDATES + 1})`;
}
