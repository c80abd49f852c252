import type { Kysely } from "kysely";
import { sql } from "kysely";

/** The waiting list (cloud/reservations/waiting) and bookings that come round each week (cloud/reservations/recurring). */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...tables, awaited, "drop function reservation_sell", sell]) {
    await sql.raw(statement).execute(db);
  }
}

const tables = [
  // Who waits for cells of a class that were taken. line: the order. hold: of the offer. asked_at: when the hub was last asked for the cells.
  `create table booking_waits (
    site_id uuid not null, wait_id uuid not null, user_id text not null, class text not null, from_slot integer not null, to_slot integer not null,
    line bigint generated always as identity, state text not null, reason text, hold text, offer_until timestamptz, asked_at timestamptz,
    joined_at timestamptz not null, primary key (site_id, wait_id))`,
  `create unique index booking_waits_once on booking_waits (site_id, user_id, class, from_slot, to_slot) where state in ('waiting', 'offered')`,
  `create index booking_waits_line on booking_waits (site_id, class, from_slot) where state = 'waiting'`,
  `create index booking_waits_open on booking_waits (site_id) where state in ('waiting', 'offered')`,
  `create index booking_waits_user on booking_waits (user_id)`,
  `create table booking_wait_settings (site_id uuid primary key, offer_minutes integer not null, updated_at timestamptz not null)`,
  // handled: the last date whose booking was sold or refused.
  `create table booking_series (
    site_id uuid not null, series_id uuid not null, user_id text not null, class text not null, pattern json not null, time_zone text not null,
    handled text, ended boolean not null default false, created_at timestamptz not null, primary key (site_id, series_id))`,
  `create index booking_series_user on booking_series (user_id)`,
  `create index booking_series_open on booking_series (site_id) where not ended`,
  `create table booking_series_days (
    site_id uuid not null, series_id uuid not null, date text not null, from_slot integer, to_slot integer, booking text, refusal text,
    primary key (site_id, series_id, date))`,
];

/**
 * Whether somebody else stands in line, before this user, for cells of a wish, and could have all that they wait for now: then it is theirs first. Nobody is
 * offered what begins within five minutes.
 */
const awaited = `
create function reservation_awaited(p_site uuid, p_class text, p_user text, p_from integer, p_to integer, p_now timestamptz) returns boolean
language sql stable as $$
  select exists (
    select from booking_waits w
    where w.site_id = p_site and w.class = p_class and w.state = 'waiting' and w.user_id is distinct from p_user and w.from_slot < p_to and w.to_slot > p_from
      and w.from_slot::bigint * 900 > extract(epoch from p_now) + 300
      and not exists (
        select from booking_waits m
        where m.site_id = p_site and m.class = p_class and m.state = 'waiting' and m.user_id = p_user and m.line < w.line
          and m.from_slot <= p_from and m.to_slot >= p_to)
      and exists (
        select from booking_seats s where s.site_id = p_site and s.class = p_class and not s.gone and not s.walk_in
          and reservation_refusal(p_site, s.seat, w.from_slot, w.to_slot, p_now, '') is null))
$$`;

/**
 * As in 0004; and nobody gets past the waiting list: what is awaited is not sold to others. p_wait: this hold is the offer to that one in line. Whoever
 * has bought what he waited for waits no more.
 */
const sell = `
create function reservation_sell(
  p_site uuid, p_booking text, p_user text, p_key text, p_seats text[], p_from integer, p_to integer, p_now timestamptz, p_sale jsonb,
  p_pin_tag text, p_hold_until timestamptz, p_promote boolean, p_wait uuid default null)
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

  select class into strict v_class from booking_seats where site_id = p_site and seat = v_seat;
  if p_wait is null then
    if not p_promote and reservation_awaited(p_site, v_class, p_user, p_from, p_to, p_now) then
      return query select 'awaited'::text, null::jsonb, false, null::uuid;
      return;
    end if;
  else
    update booking_waits set state = 'offered', hold = p_booking, offer_until = p_hold_until
      where site_id = p_site and wait_id = p_wait and user_id = p_user and state = 'waiting';
    if not found then
      return query select 'hold_over'::text, null::jsonb, false, null::uuid;
      return;
    end if;
  end if;
  select * into strict v_book from booking_books where site_id = p_site;
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
    update booking_waits set state = 'booked'
      where site_id = p_site and user_id = p_user and (
        (state = 'offered' and hold = p_booking)
        or (state = 'waiting' and class = v_class and from_slot >= p_from and to_slot <= p_to));
  end if;
  return query select null::text, v_sale, false, v_hub;
end $$`;
