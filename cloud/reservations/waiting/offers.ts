import type { Selectable } from "kysely";
import { sql } from "kysely";
import { instantOfSlot, startOfSlot } from "../../../shared/booking";
import { AppError } from "../../../shared/error";
import type { Db } from "../../db/database";
import type { Deps } from "../../deps";
import { notify } from "../../notifications/notify";
import { requireBookable } from "../../sites/visit";
import { lockBook } from "../book";
import { offeringOf, saleFor } from "../offer";
import type { Offering } from "../offer";
import { sellOnce } from "../sell";
import type { WaitTable } from "./tables";

/** Nobody is offered what begins sooner, as `reservation_awaited` has it (cloud/migrations/0012-waiting-recurring.ts). */
export const LATEST_MS = 5 * 60_000;
const DEFAULT_OFFER_MINUTES = 30;
/** Answers of `saleFor` that are the site's, and pass. */
const forNow = new Set(["closed", "hub_not_ready"]);
/** Offers of one round: each takes a few queries under the site's lock. The next round goes on. */
const AT_ONCE = 50;

type Needs = Pick<Deps, "db" | "now" | "newId">;
export type WaitRow = Selectable<WaitTable>;

/** How long an offer holds at a site, minutes. */
export async function offerMinutesOf(db: Db, siteId: string): Promise<number> {
  const row = await db
    .selectFrom("booking_wait_settings")
    .select("offer_minutes")
    .where("site_id", "=", siteId)
    .executeTakeFirst();
  return row?.offer_minutes ?? DEFAULT_OFFER_MINUTES;
}

/**
 * Brings a site's line up to date, in one transaction under the site's lock: offers that ran out are missed, what begins too soon is over, and what is free is offered to the first in
 * line who can have all that they wait for, then to the next. An offer is a hold, by the function that sells: so a place is offered to one at a time, and
 * to nobody while it is sold, blocked or the hub's. Gives how many offers it made.
 */
export async function offerInLine({ db, now, newId }: Needs, siteId: string): Promise<number> {
  if (!(await hasWork(db, siteId, now()))) return 0;
  return db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const site = await trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
    await endOld(trx, siteId, site.name, now());
    const waiting = await fitting(trx, siteId, now());
    if (waiting.length === 0) return 0;
    const offering = await offeringOf(trx, siteId);
    const minutes = await offerMinutesOf(trx, siteId);
    let made = 0;
    for (const row of waiting) {
      const sale = await saleTo(trx, offering, row, newId());
      if (sale === "later") break;
      if (!sale) continue;
      const until = Math.min(now() + minutes * 60_000, startOfSlot(row.from_slot));
      const { user_id: userId, class: kind, wait_id: wait } = row;
      const seats = offering.seats.flatMap((each) => (each.class === kind ? [each.seat] : []));
      const order = { siteId, userId, key: sale.key as string, sale, seats, pinTag: null, promote: false };
      const sold = await sellOnce(trx, { ...order, holdUntil: until, wait }, now());
      if (!sold.ok) {
        // Mostly an earlier one in line has it. What can never be sold to them would keep those behind from it.
        if (sold.refusal === "key_reused") await giveUp(trx, row, sold.refusal);
        continue;
      }
      made += 1;
      const times = { start: instantOfSlot(row.from_slot), end: instantOfSlot(row.to_slot) };
      const data = { siteId, siteName: site.name, waitId: wait, ...times, until: new Date(until).toISOString() };
      await notify(trx, { userId, kind: "waitingOffer", siteId, key: sale.booking, data, now: now() });
    }
    return made;
  });
}

/** Whether there is anything to do, at the cost of one query and no lock. */
async function hasWork(db: Db, siteId: string, now: number): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select exists (
      select from booking_waits w where w.site_id = ${siteId} and (
        (w.state = 'offered' and w.offer_until <= ${new Date(now)})
        or (w.state = 'offered' and not exists (
          select from reservations r where r.site_id = w.site_id and r.booking = w.hold and r.version = 0))
        or (w.state = 'waiting' and w.from_slot::bigint * 900 <= ${latest(now)})
        or (w.state = 'waiting' and ${fits(now)}))) as due`.execute(db);
  return rows[0]?.due === true;
}

/** What begins at this second or before is not offered any more. */
const latest = (now: number) => Math.floor((now + LATEST_MS) / 1000);

/** Whether a seat has all the cells that `w` waits for. */
const fits = (now: number) => sql<boolean>`exists (
  select from booking_seats s where s.site_id = w.site_id and s.class = w.class and not s.gone and not s.walk_in
    and reservation_refusal(w.site_id, s.seat, w.from_slot, w.to_slot, ${new Date(now)}, '') is null)`;

async function fitting(db: Db, siteId: string, now: number): Promise<WaitRow[]> {
  const { rows } = await sql<WaitRow>`
    select w.* from booking_waits w where w.site_id = ${siteId} and w.state = 'waiting' and ${fits(now)} order by w.line limit ${AT_ONCE}`.execute(
    db,
  );
  return rows;
}

async function endOld(db: Db, siteId: string, siteName: string, now: number): Promise<void> {
  const { rows: missed } = await sql<WaitRow>`
    update booking_waits w set state = 'missed' where w.site_id = ${siteId} and w.state = 'offered' and not exists (
      select from reservations r
      where r.site_id = w.site_id and r.booking = w.hold and r.version = 0 and r.expires_at > ${new Date(now)})
    returning w.*`.execute(db);
  for (const { user_id: userId, wait_id: waitId, from_slot, to_slot, offer_until } of missed) {
    // Given back by hand.
    if (offer_until && offer_until.getTime() > now) continue;
    const data = { siteId, siteName, start: instantOfSlot(from_slot), end: instantOfSlot(to_slot) };
    await notify(db, { userId, kind: "waitingMissed", siteId, key: waitId, data, now });
  }
  await sql`
    update booking_waits set state = 'over', reason = 'past'
    where site_id = ${siteId} and state = 'waiting' and from_slot::bigint * 900 <= ${latest(now)}`.execute(db);
}

/**
 * What a driver would buy, at today's price. `later`: the site sells nothing just now. Undefined: this driver cannot have it any more, as when the site is for members since; their
 * waiting is over, so that they keep nobody behind them from it.
 */
async function saleTo(db: Db, offering: Offering, row: WaitRow, booking: string) {
  const { site_id: siteId, user_id: userId, wait_id: waitId, from_slot: from, to_slot: to } = row;
  try {
    await requireBookable(db, siteId, userId, { start: instantOfSlot(from), end: instantOfSlot(to) });
    return saleFor(offering, booking, `${userId}:wait:${waitId}`, { class: row.class, from, to });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (forNow.has(error.code)) return "later";
    await giveUp(db, row, error.code);
    return undefined;
  }
}

async function giveUp(db: Db, { site_id: siteId, wait_id: waitId }: WaitRow, reason: string): Promise<void> {
  await db
    .updateTable("booking_waits")
    .set({ state: "over", reason })
    .where("site_id", "=", siteId)
    .where("wait_id", "=", waitId)
    .execute();
}
