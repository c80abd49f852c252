import type { Transaction } from "kysely";
import pg from "pg";
import type { Sale } from "../../../shared/booking";
import { instantOfSlot, modifyAtCloud, saleId, slotOf } from "../../../shared/booking";
import { AppError } from "../../../shared/error";
import type { Database } from "../../db/schema";
import type { Topic } from "../../db/wake";
import type { Deps } from "../../deps";
import { notFound } from "../../http/errors";
import { notify } from "../../notifications/notify";
import { loadBook, lockBook } from "../book";
import { heldBack, writeDecision } from "../change";
import { askForCells } from "../near";
import type { UnseatedSale } from "../offer";
import type { Keep } from "../reserve";
import { paidSale } from "../reserve";
import type { Sold } from "../sell";
import { sellOnce } from "../sell";
import type { Alternative } from "./alternative";
import { alternativeFor, freeSeats, isStillSold, offerIdOf } from "./alternative";
import { isWaiting, owedAfterRelease } from "./owed";
import { releaseSale, tellReleased } from "./release";

/** What a driver says to an offer. Whatever comes of it is one transaction, under the locks of the sites that it is about. */

type Needs = Pick<Deps, "db" | "wake" | "now" | "newId" | "stopping" | "hubPatienceMs" | "payments">;

interface Which {
  siteId: string;
  userId: string;
  booking: string;
}

/** An offer that waits for its driver, with what it is about. */
interface Open {
  version: number;
  offer: Alternative | null;
  sale: Sale;
}

const over = () => new AppError("offer_over", "There is no offer for this reservation any more.", { status: 410 });
const changed = () =>
  new AppError("offer_changed", "What was offered has been taken meanwhile. Look at what is offered now.", {
    status: 409,
  });

async function openOffer(db: Deps["db"], { siteId, userId, booking }: Which, now: number): Promise<Open> {
  const rows = await db
    .selectFrom("reservations as r")
    .leftJoin("booking_reschedules as o", (join) =>
      join
        .onRef("o.site_id", "=", "r.site_id")
        .onRef("o.booking", "=", "r.booking")
        .onRef("o.version", "=", "r.version")
        .on("o.state", "=", "offered"),
    )
    .select(["r.version", "o.offer", "o.state", "r.sale"])
    .where("r.site_id", "=", siteId)
    .where("r.booking", "=", booking)
    .where("r.user_id", "=", userId)
    .where("r.version", ">", 0)
    .execute();
  if (rows.length === 0) throw notFound("reservation");
  const row = rows.find(({ state, sale }) => state === "offered" && sale.from > slotOf(now));
  if (!row) throw over();
  return row;
}

/** Declines: the booking is given up without a fee. Throws AppError `not_found` or `offer_over` (410). */
export async function decline(deps: Needs, which: Which): Promise<void> {
  const { db, wake, now } = deps;
  const { siteId, userId } = which;
  const { version } = await openOffer(db, which, now());
  const hubId = await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const { sale, offer, book } = await takeOffer(trx, which, version, "declined", now());
    const owed = owedAfterRelease(sale, offer);
    await tellReleased(trx, { siteId, userId, sale }, owed, now());
    return releaseSale(trx, book, sale, owed, now());
  });
  if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
}

/**
 * Accepts what is offered: the new time is sold first, then the old one given back without a fee. Gives where the driver goes. Throws AppError `not_found`, `offer_over` (410), `nothing_offered`
 * (409), or `offer_changed` (409) where it is not the one that he has seen, or is gone, with what is offered instead in its place; at another site also as `holdForBooking`.
 */
