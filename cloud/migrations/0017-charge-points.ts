import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What owners say of their charge points: a name, and that one is retired. Browsers that are told by push belong to a sign-in. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Beside charge_points, which is the hub's word and goes and comes with it. block_ids: the blocks that keep a retired one from being booked.
  `create table own_charge_points (
    site_id uuid not null, cp_id text not null, name text, retired_at timestamptz, block_ids uuid[] not null default '{}',
    primary key (site_id, cp_id))`,
  `alter table place_connectors add column retired boolean not null default false`,
  // As before; and one that is retired is not listed.
  `create or replace function place_refresh(site uuid, cps text[], now timestamptz) returns void language sql as $$
    update place_connectors p set told = false, status = null, since = null, listed = false
    where p.site_id = site and p.cp_id = any(cps) and p.told
      and not exists (select from charge_points c where c.site_id = site and c.cp_id = p.cp_id);
    insert into place_connectors as p (site_id, cp_id, connector_id, tariff_id, told, status, since, retired, listed, lat, lng)
    select c.site_id, c.cp_id, n.connector_id, c.tariff_id, true, place_status(c.online, w.status, k.status), now,
      o.retired_at is not null, place_is_listed(site) and o.retired_at is null, l.lat, l.lng
    from charge_points c
    cross join lateral (
      select generate_series(1, c.connectors)::smallint as connector_id
      union select o.connector_id from connectors o where o.site_id = c.site_id and o.cp_id = c.cp_id and o.connector_id > 0) n
    left join connectors k on k.site_id = c.site_id and k.cp_id = c.cp_id and k.connector_id = n.connector_id
    left join connectors w on w.site_id = c.site_id and w.cp_id = c.cp_id and w.connector_id = 0
    left join own_charge_points o on o.site_id = c.site_id and o.cp_id = c.cp_id
    left join places l on l.site_id = c.site_id
    where c.site_id = site and c.cp_id = any(cps)
    on conflict (site_id, cp_id, connector_id) do update set
      tariff_id = excluded.tariff_id, told = true, status = excluded.status, retired = excluded.retired, listed = excluded.listed,
      since = case when p.status is distinct from excluded.status then excluded.since else p.since end
    where (p.tariff_id, p.told, p.status, p.retired) is distinct from (excluded.tariff_id, true, excluded.status, excluded.retired)
  $$`,
  // Without one: subscribed before this was noted; it holds as long as the person is signed in anywhere.
  `alter table push_subscriptions add column session_id text`,
];
