import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { sql } from "kysely";
import type { Sale } from "../../../shared/booking";
import { startOfSlot } from "../../../shared/booking";
import type { ConnectorType } from "../../../shared/connector-types";
import { AppError } from "../../../shared/error";
import type { Db } from "../../db/database";
import { findCandidates } from "../../search/candidates";
import type { Point } from "../../search/geo";
import { boxAround } from "../../search/geo";
import { requireBookable } from "../../sites/visit";
import { instantOfSlot } from "../../../shared/booking";
import { offeringOf, saleFor } from "../offer";
import { isConnected } from "../read";

/** Where a driver may go instead: the same time, on what fits his car as well, at the price and terms that he is shown. */
export interface Alternative extends Pick<Sale, "class" | "from" | "to" | "price" | "terms" | "tariff"> {
  siteId: string;
  /** 0: at the same site. */
  distanceM: number;
}

/** Names an offer, so that a driver takes the one that he has seen. */
export function offerIdOf(offer: Alternative): string {
  return createHash("sha256").update(JSON.stringify(offer)).digest("base64url");
}

/** How far another site may be, and how many of the nearest are looked at. */
const RADIUS_M = 25_000;
const SITES_LOOKED = 5;

interface Booked {
  siteId: string;
  userId: string;
  sale: Sale;
}

/** Another seat of the site, at the price of the booking; else the nearest other site that has the time, for what its owner asks; null: none. */
export async function alternativeFor(db: Db, booked: Booked, now: number): Promise<Alternative | null> {
  const { siteId, sale } = booked;
  const { class: kind, from, to, price, terms, tariff } = sale;
  const plug = await plugOf(db, siteId, sale.seat);
  const seats = await freeSeats(
    db,
    { siteId, class: kind, from, to, booking: sale.booking, except: sale.seat, type: plug?.type ?? null },
    now,
  );
  if (seats.length > 0) return { siteId, class: kind, from, to, price, terms, tariff, distanceM: 0 };
  if (!plug?.type || plug.power_w === null || plug.point === null) return null;
  return elsewhere(db, booked, { type: plug.type, powerW: plug.power_w, point: plug.point }, now);
}

interface Plug {
  type: ConnectorType;
  powerW: number;
  point: Point;
}

async function elsewhere(
  db: Db,
  { siteId, userId, sale }: Booked,
  plug: Plug,
  now: number,
): Promise<Alternative | null> {
  const { from, to } = sale;
  const window = { fromMs: startOfSlot(from), toMs: startOfSlot(to) };
  const { candidates } = await findCandidates(
    db,
    {
      box: boxAround(plug.point, RADIUS_M),
      from: plug.point,
      radiusM: RADIUS_M,
      types: [plug.type],
      minPowerW: plug.powerW,
      accesses: ["public", "members", "booked"],
      minRating: 0,
      freeNow: false,
      window,
      openAt: null,
      stay: { startMs: window.fromMs, energyWh: 1, minutes: 15 },
      sort: "distance",
    },
    now,
  );
  for (const { siteId: other, distanceM } of candidates
    .filter((each) => each.siteId !== siteId)
    .slice(0, SITES_LOOKED)) {
    const sold = await soldAt(db, other, { userId, sale, plug }, now);
    if (sold) return { siteId: other, distanceM, ...sold };
  }
  return null;
}

