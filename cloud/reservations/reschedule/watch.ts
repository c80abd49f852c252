import { sql } from "kysely";
import { z } from "zod";
import type { Sale } from "../../../shared/booking";
import { instantOfSlot, saleId, slotOf } from "../../../shared/booking";
import type { Db } from "../../db/database";
import { CONNECTED_MS } from "../../hubs/connected";
import type { Deps } from "../../deps";
import { forEach } from "../../jobs/each";
import { defineJob } from "../../jobs/job";
import { notify } from "../../notifications/notify";
import { loadBook, lockBook } from "../book";
import { askForCells } from "../near";
import { alternativeFor, freeSeats, plugOf } from "./alternative";
import { takeSeat } from "./move";
import { decided, offerAgain, openOffer } from "./open-offer";
import { isWaiting, owedAfterRelease } from "./owed";
import { releaseSale } from "./release";
import { tellAtRisk, tellReleased } from "./tell";
import type { Cause } from "./tables";

/** A connector that has been out of service for so long is not waited for; it may just be starting again before. */
const OUT_MS = 10 * 60_000;
/** So long before a booking starts its driver is told, where its charger fails: earlier, it may be mended yet. */
const NEAR_SLOTS = 8;
/** And where it is gone from the hub's list: a hub that was just put in has none for a while. */
const GONE_SLOTS = 96;
/** Looked at in one round, of all sites together. */
const PAGE = 200;

/** Sees to bookings whose connector cannot be counted on: offers something else, takes that back where it works again, and gives up what nobody has decided by its start. */
export const rescheduleJob = defineJob({
  name: "reservations.reschedule",
  data: z.object({}),
  retry: { limit: 2, delaySeconds: 30 },
  everySeconds: 60,
  async run(deps) {
    const { db, now } = deps;
    const again = ({ site_id: siteId, user_id: userId, booking, version, sale }: Open) =>
      offerAgain(deps, { siteId, userId, booking }, { version, sale, offer: null }, true);
    // One after the other: what one of them does, the next one finds.
    const steps = [
      async () => forEach(await recovered(db), (row) => withdraw(deps, row)),
      async () => forEach(await undecided(db, now()), (row) => expire(deps, row)),
      async () => forEach(await unserved(db, now()), again),
      async () => forEach(await troubled(db, now()), (row) => offer(deps, row)),
    ];
    await forEach(steps, (step) => step());
  },
});

interface Named {
  site_id: string;
  booking: string;
  version: number;
}
interface Row extends Named {
  sale: Sale;
  user_id: string;
  cause: Cause;
}

const blocked = sql`exists (
  select from booking_blocks b where b.site_id = r.site_id and b.reschedule and (b.seat is null or b.seat = r.seat)
    and b.cells && int4range(r.from_slot, r.to_slot))`;
const gone = sql`exists (select from booking_seats s where s.site_id = r.site_id and s.seat = r.seat and s.gone)`;
const out = sql`exists (
  select from place_connectors p where p.site_id = r.site_id and p.seat = r.seat and p.told and p.status = 'outOfService')`;

/** The first of each site, then the second of each: one site's many keep nobody else's waiting. */
const inTurn = sql`row_number() over (partition by r.site_id order by r.from_slot), r.from_slot`;

/** Bookings to come whose seat cannot be counted on, and that nothing was offered for yet. */
async function troubled(db: Db, now: number): Promise<Row[]> {
  const slot = slotOf(now);
  const { rows } = await sql<Row>`
    select r.site_id, r.booking, r.version, r.sale, r.user_id, case when ${out} and not ${blocked} then 'charger' else 'owner' end as cause
    from reservations r
    where r.version > 0 and r.stage = 'reserved' and r.cancel_owed is null and r.user_id is not null and r.from_slot > ${slot}
      and not exists (
        select from booking_reschedules o where o.site_id = r.site_id and o.booking = r.booking and o.version = r.version and o.state <> 'withdrawn')
      and (${blocked} or (r.from_slot <= ${slot + GONE_SLOTS} and ${gone}) or (r.from_slot <= ${slot + NEAR_SLOTS}
        and exists (
          select from place_connectors p where p.site_id = r.site_id and p.seat = r.seat and p.told and p.status = 'outOfService'
            and p.since <= ${new Date(now - OUT_MS)})
        and exists (
          select from hubs h where h.site_id = r.site_id and h.replaced_at is null and h.last_seen_at >= ${new Date(now - CONNECTED_MS)})))
    order by ${inTurn} limit ${PAGE}`.execute(db);
  return rows;
}

/** Offers whose seat works again. What the hub said last counts, also while it is away. */
async function recovered(db: Db): Promise<Named[]> {
  const { rows } = await sql<Named>`
    select r.site_id, r.booking, r.version from booking_reschedules o join reservations r using (site_id, booking, version)
    where o.state = 'offered' and not ${blocked} and not ${gone} and not ${out} order by ${inTurn} limit ${PAGE}`.execute(
    db,
  );
  return rows;
}

interface Open extends Named {
  sale: Sale;
  user_id: string;
}

