import type { Sale } from "../../../shared/booking";
import { slotOf } from "../../../shared/booking";
import { AppError } from "../../../shared/error";
import type { Method } from "../../billing/charge-types";
import { notFound } from "../../http/errors";
import { lockBook } from "../book";
import { askForCells } from "../near";
import type { Alternative } from "./alternative";
import { freeSeats, isStillSold, offerIdOf, plugOf } from "./alternative";
import type { Moved, Needs } from "./move";
import { moveSeat, moveSite } from "./move";
import type { Which } from "./open-offer";
import { decided, offerAgain, over, waitingOffer } from "./open-offer";
import { owedAfterRelease } from "./owed";
import { releaseSale } from "./release";
import { tellReleased } from "./tell";

/** What a driver says to an offer. Whatever comes of it is one transaction, under the locks of the sites that it is about. */

/** An offer that waits for its driver, with what it is about. */
interface Open {
  version: number;
  offer: Alternative | null;
  sale: Sale;
}

const changed = () =>
  new AppError("offer_changed", "What was offered has been taken meanwhile. Look at what is offered now.", {
    status: 409,
  });

async function openOffer(db: Needs["db"], { siteId, userId, booking }: Which, now: number): Promise<Open> {
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
    const { sale, book, ...made } = await waitingOffer(trx, which, version, now());
    await decided(trx, { ...which, version }, "declined", now());
    const owed = await owedAfterRelease(trx, { siteId, userId, sale }, made, now());
    await tellReleased(trx, { siteId, userId, sale }, owed, now());
    return releaseSale(trx, book, sale, owed, now());
  });
  if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
}

/**
 * Accepts what is offered: the new time is sold first, then the old one given back without a fee. Gives where the driver goes. Throws AppError `not_found`, `offer_over` (410), `nothing_offered`
 * (409), or `offer_changed` (409) where it is not the one that he has seen, or is gone, with what is offered instead in its place; at another site, where `method` says how it is paid, also as `holdForBooking`.
 */
export async function accept(
  deps: Needs,
  which: Which,
  offerId: string,
  method: Method | undefined,
): Promise<{ siteId: string; booking: string }> {
  const { db, now } = deps;
  const { version, offer, sale } = await openOffer(db, which, now());
  if (!offer) throw new AppError("nothing_offered", "There is nothing else that could be accepted.", { status: 409 });
  if (offerIdOf(offer) !== offerId) throw changed();
  const isSame = offer.siteId === which.siteId;
  const { siteId, class: kind, from, to } = offer;
  const type = (await plugOf(db, which.siteId, sale.seat))?.type ?? null;
  const looked = {
    ...{ siteId, class: kind, from, to, type },
    ...(isSame ? { booking: which.booking, except: sale.seat } : { booking: "", except: null }),
  };
  const attempt = async () => {
    const seats = await freeSeats(db, looked, now());
    const taken = { ...which, version, offer };
    return isSame ? moveSeat(deps, taken, seats) : moveSite(deps, taken, seats, method);
  };
  let moved: Moved = isSame || (await isStillSold(db, which.userId, offer)) ? await attempt() : "taken";
  if (moved === "not_owner") {
    const seats = await freeSeats(db, looked, now());
    if (await askForCells(deps, siteId, seats, { from, to })) moved = await attempt();
  }
  if (typeof moved === "object") return moved;
  await offerAgain(deps, which, { version, sale, offer }, false);
  throw changed();
}
