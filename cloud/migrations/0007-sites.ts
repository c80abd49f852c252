import type { Kysely } from "kysely";
import { sql } from "kysely";

/**
 * What drivers see of a site: the place with its listing, photos, share links and their guests, and `place_connectors`, the table that search reads. Its
 * rows carry what search asks for (where, what, how much, whether listed), written in the transaction that changes it. `band` is the latitude in twentieths
 * of a degree, rounded down: a rectangle of a map is then one range of the index a band.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Names a version of a tariff: another name whenever it is written, also under a number that was used before. Written out where it is used, as a function it would cost more. */
const mark = (version: string, at: string, id: string) =>
  `${version}::text || '@' || (extract(epoch from ${at}) * 1000)::bigint::text || ' ' || ${id}`;

/**
 * Search (cloud/search/candidates.ts says what it does with this): places with a connector that fits, nearest first. A function, since PostgreSQL plans what is in it once a
 * connection, and planning costs more than looking. Cells are quarter hours; a null window asks for no reservation. `tariffs` are the versions that hold at the stay's start.
 */
const candidates = `
  create function search_places(types text[], bands integer[], west double precision, east double precision, west2 double precision, east2 double precision,
    south double precision, north double precision, min_power integer, accesses text[], min_rating double precision, needs_hours boolean, free_now boolean,
    win_from integer, win_to integer, now_slot integer, at timestamptz, online_since timestamptz, connected_since timestamptz, stay_start timestamptz,
    from_lat double precision, from_lng double precision, most integer)
  returns table (site_id uuid, lat double precision, lng double precision, power integer, fitting integer, rating_sum integer, rating_count integer,
    time_zone text, currency text, hours text, tariff_ids text[], default_tariff_id text, tariffs text[])
  language plpgsql stable as $$
  declare
    win int4range := int4range(win_from, win_to);
    this_slot int4range := int4range(now_slot, now_slot + 1);
  begin
    return query
    with spots as materialized (
      select c.site_id, c.lat, c.lng, max(c.power_w) as power, count(*)::integer as fitting, array_agg(distinct c.tariff_id) as tariff_ids
      from place_connectors c
      where c.listed and c.type = any(types) and c.band = any(bands) and c.lat between south and north and c.power_w >= min_power
        and (c.lng between west and east or c.lng between west2 and east2)
        and (not free_now or (c.status = 'available' and not exists (
          select from reservations r where r.site_id = c.site_id and r.to_slot > now_slot and r.seat = c.seat and r.held && this_slot
            and (r.expires_at is null or r.expires_at > at))))
        and (win_from is null or (not exists (
            select from reservations r where r.site_id = c.site_id and r.to_slot > win_from and r.seat = c.seat and r.held && win
              and (r.expires_at is null or r.expires_at > at))
          and not exists (
            select from booking_blocks k where k.site_id = c.site_id and (k.seat is null or k.seat = c.seat) and k.cells && win)
          and exists (
            select from booking_seats b where b.site_id = c.site_id and b.seat = c.seat and not b.gone and not b.walk_in
              and (b.owned @> win or exists (
                select from hubs h where h.site_id = c.site_id and h.replaced_at is null and h.last_seen_at >= connected_since)))))
      group by c.site_id, c.lat, c.lng)
    select s.site_id, s.lat, s.lng, s.power, s.fitting, p.rating_sum, p.rating_count, si.time_zone, si.currency,
      case when needs_hours then p.hours::text end,
      s.tariff_ids, si.default_tariff_id,
      array(select case when t.next_at <= stay_start then (
            select ${mark("v.version", "v.created_at", "v.tariff_id")} from tariff_versions v
            where v.site_id = t.site_id and v.tariff_id = t.tariff_id and v.effective_from <= stay_start
            order by v.effective_from desc, v.version desc limit 1)
          else ${mark("t.version", "t.updated_at", "t.tariff_id")} end
        from tariffs t where t.site_id = s.site_id and (t.tariff_id = any(s.tariff_ids) or t.tariff_id = si.default_tariff_id))
    from spots s join places p on p.site_id = s.site_id join sites si on si.site_id = s.site_id
    where p.access = any(accesses) and p.rating_sum >= min_rating * p.rating_count and (min_rating = 0 or p.rating_count > 0)
      and (not free_now or exists (select from hubs h where h.site_id = s.site_id and h.replaced_at is null and h.last_seen_at > online_since))
      and (win_from is null or coalesce((select (o.settings ->> 'open')::boolean from booking_settings o where o.site_id = s.site_id), true))
    order by (s.lat - from_lat) ^ 2 + (cos(radians(from_lat)) * least(abs(s.lng - from_lng), 360 - abs(s.lng - from_lng))) ^ 2
    limit most;
  end $$`;

