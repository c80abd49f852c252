import type { Kysely } from "kysely";
import { sql } from "kysely";

/**
 * Reservations (ADR 0005): the cloud's half of each site's book. Cells are quarter hours since 1970 (shared/booking/slots.ts), so ranges of integers;
 * what the cloud owns of a seat is one multirange.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...tables, refusal, sell]) await sql.raw(statement).execute(db);
}

const tables = [
  `create extension if not exists btree_gist`,
  `create table booking_settings (site_id uuid primary key, settings json not null, updated_at timestamptz not null)`,
  // Booking events of a hub count where heard_epoch is the epoch: it has said what its book is since the epoch began.
  `create table booking_books (
    site_id uuid primary key, epoch integer not null, recovery text, heard_epoch integer not null, pin_secret text not null)`,
  `insert into booking_books (site_id, epoch, heard_epoch, pin_secret)
    select site_id, epoch, epoch,
      translate(rtrim(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64'), '='), '+/', '-_')
    from hubs where replaced_at is null`,
  `create table booking_seats (
    site_id uuid not null, seat text not null, place integer not null, class text not null, walk_in boolean not null, gone boolean not null default false,
    owned int4multirange not null default '{}', primary key (site_id, seat))`,
  // Version 0 is a hold, until expires_at. held: the cells that nobody else may have; null: none. disputed: a hub that lost its memory sold twice, and said so.
  `create table reservations (
    site_id uuid not null, booking text not null, version integer not null, seat text not null, class text not null, from_slot integer not null,
    to_slot integer not null, held int4range, stage text not null, cancel_owed integer, sale jsonb not null, key text, user_id text, pin_tag text,
    expires_at timestamptz, disputed boolean not null default false, created_at timestamptz not null, primary key (site_id, booking, version),
    check ((version = 0) = (expires_at is not null)),
    constraint reservations_never_twice exclude using gist (site_id with =, seat with =, held with &&, booking with <>)
      where (held is not null and not disputed))`,
  `create unique index reservations_key on reservations (site_id, key) where key is not null`,
  `create index reservations_time on reservations (site_id, to_slot)`,
  `create index reservations_user on reservations (user_id, from_slot) where user_id is not null`,
  `create index reservations_expiry on reservations (expires_at) where expires_at is not null`,
  `create table booking_postings (
    site_id uuid not null, id uuid not null default gen_random_uuid(), booking text not null, version integer not null, kind text not null, amount integer not null,
    at timestamptz not null, primary key (site_id, id))`,
  `create index booking_postings_booking on booking_postings (site_id, booking)`,
  `create table booking_requests (
    site_id uuid not null, request_id uuid not null, outcome text, created_at timestamptz not null, primary key (site_id, request_id))`,
  `create table booking_blocks (
    site_id uuid not null, block_id uuid not null, seat text, cells int4range not null, created_at timestamptz not null, primary key (site_id, block_id))`,
  `alter table feed add column epoch integer`,
];

/** Rule 1 as refusalOfSale of shared/booking/sell.ts gives it, with the owner's blocks and holds that have not run out; a test compares the two. */
const refusal = `
create function reservation_refusal(p_site uuid, p_seat text, p_from integer, p_to integer, p_now timestamptz, p_except text) returns text
language plpgsql stable as $$
declare
  v_slot integer := floor(extract(epoch from p_now) / 900);
  v_owned int4multirange;
  v_count integer;
  v_waiting integer;
begin
  select owned into v_owned from booking_seats where site_id = p_site and seat = p_seat and not gone;
  if not found then return 'unknown_seat'; end if;
  if p_from < v_slot then return 'past'; end if;
  if p_to > v_slot + 1344 then return 'too_far'; end if;
  if not v_owned @> int4range(p_from, p_to) then return 'not_owner'; end if;
  if exists (select from booking_blocks where site_id = p_site and (seat is null or seat = p_seat) and cells && int4range(p_from, p_to)) then
    return 'blocked';
  end if;
  select count(*), count(*) filter (where cancel_owed is not null and stage <> 'ended') into v_count, v_waiting
    from reservations
    where site_id = p_site and seat = p_seat and held && int4range(p_from, p_to) and booking <> p_except
      and (expires_at is null or expires_at > p_now);
  if v_count = 0 then return null; end if;
  return case when v_count = v_waiting then 'cancel_pending' else 'taken' end;
end $$`;

/**
 * Sells, or holds until p_hold_until, the cells on the first of the seats that can have them: lock, check, insert. What is refused without the lock is refused at once,
 * so that a crowd does not queue up for what is gone. p_promote: the booking is a hold of this user, and becomes a sale. The sale goes
 * into the hub's feed, and what is owed into the ledger, in the same transaction. p_sale has all of the sale but seat, class and epoch.
 */
const sell = `
create function reservation_sell(
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
        return query select null::text, v_row.sale, true, null::uuid;
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
      v_sale, p_key, p_user, p_pin_tag, p_hold_until, p_now);
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