export async function accept(deps: Needs, which: Which, offerId: string): Promise<{ siteId: string; booking: string }> {
  const { db, now } = deps;
  const { version, offer, sale } = await openOffer(db, which, now());
  if (!offer) throw new AppError("nothing_offered", "There is nothing else that could be accepted.", { status: 409 });
  if (offerIdOf(offer) !== offerId) throw changed();
  const isSame = offer.siteId === which.siteId;
  const { siteId, class: kind, from, to } = offer;
  const looked = {
    ...{ siteId, class: kind, from, to, type: null },
    ...(isSame ? { booking: which.booking, except: sale.seat } : { booking: "", except: null }),
  };
  const attempt = async () => {
    const seats = await freeSeats(db, looked, now());
    const taken = { ...which, version, offer };
    return isSame ? retried(() => moveSeat(deps, taken, seats)) : moveSite(deps, taken, seats);
  };
  let moved: Moved = isSame || (await isStillSold(db, which.userId, offer)) ? await attempt() : "taken";
  if (moved === "not_owner") {
    const seats = await freeSeats(db, looked, now());
    if (await askForCells(deps, siteId, seats, { from, to })) moved = await attempt();
  }
  if (typeof moved === "object") return moved;
  await offerAgain(deps, which, version, sale);
  throw changed();
}

const worthAnother = new Set(["40P01", "40001", "23P01"]);

/** What two sides did at once is tried again. */
async function retried<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const again = error instanceof pg.DatabaseError && worthAnother.has(error.code ?? "");
      if (!again || attempt === 5) throw error;
    }
  }
}

/** What was accepted. */
interface Taken extends Which {
  version: number;
  offer: Alternative;
}

function isSameOffer(now: Alternative | null, accepted: Alternative): boolean {
  return now !== null && offerIdOf(now) === offerIdOf(accepted);
}

type Moved = { siteId: string; booking: string } | "not_owner" | "taken";

/** Rule 8, at the same site: the price stays as it was agreed. */
async function moveSeat(deps: Needs, which: Taken, seats: readonly string[]): Promise<Moved> {
  const { db, wake, now } = deps;
  const { siteId, booking, version } = which;
  const key = keyOf(which, version);
  const { moved, hubId } = await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    let last: Moved = "taken";
    for (const seat of seats) {
      const { sale, book, offer } = await waitingOffer(trx, which, version, now());
      if (!isSameOffer(offer, which.offer)) break;
      const { from, to, price, terms, tariff } = sale;
      const part = await loadBook(trx, siteId, { bookings: [booking], near: { from, to }, key });
      const { answer, events } = modifyAtCloud(
        part ?? book,
        { booking, seat, from, to, price, terms, tariff, key },
        now(),
      );
      if (!answer.ok) {
        if (answer.refusal === "not_owner") last = "not_owner";
        continue;
      }
      if (await heldBack(trx, book, seat, { from, to, booking }, which.userId, now())) continue;
      await takeOffer(trx, which, version, "accepted", now());
      const woken = await writeDecision(trx, part ?? book, events, now());
      await tellMoved(trx, which, { siteId, booking, from }, now());
      return { moved: { siteId, booking }, hubId: woken };
    }
    return { moved: last, hubId: undefined };
  });
  if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
  return moved;
}

/** At another site: a booking there, paid and sold by the same functions as any, and the end of this one. */
async function moveSite(deps: Needs, which: Taken, seats: string[]): Promise<Moved> {
  const { siteId, userId, version, offer } = which;
  if (seats.length === 0) return "taken";
  const who = { siteId: offer.siteId, userId, key: keyOf(which, version) };
  let refusal: Moved | undefined;
  try {
    const { sale, hubId, released } = await paidSale(deps, who, offer, undefined, async (keep) => {
      const sold = await retried(() => sellThere(deps, which, seats, keep));
      if (!sold.ok) refusal = sold.refusal === "not_owner" ? "not_owner" : "taken";
      return sold;
    });
    const feeds = [released, hubId].flatMap((id): Topic[] => (id ? [`feed:${id}`] : []));
    deps.wake.tell(`site:${siteId}`, `site:${offer.siteId}`, ...feeds);
    return { siteId: offer.siteId, booking: sale.booking };
  } catch (error) {
    if (refusal) return refusal;
    throw error;
  }
}

