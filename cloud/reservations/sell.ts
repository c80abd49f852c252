import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import type { ModifyRefusal, Sale, SaleRefusal } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import { retried } from "../db/retried";
import type { Database } from "../db/schema";
import { storableJson } from "../db/storable";
import type { UnseatedSale } from "./offer";

/** Why cells are not sold: as the protocol says, or the owner, the hold, or the waiting list. */
export type Refusal = SaleRefusal | "blocked" | "hold_over" | "awaited";
/** The same, and why a booking cannot be changed at all. */
export type ChangeRefusal = Refusal | ModifyRefusal;

export type Sold = { ok: true; sale: Sale; repeated: boolean; hubId: string | null } | { ok: false; refusal: Refusal };

export interface Order {
  siteId: string;
  userId: string;
  /** Makes a repeated call harmless. */
  key: string;
  sale: UnseatedSale;
  /** Candidates, the first that is free is taken; of a hold that is confirmed, its own. */
  seats: string[];
  pinTag: string | null;
  /** A hold runs out then (epoch ms); null: a sale. */
  holdUntil: number | null;
  /** The booking is a hold of this user that becomes a sale. */
  promote: boolean;
  /** This hold is the offer to that one of the waiting list. */
  wait?: string;
}

/**
 * Rule 1, in one SQL function (cloud/migrations/0012-waiting-recurring.ts): under the site's lock it checks what `refusalOfSale` of shared/booking checks, inserts, appends to the
 * hub's feed and to the ledger. Resolves after the commit. Whoever sold tells the hub's feed. `also` is done in the same transaction for a new sale.
 */
export async function sellCells(
  db: Db,
  order: Order,
  now: number,
  also?: (tx: Transaction<Database>, sale: Sale) => Promise<void>,
): Promise<Sold> {
  return retried(() => (also ? onceAnd(db, order, now, also) : sellOnce(db, order, now)));
}

function onceAnd(
  db: Db,
  order: Order,
  now: number,
  also: (tx: Transaction<Database>, sale: Sale) => Promise<void>,
): Promise<Sold> {
  return db.transaction().execute(async (tx) => {
    const sold = await sellOnce(tx, order, now);
    if (sold.ok && !sold.repeated) await also(tx, sold.sale);
    return sold;
  });
}

/** The same as part of a transaction, which is tried again as a whole. */
export async function sellOnce(db: Kysely<Database>, order: Order, now: number): Promise<Sold> {
  const { siteId, userId, key, sale, seats, pinTag, holdUntil, promote, wait = null } = order;
  const { rows } = await sql<{ refusal: Refusal | null; sold: Sale; is_repeat: boolean; woken: string | null }>`
    select * from reservation_sell(${siteId}, ${sale.booking}, ${userId}, ${key}, ${seats}, ${sale.from}, ${sale.to}, ${new Date(now)},
      ${storableJson(sale)}, ${pinTag}, ${holdUntil === null ? null : new Date(holdUntil)}, ${promote}, ${wait})`.execute(
    db,
  );
  const [row] = rows;
  if (!row || row.refusal !== null) return { ok: false, refusal: row?.refusal ?? "unknown_seat" };
  return { ok: true, sale: row.sold, repeated: row.is_repeat, hubId: row.woken };
}

const reasons: Record<ChangeRefusal, string> = {
  recovering: "The site is recovering from a failure. Try again later.",
  unknown_seat: "The site has no such connector any more.",
  past: "This time has begun already.",
  too_far: "Reservations are taken up to 14 days ahead.",
  not_owner:
    "This time is the site's own to sell, and it was not given away: it is taken there, or the site cannot be asked just now.",
  quarantined: "This time cannot be sold.",
  cancel_pending: "A cancellation of this time is not confirmed yet.",
  taken: "This time is taken.",
  blocked: "The owner does not sell this time.",
  key_reused: "This idempotency key was used for another reservation.",
  hold_over: "The hold has run out.",
  awaited: "Others are in line for this time, and are being offered it.",
  unknown: "There is no such reservation.",
  used: "This reservation is in use.",
  ended: "This reservation is over.",
  pending: "The site has yet to confirm what was changed before. Try again when it is connected.",
  doubtful: "The site lost its memory meanwhile: an operator decides there.",
  earlier: "At the site a reservation is only moved to a later time.",
};

/** The refusal as the API's error: 410 for a hold that ran out, 409 for everything else. */
export function refused(refusal: ChangeRefusal): AppError {
  return new AppError(refusal, reasons[refusal], { status: refusal === "hold_over" ? 410 : 409 });
}