/** What a site would sell him; null: nothing that he may book, or that fits. */
async function soldAt(
  db: Db,
  siteId: string,
  { userId, sale, plug }: { userId: string; sale: Sale; plug: Plug },
  now: number,
): Promise<Omit<Alternative, "siteId" | "distanceM"> | null> {
  const { from, to } = sale;
  try {
    await requireBookable(db, siteId, userId, { start: instantOfSlot(from), end: instantOfSlot(to) });
    const offering = await offeringOf(db, siteId);
    for (const kind of await fittingClasses(db, siteId, plug)) {
      const seats = await freeSeats(
        db,
        { siteId, class: kind, from, to, booking: "", except: null, type: plug.type },
        now,
      );
      if (seats.length === 0) continue;
      const { price, terms, tariff } = saleFor(offering, "", "", { class: kind, from, to });
      return { class: kind, from, to, price, terms, tariff };
    }
    return null;
  } catch (error) {
    // Not for him, closed then, or sold otherwise.
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Whether the other site's owner still sells that to him, at that price, and by those terms. */
export async function isStillSold(db: Db, userId: string, offer: Alternative): Promise<boolean> {
  const { siteId, class: kind, from, to } = offer;
  try {
    await requireBookable(db, siteId, userId, { start: instantOfSlot(from), end: instantOfSlot(to) });
    const { price, terms, tariff } = saleFor(await offeringOf(db, siteId), "", "", { class: kind, from, to });
    const plain = JSON.parse(JSON.stringify({ price, terms, tariff })) as unknown;
    return isDeepStrictEqual(plain, { price: offer.price, terms: offer.terms, tariff: offer.tariff });
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Plug, power and place of a seat, as far as its owner has said. */
export async function plugOf(db: Db, siteId: string, seat: string) {
  const row = await db
    .selectFrom("place_connectors")
    .select(["type", "power_w", "lat", "lng"])
    .where("site_id", "=", siteId)
    .where("seat", "=", seat)
    .executeTakeFirst();
  return row && { ...row, point: row.lat === null || row.lng === null ? null : { lat: row.lat, lng: row.lng } };
}

/** Classes of which every connector fits: the hub chooses among them. */
async function fittingClasses(db: Db, siteId: string, { type, powerW }: Plug): Promise<string[]> {
  const { rows } = await sql<{ class: string }>`
    select s.class from booking_seats s left join place_connectors p on p.site_id = s.site_id and p.seat = s.seat
    where s.site_id = ${siteId} and not s.gone group by s.class
    having bool_and(coalesce(p.type = ${type} and p.power_w >= ${powerW}, false)) order by s.class`.execute(db);
  return rows.map((row) => row.class);
}

interface Looked {
  siteId: string;
  class: string;
  from: number;
  to: number;
  /** Whose own cells are no hindrance. */
  booking: string;
  /** A seat that is not wanted. */
  except: string | null;
  /** Of the plug; null: not known. */
  type: ConnectorType | null;
}

/** Seats of a class that work, whose cells the cloud can sell, or ask the connected hub for. Those to sell at once come first. */
export async function freeSeats(db: Db, looked: Looked, now: number): Promise<string[]> {
  const { siteId, class: kind, from, to, booking, except, type } = looked;
  const { rows } = await sql<{ seat: string; why: string | null }>`
    select s.seat, reservation_refusal(${siteId}, s.seat, ${from}, ${to}, ${new Date(now)}, ${booking}) as why
    from booking_seats s left join place_connectors p on p.site_id = s.site_id and p.seat = s.seat
    where s.site_id = ${siteId} and s.class = ${kind} and not s.gone and not s.walk_in and s.seat is distinct from ${except}
      and p.status is distinct from 'outOfService' and (${type}::text is null or p.type = ${type})
      and not exists (
        select from reservations r where r.site_id = s.site_id and r.seat = s.seat and r.held && int4range(${from}, ${to}) and r.booking <> ${booking}
          and (r.expires_at is null or r.expires_at > ${new Date(now)}))
      and not exists (
        select from booking_blocks b where b.site_id = s.site_id and (b.seat is null or b.seat = s.seat) and b.cells && int4range(${from}, ${to}))
    order by s.place`.execute(db);
  const asks = rows.some(({ why }) => why === "not_owner") && (await isConnected(db, siteId, now));
  const own = rows.filter(({ why }) => why === null);
  const asked = asks ? rows.filter(({ why }) => why === "not_owner") : [];
  return [...own, ...asked].map(({ seat }) => seat);
}
