import type { Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import { FOREVER, slotOf } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import { rangeText } from "../reservations/ranges";
import { mayHaveComeFree } from "../reservations/waiting/job";
import { listConnectors } from "./places";
import type { OwnChargePointTable } from "./tables";

/**
 * What owners say of their charge points. The hub's word of them comes and goes with the hub; this stays, also where the hub forgets one and learns it again. A retired one is on no list and no
 * board, drivers cannot start it, and the cloud sells nothing on it: what was sold before stays, or is offered another place.
 */

export interface ChargePointId {
  siteId: string;
  cpId: string;
}

type Own = Selectable<OwnChargePointTable>;

function readOwn(db: Db | Transaction<Database>, { siteId, cpId }: ChargePointId): Promise<Own | undefined> {
  return db
    .selectFrom("own_charge_points")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("cp_id", "=", cpId)
    .executeTakeFirst();
}

/** A charge point as its hub and its owner describe it. Throws AppError `not_found` where neither does. */
export async function readChargePoint(db: Db, id: ChargePointId, now: number) {
  const { siteId, cpId } = id;
  const told = await db
    .selectFrom("charge_points")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("cp_id", "=", cpId)
    .executeTakeFirst();
  const own = await readOwn(db, id);
  if (!told && !own) throw notFound("charge point");
  return {
    cpId,
    name: own?.name ?? told?.name ?? null,
    ownName: own?.name ?? null,
    told: told !== undefined,
    vendor: told?.vendor ?? null,
    model: told?.model ?? null,
    serialNumber: told?.serial_number ?? null,
    firmwareVersion: told?.firmware_version ?? null,
    retiredAt: own?.retired_at?.toISOString() ?? null,
    bookings: await countBookings(db, id, now),
  };
}

/** Bookings of its connectors that nobody has come for yet. */
async function countBookings(
  db: Db | Transaction<Database>,
  { siteId, cpId }: ChargePointId,
  now: number,
): Promise<number> {
  const rows = await db
    .selectFrom("reservations as r")
    .innerJoin("place_connectors as p", (join) =>
      join.onRef("p.site_id", "=", "r.site_id").onRef("p.seat", "=", "r.seat"),
    )
    .select("r.booking")
    .where("r.site_id", "=", siteId)
    .where("p.cp_id", "=", cpId)
    .where("r.version", ">", 0)
    .where("r.stage", "=", "reserved")
    .where("r.cancel_owed", "is", null)
    .where("r.to_slot", ">", slotOf(now))
    .execute();
  return rows.length;
}

/** Notes what differs from the hub's word. Throws AppError `not_found` for a charge point that the site's hub has not told of. */
async function note(
  trx: Transaction<Database>,
  id: ChargePointId,
  changes: Partial<Pick<Own, "name" | "retired_at" | "block_ids">>,
): Promise<void> {
  const { siteId: site_id, cpId: cp_id } = id;
  const told = await trx
    .selectFrom("charge_points")
    .select("cp_id")
    .where("site_id", "=", site_id)
    .where("cp_id", "=", cp_id)
    .executeTakeFirst();
  if (!told && !(await readOwn(trx, id))) throw notFound("charge point");
  await trx
    .insertInto("own_charge_points")
    .values({ site_id, cp_id, ...changes })
    .onConflict((conflict) => conflict.columns(["site_id", "cp_id"]).doUpdateSet(changes))
    .execute();
}

/** Names it; null: as the hub does. */
export async function nameChargePoint(
  trx: Transaction<Database>,
  id: ChargePointId,
  name: string | null,
): Promise<void> {
  await note(trx, id, { name });
}

/** A session of which nothing was heard for so long is one whose end never came, as of a hub that was replaced; its end is billed all the same if it comes yet. */
const SILENT_MS = 7 * 86_400_000;

/** Whether a session runs there, as far as anybody knows. */
async function isInUse(trx: Transaction<Database>, { siteId, cpId }: ChargePointId, now: number): Promise<boolean> {
  const rows = await trx
    .selectFrom("sessions")
    .select(["started_at", "session"])
    .where("site_id", "=", siteId)
    .where("cp_id", "=", cpId)
    .where("ended_at", "is", null)
    .execute();
  const isHeard = (at: number) => at > now - SILENT_MS;
  return rows.some((row) => isHeard(row.started_at.getTime()) || isHeard(Date.parse(row.session.lastReadingAt)));
}

/**
 * Takes it out of service for good, under the lock of the site's book: `bookings` is how many its owner was shown, and `reschedule` whether their drivers are offered something else. Throws AppError `wrong_state` (409) where it is
 * retired, `in_use` (409) while a session runs on it, `bookings_affected` (409) where there are more bookings than were shown.
 */
export async function retireChargePoint(
  trx: Transaction<Database>,
  id: ChargePointId,
  order: { bookings: number; reschedule: boolean; now: number },
): Promise<void> {
  const { bookings, reschedule, now } = order;
  if ((await readOwn(trx, id))?.retired_at) {
    throw new AppError("wrong_state", "This charge point is retired already.", { status: 409 });
  }
  if (await isInUse(trx, id, now)) {
    throw new AppError("in_use", "A session runs at this charge point. End it first.", { status: 409 });
  }
  const count = await countBookings(trx, id, now);
  if (count > bookings) {
    throw new AppError("bookings_affected", "This meets bookings that you have not been shown.", {
      status: 409,
      details: { count },
    });
  }
  await note(trx, id, { retired_at: new Date(now) });
  await blockSeats(trx, id, { reschedule, now });
  await setRetired(trx, id, true);
}

/** Keeps those of its connectors from being booked that are not yet, also those that are no seats: reservations may be turned on later. Gives whether there were any. */
async function blockSeats(
  trx: Transaction<Database>,
  { siteId, cpId }: ChargePointId,
  { reschedule, now }: { reschedule: boolean; now: number },
): Promise<boolean> {
  const cells = rangeText({ from: slotOf(now), to: FOREVER });
  const { rows } = await sql`
    with added as (
      insert into booking_blocks (site_id, block_id, seat, cells, reschedule, created_at)
      select p.site_id, gen_random_uuid(), p.seat, ${cells}::int4range, ${reschedule}, ${new Date(now)}
      from place_connectors p join own_charge_points o using (site_id, cp_id)
      where p.site_id = ${siteId} and p.cp_id = ${cpId} and not exists (
        select from booking_blocks b where b.site_id = p.site_id and b.seat = p.seat and b.block_id = any(o.block_ids))
      returning block_id)
    update own_charge_points set block_ids = block_ids || array(select block_id from added)
    where site_id = ${siteId} and cp_id = ${cpId} and exists (select from added) returning cp_id`.execute(trx);
  return rows.length > 0;
}

/**
 * A hub may tell of a connector only after its charge point was retired: it is no more booked than the others. In the transaction that moves the hub's cursor, under the lock of the site's book.
 * Gives whether the hub is to hear of it.
 */
export async function blockRetired(
  trx: Transaction<Database>,
  siteId: string,
  cpIds: readonly string[],
  now: number,
): Promise<boolean> {
  const retired = await trx
    .selectFrom("own_charge_points")
    .select("cp_id")
    .where("site_id", "=", siteId)
    .where("cp_id", "in", [...cpIds])
    .where("retired_at", "is not", null)
    .execute();
  let isNews = false;
  for (const { cp_id: cpId } of retired) {
    if (await blockSeats(trx, { siteId, cpId }, { reschedule: false, now })) isNews = true;
  }
  return isNews;
}

/** Throws AppError `wrong_state` (409) for a block that goes only with the restoring of a charge point. */
export async function requireFreeBlock(trx: Transaction<Database>, siteId: string, blockId: string): Promise<void> {
  const kept = await trx
    .selectFrom("own_charge_points")
    .select("cp_id")
    .where("site_id", "=", siteId)
    .where(sql<boolean>`${blockId}::uuid = any(block_ids)`)
    .executeTakeFirst();
  if (!kept) return;
  const message = `This block belongs to the retired charge point ${kept.cp_id}. Take that into service again instead.`;
  throw new AppError("wrong_state", message, { status: 409 });
}

/** Takes it into service again, under the same lock. Throws AppError `not_found`, or `wrong_state` (409) where it is not retired. */
export async function restoreChargePoint(trx: Transaction<Database>, id: ChargePointId): Promise<void> {
  const { siteId } = id;
  const own = await readOwn(trx, id);
  await note(trx, id, { retired_at: null, block_ids: [] });
  if (!own?.retired_at) throw new AppError("wrong_state", "This charge point is in service.", { status: 409 });
  if (own.block_ids.length > 0) {
    await trx
      .deleteFrom("booking_blocks")
      .where("site_id", "=", siteId)
      .where("block_id", "in", own.block_ids)
      .execute();
  }
  await setRetired(trx, id, false);
  await mayHaveComeFree(trx, siteId);
}

async function setRetired(
  trx: Transaction<Database>,
  { siteId, cpId }: ChargePointId,
  retired: boolean,
): Promise<void> {
  await trx
    .updateTable("place_connectors")
    .set({ retired, ...(retired ? { listed: false } : {}) })
    .where("site_id", "=", siteId)
    .where("cp_id", "=", cpId)
    .execute();
  await listConnectors(trx, siteId);
}