/** Offers of nothing, which is looked for again: it may have come free. */
async function unserved(db: Db, now: number): Promise<Open[]> {
  const { rows } = await sql<Open>`
    select r.site_id, r.booking, r.version, r.sale, r.user_id from booking_reschedules o join reservations r using (site_id, booking, version)
    where o.state = 'offered' and o.offer is null and o.from_slot > ${slotOf(now)} order by ${inTurn} limit ${PAGE}`.execute(
    db,
  );
  return rows;
}

/** Offers whose booking starts, or has come to something else meanwhile. */
async function undecided(db: Db, now: number): Promise<Open[]> {
  const { rows } = await sql<Open>`
    select r.site_id, r.booking, r.version, r.sale, r.user_id from booking_reschedules o join reservations r using (site_id, booking, version)
    where o.state = 'offered' and (o.from_slot <= ${slotOf(now)} or r.stage <> 'reserved' or r.cancel_owed is not null) order by ${inTurn} limit ${PAGE}`.execute(
    db,
  );
  return rows;
}

/** Once, however many look: the row is its own witness, under the site's lock. */
async function offer(
  { db, now }: Deps,
  { site_id: siteId, booking, version, sale: seen, user_id: userId, cause }: Row,
): Promise<void> {
  const alternative = await alternativeFor(db, { siteId, userId, sale: seen }, now());
  await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const book = await loadBook(trx, siteId, { bookings: [booking] });
    const sale = book?.sales[saleId({ booking, version })];
    if (!isWaiting(sale)) return;
    const row = {
      state: "offered" as const,
      cause,
      offer: alternative && JSON.stringify(alternative),
      from_slot: sale.from,
      offered_at: new Date(now()),
      decided_at: null,
    };
    const made = await trx
      .insertInto("booking_reschedules")
      .values({ site_id: siteId, booking, version, ...row })
      .onConflict((conflict) =>
        conflict
          .columns(["site_id", "booking", "version"])
          .doUpdateSet(row)
          .where("booking_reschedules.state", "=", "withdrawn"),
      )
      .returning("booking")
      .executeTakeFirst();
    if (!made) return;
    await tellAtRisk(trx, { siteId, userId, sale }, alternative, now());
  });
}

async function withdraw({ db, now }: Deps, { site_id: siteId, booking, version }: Named): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const row = await trx
      .updateTable("booking_reschedules as o")
      .from("reservations as r")
      .set({ state: "withdrawn", decided_at: new Date(now()) })
      .whereRef("r.site_id", "=", "o.site_id")
      .whereRef("r.booking", "=", "o.booking")
      .whereRef("r.version", "=", "o.version")
      .where("o.site_id", "=", siteId)
      .where("o.booking", "=", booking)
      .where("o.version", "=", version)
      .where("o.state", "=", "offered")
      .where("r.stage", "=", "reserved")
      .where("r.cancel_owed", "is", null)
      .returning(["r.user_id", "r.from_slot"])
      .executeTakeFirst();
    if (!row?.user_id) return;
    const site = await trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
    const data = { siteId, siteName: site.name, booking, start: instantOfSlot(row.from_slot) };
    await notify(trx, { userId: row.user_id, kind: "bookingStands", siteId, data, now: now() });
  });
}

/**
 * At the start, what was not decided is decided: where another connector of the site is free by now, the booking goes there, since nothing that was agreed changes; else it is given up. What
 * was used, cancelled or changed meanwhile is nobody's to decide any more.
 */
async function expire(deps: Deps, row: Open): Promise<void> {
  const { db, wake, now } = deps;
  const { site_id: siteId, booking, sale } = row;
  const { class: kind, from, to, seat: except } = sale;
  const type = (await plugOf(db, siteId, except))?.type ?? null;
  const look = () => freeSeats(db, { siteId, class: kind, from, to, booking, except, type }, now());
  const seats = await look();
  let done = await decideLate(deps, row, seats, true);
  if (done === "not_owner") {
    await askForCells(deps, siteId, seats, { from, to });
    done = await decideLate(deps, row, await look(), false);
  }
  if (typeof done === "object" && done.hubId) wake.tell(`feed:${done.hubId}`, `site:${siteId}`);
}

/** `not_owner`: nothing is decided yet, as the hub may be asked for a seat (`mayAsk`). */
async function decideLate(
  { db, now }: Deps,
  { site_id: siteId, booking, version, user_id: userId }: Open,
  seats: readonly string[],
  mayAsk: boolean,
): Promise<{ hubId: string | undefined } | "not_owner"> {
  return db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const which = { siteId, userId, booking, version };
    const open = await openOffer(trx, which, version);
    if (!open) return { hubId: undefined };
    const { book, sale, offer, offeredAt } = open;
    if (!isWaiting(sale)) {
      await decided(trx, which, "over", now());
      return { hubId: undefined };
    }
    const taken = await takeSeat(trx, which, sale, seats, now());
    if (taken === "not_owner" && mayAsk) return taken;
    await decided(trx, which, typeof taken === "object" ? "moved" : "expired", now());
    if (typeof taken === "object") return taken;
    const owed = await owedAfterRelease(trx, { siteId, userId, sale }, { offer, offeredAt }, now());
    await tellReleased(trx, { siteId, userId, sale }, owed, now());
    return { hubId: await releaseSale(trx, book, sale, owed, now()) };
  });
}
