import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Book, Sale, Seat, Span } from "../../shared/booking";
import { AHEAD_SLOTS, held, isOpen, newBook, postings, saleId, slotOf } from "../../shared/booking";
import type { Database } from "../db/schema";
import { storableJson } from "../db/storable";
import { settleLater } from "../payments/booking-jobs";
import { multirangeText, rangeText, spansOf } from "./ranges";

/**
 * The cloud's book of a site in PostgreSQL. A decision of shared/booking is made under the site's lock: load the part of the book that it looks at, decide,
 * write what changed, and with it feed and ledger, in one transaction.
 */

/** One booking transaction of a site at a time. Taken before any row of the site or its hub is locked. */
export async function lockBook(trx: Transaction<Database>, siteId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${siteId}, 0))`.execute(trx);
}

/** Which sales a decision looks at: all versions of these bookings, those that share a cell with `near`, and the one of this key. */
interface Part {
  bookings?: string[];
  near?: Span;
  key?: string;
  /** And all that have not ended, however long ago they should have. */
  open?: boolean;
}

/** Everything to come, and the last day. */
export function liveSpan(now: number): Span {
  return { from: Math.max(0, slotOf(now) - 96), to: slotOf(now) + 2 * AHEAD_SLOTS };
}

/** The site's book with a part of its sales; undefined where no hub was ever paired. */
export async function loadBook(trx: Transaction<Database>, siteId: string, part: Part): Promise<Book | undefined> {
  const head = await trx.selectFrom("booking_books").selectAll().where("site_id", "=", siteId).executeTakeFirst();
  if (!head) return undefined;
  const rows = await trx
    .selectFrom("booking_seats")
    .selectAll()
    .where("site_id", "=", siteId)
    .orderBy("place")
    .execute();
  const seats = rows.filter(({ gone }) => !gone);
  const sales = await salesOf(trx, siteId, part);
  return {
    ...newBook("cloud", siteId),
    epoch: head.epoch,
    recovery: head.recovery,
    seats: Object.fromEntries(
      seats.map((row): [string, Seat] => [row.seat, { class: row.class, walkIn: row.walk_in }]),
    ),
    owned: Object.fromEntries(rows.map((row) => [row.seat, spansOf(row.owned)])),
    sales: Object.fromEntries(sales.map((sale) => [saleId(sale), sale])),
  };
}

async function salesOf(trx: Transaction<Database>, siteId: string, part: Part): Promise<Sale[]> {
  const { bookings = [], near, key, open = false } = part;
  const rows = await trx
    .selectFrom("reservations")
    .select("sale")
    .where("site_id", "=", siteId)
    .where("version", ">", 0)
    .where(({ or, and, eb }) =>
      or([
        ...(bookings.length > 0 ? [eb("booking", "in", bookings)] : []),
        ...(near ? [and([eb("to_slot", ">", near.from), eb("from_slot", "<", near.to)])] : []),
        ...(key === undefined ? [] : [eb("key", "=", key)]),
        ...(open ? [eb("stage", "<>", "ended")] : []),
      ]),
    )
    .execute();
  return rows.map(({ sale }) => sale);
}

/** Writes what changed between two books: head, seats, cells, sales, and what is owed now. */
export async function saveBook(trx: Transaction<Database>, before: Book, after: Book, now: number): Promise<void> {
  const siteId = after.hub;
  if (after.epoch !== before.epoch || after.recovery !== before.recovery) {
    const head = { epoch: after.epoch, recovery: after.recovery };
    await trx.updateTable("booking_books").set(head).where("site_id", "=", siteId).execute();
  }
  await saveSeats(trx, before, after);
  const changed = Object.values(after.sales).filter((sale) => before.sales[saleId(sale)] !== sale);
  const over = changed.filter((sale) => !isOpen(sale) || sale.cancel !== null);
  await settleLater(trx, siteId, [...new Set(over.map(({ booking }) => booking))]);
  // What ended comes first: its cells may be another's already.
  for (const sale of changed.toSorted((a, b) => Number(isOpen(a)) - Number(isOpen(b)))) {
    await saveSale(trx, siteId, sale, now);
    for (const posting of postings(before.sales[saleId(sale)], sale)) {
      await trx
        .insertInto("booking_postings")
        .values({ site_id: siteId, ...posting, at: new Date(now) })
        .execute();
    }
  }
}

async function saveSeats(trx: Transaction<Database>, before: Book, after: Book): Promise<void> {
  const siteId = after.hub;
  for (const [place, [seat, { class: kind, walkIn }]] of Object.entries(after.seats).entries()) {
    if (after.seats === before.seats) break;
    const row = { place, class: kind, walk_in: walkIn, gone: false };
    await trx
      .insertInto("booking_seats")
      .values({ site_id: siteId, seat, ...row })
      .onConflict((conflict) => conflict.columns(["site_id", "seat"]).doUpdateSet(row))
      .execute();
  }
  for (const seat of Object.keys(before.seats)) {
    if (seat in after.seats) continue;
    await trx
      .updateTable("booking_seats")
      .set({ gone: true })
      .where("site_id", "=", siteId)
      .where("seat", "=", seat)
      .execute();
  }
  for (const [seat, spans] of Object.entries(after.owned)) {
    if (before.owned[seat] === spans) continue;
    const owned = multirangeText(spans);
    // A hub may grant cells of a seat that it has taken away meanwhile: they are kept, and sold no more.
    const unknown = { site_id: siteId, seat, place: 0, class: "", walk_in: false, gone: true, owned };
    await trx
      .insertInto("booking_seats")
      .values(unknown)
      .onConflict((conflict) => conflict.columns(["site_id", "seat"]).doUpdateSet({ owned }))
      .execute();
  }
}

/**
 * A hub's word stands, whatever the cloud believed: where it sold what another booking has here, as after a loss of memory on its side, the row is kept as
 * disputed, outside the constraint. Buyer and PIN of a booking are those of its first version.
 */
async function saveSale(trx: Transaction<Database>, siteId: string, sale: Sale, now: number): Promise<void> {
  const cells = held(sale);
  const range = cells && rangeText(cells);
  const { rows } = await sql<{ disputed: boolean }>`
    select exists (
      select from reservations where site_id = ${siteId} and seat = ${sale.seat} and held && ${range}::int4range and booking <> ${sale.booking}
        and version > 0 and not disputed
    ) as disputed`.execute(trx);
  if (range) {
    await sql`
      delete from reservations where site_id = ${siteId} and seat = ${sale.seat} and version = 0 and held && ${range}::int4range`.execute(
      trx,
    );
  }
  const first = await trx
    .selectFrom("reservations")
    .select(["user_id", "pin_tag"])
    .where("site_id", "=", siteId)
    .where("booking", "=", sale.booking)
    .orderBy("version")
    .limit(1)
    .executeTakeFirst();
  const changing = {
    to_slot: sale.to,
    held: range,
    stage: sale.stage,
    cancel_owed: sale.cancel?.owed ?? null,
    sale: storableJson(sale),
    disputed: rows[0]?.disputed === true,
  };
  const { booking, version, seat, class: kind, from, key } = sale;
  const fixed = { site_id: siteId, booking, version, seat, class: kind, from_slot: from, key };
  const buyer = { user_id: first?.user_id ?? null, pin_tag: first?.pin_tag ?? null, created_at: new Date(now) };
  await trx
    .insertInto("reservations")
    .values({ ...fixed, ...buyer, ...changing })
    .onConflict((conflict) => conflict.columns(["site_id", "booking", "version"]).doUpdateSet(changing))
    .execute();
}
