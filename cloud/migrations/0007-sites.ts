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
];
