import type { Transaction } from "kysely";
import type { Sale } from "../../../shared/booking";
import { modifyAtCloud } from "../../../shared/booking";
import type { Method } from "../../billing/charge-types";
import { retried } from "../../db/retried";
import type { Database } from "../../db/schema";
import type { Topic } from "../../db/wake";
import type { Deps } from "../../deps";
import { loadBook, lockBook } from "../book";
import { heldBack, writeDecision } from "../change";
import type { UnseatedSale } from "../offer";
import type { Keep } from "../reserve";
import { paidSale } from "../reserve";
import type { Sold } from "../sell";
import { sellOnce } from "../sell";
import { waitNoMore } from "../waiting/met";
import type { Alternative } from "./alternative";
import type { Which } from "./open-offer";
import { decided, isSameOffer, waitingOffer } from "./open-offer";
import { releaseSale } from "./release";
import { tellMoved } from "./tell";

/** Bookings that go elsewhere. Each move is one transaction, under the locks of the sites that it is about. */

export type Needs = Pick<Deps, "db" | "wake" | "now" | "newId" | "stopping" | "hubPatienceMs" | "payments">;

/** What was accepted. */
interface Taken extends Which {
  version: number;
  offer: Alternative;
}

export type Moved = { siteId: string; booking: string } | "not_owner" | "taken";

/** What is moved within its site. */
interface Within extends Which {
  version: number;
}

/**
 * Rule 8 within the site, at the price that was agreed: takes the first of the seats that can be had, under the site's lock, which the caller has. Gives the hub to wake, or why none can be
 * had.
 */
export async function takeSeat(
  trx: Transaction<Database>,
  which: Within,
  sale: Sale,
  seats: readonly string[],
  now: number,
): Promise<{ hubId: string | undefined } | "not_owner" | "taken"> {
  const { siteId, userId, booking, version } = which;
  const { from, to, price, terms, tariff } = sale;
  const key = keyOf(which, version);
  const book = await loadBook(trx, siteId, { bookings: [booking], near: { from, to }, key });
  let last: "not_owner" | "taken" = "taken";
  for (const seat of book ? seats : []) {
    const offer = { booking, seat, from, to, price, terms, tariff, key };
    const { answer, events } = modifyAtCloud(book!, offer, now);
    if (!answer.ok && answer.refusal === "not_owner") last = "not_owner";
    if (!answer.ok || (await heldBack(trx, book!, seat, { from, to, booking }, userId, now))) continue;
    const hubId = await writeDecision(trx, book!, events, now);
    await waitNoMore(trx, { siteId, userId, class: sale.class, from, to });
    await tellMoved(trx, which, { siteId, booking, from }, now);
    return { hubId };
  }
  return last;
}

/** What a driver has accepted at the same site. */
export async function moveSeat({ db, wake, now }: Needs, which: Taken, seats: readonly string[]): Promise<Moved> {
  const { siteId, booking, version, offer } = which;
  const done = await retried(() =>
    db.transaction().execute(async (trx) => {
      await lockBook(trx, siteId);
      const waiting = await waitingOffer(trx, which, version, now());
      if (!isSameOffer(waiting.offer, offer)) return "taken";
      const taken = await takeSeat(trx, which, waiting.sale, seats, now());
      if (typeof taken === "object") await decided(trx, which, "accepted", now());
      return taken;
    }),
  );
  if (typeof done === "string") return done;
  if (done.hubId) wake.tell(`feed:${done.hubId}`, `site:${siteId}`);
  return { siteId, booking };
}

/** At another site: a booking there, paid and sold by the same functions as any, and the end of this one. */
export async function moveSite(deps: Needs, which: Taken, seats: string[], method: Method | undefined): Promise<Moved> {
  const { siteId, userId, version, offer } = which;
  if (seats.length === 0) return "taken";
  const who = { siteId: offer.siteId, userId, key: keyOf(which, version) };
  let refusal: Moved | undefined;
  try {
    const { sale, hubId, released } = await paidSale(deps, who, offer, method, async (keep) => {
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
    await decided(trx, which, "accepted", now());
    const released = await releaseSale(trx, waiting.book, waiting.sale, 0, now());
    await tellMoved(trx, which, { siteId: other, booking: sold.sale.booking, from }, now());
    return { ...sold, released };
  });
}

/** Names the call that sells: the same for the same version, so that it sells once. */
function keyOf({ userId, siteId, booking }: Which, version: number): string {
  return `${userId}:moved:${siteId}:${booking}:${version}`;
}
