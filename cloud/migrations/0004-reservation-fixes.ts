import type { Kysely } from "kysely";
import { sql } from "kysely";

/**
 * Reservations, mended. A sale is kept as `json`: its tariff's text may come from a hub, and `jsonb` refuses escapes that JSON allows, which would stop that
 * hub's stream for good. And a hub says whether it can check passes: one that was paired before 0002 was never told the key of the passes and the secret
 * of their PINs.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...tables, sell]) await sql.raw(statement).execute(db);
}

const tables = [
  `alter table reservations alter column sale type json using sale::json`,
  // Of a hub: what it has said to know of the pass key and the PIN secret (cloud/reservations/pass-secrets.ts).
  `alter table hubs add column pass_secrets text`,
];

/** As in 0002, for a sale that is kept as json. */
const sell = `
create or replace function reservation_sell(
  p_site uuid, p_booking text, p_user text, p_key text, p_seats text[], p_from integer, p_to integer, p_now timestamptz, p_sale jsonb,
  p_pin_tag text, p_hold_until timestamptz, p_promote boolean)
returns table (refusal text, sold jsonb, is_repeat boolean, woken uuid)
language plpgsql volatile as $$
declare
  v_row reservations%rowtype;
  v_book booking_books%rowtype;
  v_seat text;
  v_seats text[];
  v_class text;
  v_why text;
  v_sale jsonb;
  v_hub uuid;
  v_position bigint;
begin
  for attempt in 1..2 loop
    if attempt = 2 then perform pg_advisory_xact_lock(hashtextextended(p_site::text, 0)); end if;
    select * into v_row from reservations where site_id = p_site and key = p_key;
    if found and not (p_promote and v_row.version = 0) then
      select class into v_class from booking_seats where site_id = p_site and seat = p_seats[1];
      if v_row.user_id is not distinct from p_user and v_row.class = v_class and v_row.from_slot = p_from and v_row.to_slot = p_to then
        return query select null::text, v_row.sale::jsonb, true, null::uuid;
      else
        return query select 'key_reused'::text, null::jsonb, false, null::uuid;
      end if;
      return;
    end if;
    if p_promote then
      select * into v_row from reservations
        where site_id = p_site and booking = p_booking and version = 0 and user_id = p_user and expires_at > p_now;
      if not found then
        return query select 'hold_over'::text, null::jsonb, false, null::uuid;
        return;
      end if;
      v_seats := array[v_row.seat];
    else
      v_seats := p_seats;
    end if;
    v_why := 'unknown_seat';
    foreach v_seat in array v_seats loop
      v_why := reservation_refusal(p_site, v_seat, p_from, p_to, p_now, p_booking);
      exit when v_why is null;
    end loop;
    if v_why is not null then
      return query select v_why, null::jsonb, false, null::uuid;
      return;
    end if;
  end loop;

  select * into strict v_book from booking_books where site_id = p_site;
  select class into strict v_class from booking_seats where site_id = p_site and seat = v_seat;
  v_sale := p_sale || jsonb_build_object('seat', v_seat, 'class', v_class, 'epoch', v_book.epoch);
  delete from reservations where site_id = p_site and seat = v_seat and version = 0 and held && int4range(p_from, p_to)
    and (expires_at <= p_now or booking = p_booking);
  insert into reservations
    (site_id, booking, version, seat, class, from_slot, to_slot, held, stage, sale, key, user_id, pin_tag, expires_at, created_at)
    values (p_site, p_booking, case when p_hold_until is null then 1 else 0 end, v_seat, v_class, p_from, p_to, int4range(p_from, p_to), 'reserved',
      v_sale::json, p_key, p_user, p_pin_tag, p_hold_until, p_now);
  if p_hold_until is null then
    update hubs set feed_position = feed_position + 1 where site_id = p_site and replaced_at is null
      returning hub_id, feed_position into strict v_hub, v_position;
    insert into feed (site_id, hub_id, position, type, data, epoch, created_at)
      values (p_site, v_hub, v_position, 'booking.sold', json_build_object('sale', v_sale), v_book.epoch, p_now);
    if (v_sale -> 'price' ->> 'amount')::integer > 0 then
      insert into booking_postings (site_id, booking, version, kind, amount, at)
        values (p_site, p_booking, 1, 'charge', (v_sale -> 'price' ->> 'amount')::integer, p_now);
    end if;
  end if;
  return query select null::text, v_sale, false, v_hub;
end $$`;
