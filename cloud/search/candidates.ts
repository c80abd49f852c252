import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { OpeningHours } from "../../shared/opening-hours";
import { isOpenAt, isOpenThroughout } from "../../shared/opening-hours";
import { SLOT_MS } from "../../shared/booking";
import type { Db } from "../db/database";
import { HUB_OFFLINE_MS } from "../sites/board";
import { bandsOf, distanceM, longitudesOf } from "./geo";
import type { Candidate, Search } from "./query";

/** Places that one search looks at; where more fit, the nearest ones. */
export const MAX_CANDIDATES = 2000;
/** A hub that was heard of so recently can be asked for what it sells itself. */
const CONNECTED_MS = 40_000;

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
  hours: OpeningHours | null;
}

/**
 * Places that fit, nearest first, in one statement over `place_connectors`: the index gives exactly the rectangle, a range a band of latitude. Opening hours, which
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
  const isOpen = ({ hours, time_zone: zone }: Row) =>
    hours === null ||
    ((openAt === null || isOpenAt(hours, zone, openAt)) &&
      (!freeNow || isOpenAt(hours, zone, now)) &&
      (window === null || isOpenThroughout(hours, zone, window.fromMs, window.toMs)));
  const candidates = looked.flatMap(({ row, away }) => (isOpen(row) ? [candidateOf(row, away)] : []));
  return { candidates, capped: near.length > MAX_CANDIDATES };
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
    tariffIds: row.tariff_ids,
    defaultTariffId: row.default_tariff_id,
  };
}

function statement(search: Search, now: number): RawBuilder<Row> {
  const { box, from, types, minPowerW, accesses, minRating, freeNow, openAt, window } = search;
  const needsHours = freeNow || window !== null || openAt !== null;
  const strip = longitudesOf(box).map(([west, east]) => sql`c.lng between ${west} and ${east}`);
  const isOnline = (ms: number) => sql`exists (
    select from hubs h where h.site_id = s.site_id and h.replaced_at is null and h.last_seen_at > ${new Date(now - ms)})`;
  return sql<Row>`
    with spots as materialized (
      select c.site_id, c.lat, c.lng, max(c.power_w) as power, count(*)::integer as fitting, array_agg(distinct c.tariff_id) as tariff_ids
      from place_connectors c
      where c.listed and c.type = any(${[...types]}) and c.band = any(${bandsOf(box)}::integer[]) and (${sql.join(strip, sql` or `)})
        and c.lat between ${box.south} and ${box.north} and c.power_w >= ${minPowerW}
        ${freeNow ? sql`and c.status = 'available' and not ${taken(slotsOf({ fromMs: now, toMs: now + 1 }), now)}` : sql``}
        ${window ? sql`and ${reservable(slotsOf(window), now)} and not ${taken(slotsOf(window), now)}` : sql``}
      group by c.site_id, c.lat, c.lng
    )
    select s.*, p.rating_sum, p.rating_count, si.time_zone, si.currency, si.default_tariff_id,
      ${needsHours ? sql`p.hours` : sql`null`} as hours
    from spots s join places p on p.site_id = s.site_id join sites si on si.site_id = s.site_id
    where p.access = any(${[...accesses]}) and p.rating_sum >= ${minRating}::double precision * p.rating_count ${minRating > 0 ? sql`and p.rating_count > 0` : sql``}
      ${freeNow ? sql`and ${isOnline(HUB_OFFLINE_MS)}` : sql``}
    order by (s.lat - ${from.lat}) ^ 2 + (cos(radians(${from.lat})) * least(abs(s.lng - ${from.lng}), 360 - abs(s.lng - ${from.lng}))) ^ 2
    limit ${MAX_CANDIDATES + 1}`;
}

type Slots = { from: number; to: number };

/** The cells that a time touches. */
function slotsOf({ fromMs, toMs }: { fromMs: number; toMs: number }): Slots {
  return { from: Math.floor(fromMs / SLOT_MS), to: Math.ceil(toMs / SLOT_MS) };
}

/** Somebody has, or holds, a cell of the connector's seat. */
function taken({ from, to }: Slots, now: number): RawBuilder<boolean> {
  return sql`exists (
    select from reservations r where r.site_id = c.site_id and r.to_slot > ${from} and r.seat = c.seat and r.held && int4range(${from}, ${to})
      and (r.expires_at is null or r.expires_at > ${new Date(now)}))`;
}

/** The cloud sells the connector's seat then, or can ask the site's hub, which is connected, for it; and its owner wants it sold. */
function reservable({ from, to }: Slots, now: number): RawBuilder<boolean> {
  return sql`exists (
    select from booking_seats b left join booking_settings o on o.site_id = b.site_id
    where b.site_id = c.site_id and b.seat = c.seat and not b.gone and not b.walk_in and coalesce((o.settings ->> 'open')::boolean, true)
      and (b.owned @> int4range(${from}, ${to}) or exists (
        select from hubs h where h.site_id = c.site_id and h.replaced_at is null and h.last_seen_at >= ${new Date(now - CONNECTED_MS)}))
      and not exists (
        select from booking_blocks k where k.site_id = c.site_id and (k.seat is null or k.seat = c.seat) and k.cells && int4range(${from}, ${to})))`;
}
