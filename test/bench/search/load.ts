import type pg from "pg";
import { slotOf } from "../../../shared/booking";
import type { Position } from "./positions";

/** Connectors of a site, and reservations of a connector in the coming week. */
const EACH = 4;
const RESERVATIONS = 3;
/** Cities stand this far apart, in degrees, so that a search sees one. */
const APART = { lat: 1.1, lng: 1.8, columns: 12 };
const WEEK_SLOTS = 7 * 96;

/** Where the n-th city of this shape stands: as many more cities as there are more connectors, each as dense as the first. */
export function shift(city: number): Position {
  return {
    lat: (city % APART.columns) * APART.lat,
    lng: Math.floor(city / APART.columns) * APART.lng - 110,
  };
}

/** Cities that are whole; the last one may be cut. */
export function citiesFor(connectors: number, positions: readonly Position[]): number {
  return Math.max(1, Math.floor(connectors / EACH / positions.length));
}

/** One row a generated site: its number, its place, and the random numbers that it is made from. */
const SITES = `
  create temporary table made as
    select gen_random_uuid() as site_id, n, p.lat + (random() - 0.5) * 0.004 + (n / cities.count % ${APART.columns}) * ${APART.lat} as lat,
      p.lng + (random() - 0.5) * 0.004 + (n / cities.count / ${APART.columns}) * ${APART.lng} - 110 as lng, random() as dice
    from generate_series(0, $1::integer - 1) n, (select count(*)::integer as count from positions) cities, positions p
    where p.id = n % cities.count`;

const INSERTS = [
  `insert into sites (site_id, organization_id, name, time_zone, currency, start_policy, default_tariff_id, seller, created_at)
    select site_id, 'bench', 'Site ' || n, 'UTC', 'EUR', 'pass', 'energy', '{}', now() from made`,
  `insert into places (site_id, host, street, postal_code, city, country, lat, lng, description, facilities, hours, access, state, rating_sum, rating_count, updated_at)
    select site_id, 'business', 'Way 1', '1', 'City', 'CN', lat, lng, '', '{}',
      case when dice < 0.7 then '{"week":null,"exceptions":[]}' else $day end::json, 'public', 'approved', 3 + (dice * 8)::integer, 3, now() from made`,
  `insert into tariffs (site_id, tariff_id, tariff, updated_at)
    select site_id, 'energy', json_build_object('id', 'energy', 'currency', 'EUR', 'tax_included', true, 'elements', json_build_array(json_build_object(
      'price_components', json_build_array(json_build_object('type', 'ENERGY', 'price', 2500 + (dice * 400)::integer * 10, 'vat', 1900, 'step_size', 1))))), now() from made`,
  `insert into hubs (site_id, hub_id, name, version, paired_at, epoch, last_seen_at) select site_id, gen_random_uuid(), 'hub', 'bench', now(), 1, now() from made`,
  `insert into place_connectors (site_id, cp_id, connector_id, type, own_power_w, told, status, since, listed, lat, lng)
    select site_id, 'CP' || c, 1, (array['IEC_62196_T2', 'IEC_62196_T2', 'IEC_62196_T2_COMBO', 'CHADEMO'])[1 + (n + c) % 4],
      (array[11000, 22000, 50000, 150000])[1 + (n + c) % 4], true, case when random() < 0.85 then 'available' else 'occupied' end, now(), true, lat, lng
    from made, generate_series(1, ${EACH}) c`,
  `insert into booking_seats (site_id, seat, place, class, walk_in, owned)
    select site_id, 'CP' || c || '/1', c, 'AC', false, int4multirange(int4range($base, null)) from made, generate_series(1, ${EACH}) c`,
  `insert into reservations (site_id, booking, version, seat, class, from_slot, to_slot, held, stage, sale, created_at)
    select site_id, gen_random_uuid()::text, 1, 'CP' || c || '/1', 'AC', f, f + 8, int4range(f, f + 8), 'reserved', '{}', now()
    from made, generate_series(1, ${EACH}) c, generate_series(0, ${RESERVATIONS - 1}) r,
      lateral (select $base + r * ${WEEK_SLOTS / RESERVATIONS} + (mod((dice * 7919 * (c + r))::numeric, 1) * ${WEEK_SLOTS / RESERVATIONS - 8})::integer as f) s`,
  /** For the yardstick alone: the price of a kWh as a plain number. */
  `create table bench_prices as select site_id, (tariff #>> '{elements,0,price_components,0,price}')::integer as price from tariffs`,
  `alter table bench_prices add primary key (site_id)`,
];

const day = Array.from({ length: 7 }, () => [{ from: "07:00", to: "21:00" }]);
const DAY = JSON.stringify({
  week: Object.fromEntries(
    ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"].map((name, index) => [
      name,
      day[index],
    ]),
  ),
  exceptions: [],
});

/**
 * Fills an empty, migrated database with sites of four connectors and three reservations a connector, by statements that make the rows where they are kept. The constraint
 * that nothing is sold twice is taken off meanwhile and put back over the finished table, as one would load a back-up.
 */
export async function load(
  pool: pg.Pool,
  connectors: number,
  positions: readonly Position[],
  now: number,
): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ definition: string }>(
      "select pg_get_constraintdef(oid) as definition from pg_constraint where conname = 'reservations_never_twice'",
    );
    await client.query("alter table reservations drop constraint reservations_never_twice");
    await client.query("select setseed(0.5)");
    await client.query("create temporary table positions (id integer, lat double precision, lng double precision)");
    await client.query(
      "insert into positions select row_number() over () - 1, lat, lng from unnest($1::double precision[], $2::double precision[]) as p(lat, lng)",
      [positions.map(({ lat }) => lat), positions.map(({ lng }) => lng)],
    );
    await client.query(SITES, [connectors / EACH]);
    for (const statement of INSERTS) {
      await client.query(statement.replaceAll("$base", String(slotOf(now))).replaceAll("$day", `'${DAY}'`));
    }
    await client.query(`alter table reservations add constraint reservations_never_twice ${rows[0]!.definition}`);
    await client.query("drop table made, positions");
    await client.query("vacuum analyze");
  } finally {
    client.release();
  }
}