/** What a list shows of some places. */
const details = `
  create function search_details(site_ids uuid[], types text[])
  returns table (site_id uuid, name text, host text, street text, city text, access text, hours json, last_seen_at timestamptz, photo_id uuid, connectors json)
  language plpgsql stable as $$
  begin
    return query
    select p.site_id, s.name, p.host, p.street, p.city, p.access, p.hours, h.last_seen_at,
      (select f.photo_id from place_photos f where f.site_id = p.site_id order by f.created_at, f.photo_id limit 1),
      coalesce((select json_agg(t order by t."maxPowerW" desc, t.type) from (
        select c.type, max(c.power_w) as "maxPowerW", count(*)::integer as count, count(*) filter (where c.status = 'available')::integer as available
        from place_connectors c where c.site_id = p.site_id and c.listed and c.type = any(types) and c.power_w is not null group by c.type) t), '[]')
    from places p join sites s on s.site_id = p.site_id left join hubs h on h.site_id = p.site_id and h.replaced_at is null
    where p.site_id = any(site_ids);
  end $$`;

const statements = [
  `create table places (
    site_id uuid primary key, host text not null, street text not null, postal_code text not null, city text not null, country text not null,
    lat double precision not null check (lat between -90 and 90), lng double precision not null check (lng between -180 and 180),
    description text not null, facilities text[] not null, hours json not null, access text not null, state text not null, reason text,
    submitted_at timestamptz, decided_at timestamptz, decided_by text, rating_sum integer not null default 0, rating_count integer not null default 0,
    updated_at timestamptz not null)`,
  `create index places_submitted on places (submitted_at) where state = 'submitted'`,
  `create table place_photos (
    site_id uuid not null, photo_id uuid not null, content_type text not null, content bytea not null, width integer not null, height integer not null,
    caption text not null, created_at timestamptz not null, primary key (site_id, photo_id))`,
  `create table place_links (
    site_id uuid not null, link_id uuid not null, token_hash text not null, name text not null, created_by text not null, created_at timestamptz not null,
    expires_at timestamptz, revoked_at timestamptz, primary key (site_id, link_id), unique (site_id, token_hash))`,
  `create table place_guests (
    site_id uuid not null, user_id text not null, link_id uuid not null, created_at timestamptz not null, primary key (site_id, user_id))`,
  `create index place_guests_user on place_guests (user_id)`,
  // status is in no index, so that a charger's every word does not touch one. told: the site's hub has it. power_w: the owner's word, else the hub's.
  `create table place_connectors (
    site_id uuid not null, cp_id text not null, connector_id smallint not null, type text, own_power_w integer, told_power_w integer,
    power_w integer generated always as (coalesce(own_power_w, told_power_w)) stored, label text not null default '', tariff_id text,
    told boolean not null default false, status text, since timestamptz,
    seat text not null generated always as (cp_id || '/' || connector_id) stored, listed boolean not null default false,
    lat double precision, lng double precision, band integer generated always as (floor(lat * 20)::integer) stored,
    primary key (site_id, cp_id, connector_id)) with (fillfactor = 80)`,
  `create index place_connectors_search on place_connectors (type, band, lng) include (site_id, lat, power_w) where listed`,
  // What a driver is told of a connector: by its charger's line, the whole charger's status (connector 0) and its own.
  `create function place_status(online boolean, whole text, own text) returns text language sql immutable as $$
    select case
      when not online or whole in ('Unavailable', 'Faulted') or own in ('Unavailable', 'Faulted') then 'outOfService'
      when own = 'Available' then 'available' when own = 'Reserved' then 'reserved' when own is not null then 'occupied' end
  $$`,
  `create function place_is_listed(site uuid) returns boolean language sql stable as $$
    select exists (select from places where site_id = site and state = 'approved' and access <> 'private')
  $$`,
  // Brings the rows of some charge points in line with what the hub has told of them.
  `create function place_refresh(site uuid, cps text[], now timestamptz) returns void language sql as $$
    update place_connectors p set told = false, status = null, since = null, listed = false
    where p.site_id = site and p.cp_id = any(cps) and p.told
      and not exists (select from charge_points c where c.site_id = site and c.cp_id = p.cp_id);
    insert into place_connectors as p (site_id, cp_id, connector_id, tariff_id, told, status, since, listed, lat, lng)
    select c.site_id, c.cp_id, n.connector_id, c.tariff_id, true, place_status(c.online, w.status, k.status), now, place_is_listed(site), l.lat, l.lng
    from charge_points c
    cross join lateral (
      select generate_series(1, c.connectors)::smallint as connector_id
      union select o.connector_id from connectors o where o.site_id = c.site_id and o.cp_id = c.cp_id and o.connector_id > 0) n
    left join connectors k on k.site_id = c.site_id and k.cp_id = c.cp_id and k.connector_id = n.connector_id
    left join connectors w on w.site_id = c.site_id and w.cp_id = c.cp_id and w.connector_id = 0
    left join places l on l.site_id = c.site_id
    where c.site_id = site and c.cp_id = any(cps)
    on conflict (site_id, cp_id, connector_id) do update set
      tariff_id = excluded.tariff_id, told = true, status = excluded.status, listed = excluded.listed,
      since = case when p.status is distinct from excluded.status then excluded.since else p.since end
    where (p.tariff_id, p.told, p.status) is distinct from (excluded.tariff_id, true, excluded.status)
  $$`,
  `select place_refresh(c.site_id, array_agg(c.cp_id), now()) from charge_points c group by c.site_id`,
  candidates,
  details,
];
