import { sql } from "kysely";
import { instantOfSlot, slotOf, startOfSlot } from "../../../shared/booking";
import { AppError } from "../../../shared/error";
import type { Db } from "../../db/database";
import type { Deps } from "../../deps";
import { notFound } from "../../http/errors";
import { requireBookable } from "../../sites/visit";
import { lockBook } from "../book";
import type { Wish } from "../offer";
import { offeringOf, saleFor } from "../offer";
import type { Reserved } from "../reserve";
import { confirm, requireRoom } from "../reserve";
import type { Refusal } from "../sell";
import { refused } from "../sell";
import { mayHaveComeFree } from "./job";
import { LATEST_MS } from "./offers";
import type { WaitRow } from "./offers";

/** What one driver may wait for at a time, at all sites. */
const MAX_WAITS = 10;

type Needs = Pick<Deps, "db" | "now" | "newId">;
interface Who {
  siteId: string;
  userId: string;
}

/**
 * Puts a driver in line for cells that are taken; whoever stands there already stays where they are. Gives the id. Throws AppErrors as `requireBookable` and `saleFor`, and
 * with 409 `free` (then it can be booked), `past`, `too_far`, `too_late` or `too_many_waits`.
 */
export async function join({ db, now, newId }: Needs, { siteId, userId }: Who, wish: Wish): Promise<string> {
  const { class: kind, from, to } = wish;
  await requireBookable(db, siteId, userId, { start: instantOfSlot(from), end: instantOfSlot(to) });
  const offering = await offeringOf(db, siteId);
  saleFor(offering, "", "", wish);
  if (startOfSlot(from) <= now() + LATEST_MS) {
    throw new AppError("too_late", "This time is about to begin.", { status: 409 });
  }
  return db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const { rows } = await sql<{ why: Refusal | "awaited" | null }>`
      select coalesce(
        reservation_refusal(${siteId}, seat, ${from}, ${to}, ${new Date(now())}, ''),
        case when reservation_awaited(${siteId}, ${kind}, ${userId}, ${from}, ${to}, ${new Date(now())}) then 'awaited' end) as why
      from booking_seats where site_id = ${siteId} and class = ${kind} and not gone and not walk_in`.execute(trx);
    const reasons = rows.map(({ why }) => why);
    if (reasons.includes(null)) throw new AppError("free", "This time is free: it can be booked.", { status: 409 });
    if (reasons.includes("too_far")) throw refused("too_far");
    const mine = await trx
      .selectFrom("booking_waits")
      .select(["site_id", "wait_id", "class", "from_slot", "to_slot"])
      .where("user_id", "=", userId)
      .where("state", "in", ["waiting", "offered"])
      .execute();
    const isSame = (row: (typeof mine)[number]) =>
      row.site_id === siteId && row.class === kind && row.from_slot === from && row.to_slot === to;
    const same = mine.find(isSame);
    if (same) return same.wait_id;
    if (mine.length >= MAX_WAITS) {
      throw new AppError("too_many_waits", `At most ${MAX_WAITS} places in line at a time.`, { status: 409 });
    }
    const row = { site_id: siteId, wait_id: newId(), user_id: userId, class: kind, from_slot: from, to_slot: to };
    await trx
      .insertInto("booking_waits")
      .values({ ...row, state: "waiting", joined_at: new Date(now()) })
      .execute();
    return row.wait_id;
  });
}

/** Takes a driver out of the line; an offer goes back, to the next. Throws AppError `not_found`. */
export async function leave({ db }: Pick<Deps, "db">, { siteId, userId }: Who, waitId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const gone = await trx
      .deleteFrom("booking_waits")
      .where("site_id", "=", siteId)
      .where("wait_id", "=", waitId)
      .where("user_id", "=", userId)
      .returning("hold")
      .executeTakeFirst();
    if (!gone) throw notFound("place in line");
    if (gone.hold === null) return;
    await trx
      .deleteFrom("reservations")
      .where("site_id", "=", siteId)
      .where("booking", "=", gone.hold)
      .where("version", "=", 0)
      .execute();
    await mayHaveComeFree(trx, siteId);
  });
}

/**
 * Makes a reservation of the offer, at the price and terms that it has shown; a repeated call gives the same. Throws AppError `not_found`, `not_offered` (409) or `hold_over` (410), and as
 * `confirm`.
 */
export async function acceptOffer(
  deps: Parameters<typeof confirm>[0],
  { siteId, userId }: Who,
  waitId: string,
  withPin: boolean,
): Promise<Reserved> {
  const row = await deps.db
    .selectFrom("booking_waits")
    .select(["state", "hold"])
    .where("site_id", "=", siteId)
    .where("wait_id", "=", waitId)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  if (!row) throw notFound("place in line");
  if (row.state === "waiting") throw new AppError("not_offered", "Nothing has come free yet.", { status: 409 });
  if (row.hold === null) throw refused("hold_over");
  if (row.state === "offered") await requireRoom(deps, userId, "", false);
  return confirm(deps, { siteId, userId }, row.hold, { pin: withPin });
}

/** Ended ones are listed for a week. */
const PAST_SLOTS = 7 * 96;

/** Places in line as their drivers and the site's owner see them: of one driver, or at one site; the first come first. */
export async function waitsOf(db: Db, of: { userId: string } | { siteId: string }, now: number) {
  const whose = "userId" in of ? sql`w.user_id = ${of.userId}` : sql`w.site_id = ${of.siteId}`;
  const { rows } = await sql<WaitRow & { ahead: number; expires_at: Date | null; sale: unknown; name: string }>`
    select w.*, s.name, r.expires_at, r.sale, (
      select count(*)::integer from booking_waits o
      where o.site_id = w.site_id and o.class = w.class and o.state = 'waiting' and w.state = 'waiting' and o.line < w.line
        and o.from_slot < w.to_slot and o.to_slot > w.from_slot) as ahead
    from booking_waits w join sites s on s.site_id = w.site_id
    left join reservations r on r.site_id = w.site_id and r.booking = w.hold and r.version = 0 and r.expires_at > ${new Date(now)}
    where ${whose} and w.to_slot > ${slotOf(now) - PAST_SLOTS} order by w.line limit 500`.execute(db);
  return rows;
}
