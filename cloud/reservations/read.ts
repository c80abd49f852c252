import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Sale, Span } from "../../shared/booking";
import { ending, instantOfSlot, isOpen, owed } from "../../shared/booking";
import type { Db } from "../db/database";
import { CONNECTED_MS } from "../hubs/connected";
import type { SeatNow } from "./availability";
import { spansOf } from "./ranges";
import type { ReservationTable } from "./tables";

/** Each seat of a site that the cloud sells, with what is taken of a span. What `moving` has is not taken for its own driver, as far as the cloud can sell it. */
export async function seatsNow(
  db: Db,
  siteId: string,
  { from, to }: Span,
  now: number,
  moving: { booking: string; userId: string } | null,
): Promise<Omit<SeatNow, "type">[]> {
  const { rows } = await sql<{ seat: string; class: string; owned: string; taken: string }>`
    select s.seat, s.class, (s.owned * int4multirange(int4range(${from}, ${to})))::text as owned,
      coalesce((
        select range_agg(t.cells) from (
          select r.held as cells from reservations r
            where r.site_id = s.site_id and r.seat = s.seat and r.held && int4range(${from}, ${to})
              and (r.expires_at is null or r.expires_at > ${new Date(now)})
              and not (r.booking = ${moving?.booking ?? ""} and r.user_id is not distinct from ${moving?.userId ?? ""} and s.owned @> r.held)
          union all
          select b.cells from booking_blocks b
            where b.site_id = s.site_id and (b.seat is null or b.seat = s.seat) and b.cells && int4range(${from}, ${to})
        ) t), '{}')::text as taken
    from booking_seats s where s.site_id = ${siteId} and not s.gone and not s.walk_in order by s.place`.execute(db);
  return rows.map((row) => ({ ...row, owned: spansOf(row.owned), taken: spansOf(row.taken) }));
}

/** Whether the site's hub was heard of lately. */
export async function isConnected(db: Db, siteId: string, now: number): Promise<boolean> {
  const hub = await db
    .selectFrom("hubs")
    .select("last_seen_at")
    .where("site_id", "=", siteId)
    .where("replaced_at", "is", null)
    .executeTakeFirst();
  return (hub?.last_seen_at?.getTime() ?? 0) >= now - CONNECTED_MS;
}

type ReservationRow = Pick<
  Selectable<ReservationTable>,
  "site_id" | "booking" | "version" | "sale" | "created_at" | "disputed"
>;
export const reservationColumns = ["site_id", "booking", "version", "sale", "created_at", "disputed"] as const;

/**
 * The version of each booking that counts: the newest that can still be used, else the newest. Rows in, rows out, in the order of their starts.
 */
export function currentOf(rows: readonly ReservationRow[]): ReservationRow[] {
  const best = new Map<string, ReservationRow>();
  const worth = ({ sale, version }: ReservationRow) => (isOpen(sale) ? 1e6 : 0) + version;
  for (const row of rows) {
    const known = best.get(row.booking);
    if (!known || worth(row) > worth(known)) best.set(row.booking, row);
  }
  return [...best.values()].toSorted((a, b) => a.sale.from - b.sale.from || a.booking.localeCompare(b.booking));
}

/** Of the row `r` of a booking: whether no other version is the one that counts, wherever that lies. */
export const counts = sql<boolean>`not exists (
  select from reservations n where n.site_id = r.site_id and n.booking = r.booking and n.version > 0
    and (n.stage <> 'ended', n.version) > (r.stage <> 'ended', r.version))`;

/** A booking as its driver and its site's owner see it. */
export function reservationView({ site_id, sale, created_at, disputed }: ReservationRow) {
  return {
    siteId: site_id,
    booking: sale.booking,
    version: sale.version,
    status: statusOf(sale),
    /** The hub has yet to agree. */
    pending: sale.cancel !== null && sale.end === null,
    reason: sale.end?.reason ?? null,
    class: sale.class,
    seat: sale.seat,
    start: instantOfSlot(sale.from),
    end: instantOfSlot(sale.to),
    price: sale.price,
    owed: { amount: owed(sale), currency: sale.price.currency },
    terms: sale.terms,
    tariff: sale.tariff,
    soldBy: sale.seller,
    doubtful: sale.doubt || disputed,
    createdAt: created_at.toISOString(),
  };
}

function statusOf(sale: Sale): ReturnType<typeof ending> | "reserved" | "charging" {
  if (sale.end) return ending(sale.end);
  return sale.stage === "reserved" ? "reserved" : "charging";
}