/** `released`: the hub to wake of the booking that ends. */
type SoldThere = Exclude<Sold, { ok: true }> | (Extract<Sold, { ok: true }> & { released: string | undefined });

/** Locks in one order, so that two that cross do not wait for each other. */
function sellThere(
  { db, now, newId }: Needs,
  which: Taken,
  seats: string[],
  keep: Keep | undefined,
): Promise<SoldThere> {
  const { siteId, userId, version, offer } = which;
  return db.transaction().execute(async (trx) => {
    const { siteId: other, from, price, terms, tariff, to } = offer;
    for (const each of [siteId, other].toSorted()) await lockBook(trx, each);
    const waiting = await waitingOffer(trx, which, version, now());
    if (!isSameOffer(waiting.offer, offer)) return { ok: false, refusal: "taken" };
    const key = keyOf(which, version);
    const fresh = { version: 1, replaces: null, hub: other, seller: "cloud", key } as const;
    const unused = { stage: "reserved", doubt: false, cancel: null, use: null, end: null } as const;
    const sale: UnseatedSale = { booking: newId(), ...fresh, from, to, price, terms, tariff, ...unused };
    const order = { siteId: other, userId, key, sale, seats, pinTag: null, holdUntil: null, promote: false };
    const sold = await sellOnce(trx, order, now());
    if (!sold.ok) return sold;
    if (!sold.repeated) await keep?.(trx, sold.sale);
    const { sale: old, book } = await takeOffer(trx, which, version, "accepted", now());
    const released = await releaseSale(trx, book, old, 0, now());
    await tellMoved(trx, which, { siteId: other, booking: sold.sale.booking, from }, now());
    return { ...sold, released };
  });
}

/** The offer and its booking, both still waiting. */
async function waitingOffer(trx: Transaction<Database>, { siteId, booking }: Which, version: number, now: number) {
  const row = await trx
    .selectFrom("booking_reschedules")
    .select(["offer"])
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .where("state", "=", "offered")
    .executeTakeFirst();
  const book = row && (await loadBook(trx, siteId, { bookings: [booking] }));
  const sale = book?.sales[saleId({ booking, version })];
  if (!book || !isWaiting(sale) || sale.from <= slotOf(now)) throw over();
  return { offer: row.offer as Alternative | null, sale, book };
}

/** The same, and it is decided: under the site's lock, so once. */
async function takeOffer(
  trx: Transaction<Database>,
  which: Which,
  version: number,
  state: "accepted" | "declined",
  now: number,
) {
  const waiting = await waitingOffer(trx, which, version, now);
  await trx
    .updateTable("booking_reschedules")
    .set({ state, decided_at: new Date(now) })
    .where("site_id", "=", which.siteId)
    .where("booking", "=", which.booking)
    .where("version", "=", version)
    .execute();
  return waiting;
}

/** Puts what is free now in the place of what has been taken. */
async function offerAgain({ db, now }: Needs, which: Which, version: number, sale: Sale): Promise<void> {
  const { siteId, userId, booking } = which;
  const offer = await alternativeFor(db, { siteId, userId, sale }, now());
  await db
    .updateTable("booking_reschedules")
    .set({ offer: offer && JSON.stringify(offer) })
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .where("state", "=", "offered")
    .execute();
}

async function tellMoved(
  trx: Transaction<Database>,
  { userId, siteId: old, booking: oldBooking }: Which,
  { siteId, booking, from }: { siteId: string; booking: string; from: number },
  now: number,
): Promise<void> {
  const site = await trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  const data = { siteId, siteName: site.name, booking, start: instantOfSlot(from), isElsewhere: siteId !== old };
  await notify(trx, {
    userId,
    kind: "bookingMoved",
    siteId,
    key: `${oldBooking} ${booking} ${from} ${now}`,
    data,
    now,
  });
}

/** Names the call that sells: the same for the same version, so that it sells once. */
function keyOf({ userId, siteId, booking }: Which, version: number): string {
  return `${userId}:moved:${siteId}:${booking}:${version}`;
}
