import type { Transaction } from "kysely";
import type { Sale } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Method } from "../billing/charge-types";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { holdForBooking, letGo } from "../payments/booking-hold";
import { keepBookingMoney } from "../payments/booking-jobs";
import { choiceOfBooking } from "../billing/choices";
import { askForCells } from "./near";
import type { Wish } from "./offer";
import { hubNotReady, offeringOf, saleFor, seatsFor } from "./offer";
import { pinOf, pinTagOf } from "./pin";
import type { Order, Sold } from "./sell";
import { refused, sellCells } from "./sell";
import { offerInLine } from "./waiting/offers";

/** How long a hold lasts. */
const HOLD_MS = 5 * 60_000;
/** What one driver may have open at a time, at all sites. */
const MAX_OPEN = 20;
const MAX_HOLDS = 3;

type Needs = Pick<Deps, "db" | "wake" | "now" | "newId" | "stopping" | "hubPatienceMs" | "payments">;

/** What a driver asks for beside the time. */
interface Extras {
  pin: boolean;
  /** How it is paid; undefined: as usual. */
  method?: Method;
}

export interface Reserved {
  sale: Sale;
  /** Where one was asked for. A call that is repeated gets the one that the reservation was made with, whatever it asks for now, since its first answer may have been lost. */
  pin: string | null;
}

/** Holds cells for a driver. Throws AppErrors as `saleFor` and `refused`, and `too_many_holds` (409). */
export async function hold(
  deps: Needs,
  who: { siteId: string; userId: string; key: string },
  wish: Wish,
): Promise<{ sale: Sale; expiresAt: number }> {
  const { db, now, newId } = deps;
  const holdUntil = now() + HOLD_MS;
  const sold = await obtain(deps, who, wish, { booking: newId(), holdUntil, pinTag: null });
  const row = await db
    .selectFrom("reservations")
    .select(["version", "expires_at"])
    .where("site_id", "=", who.siteId)
    .where("booking", "=", sold.booking)
    .where("version", "=", 0)
    .executeTakeFirst();
  // The key is that of a hold which has become a reservation, or has run out, since.
  if (!row?.expires_at || row.expires_at.getTime() <= now()) throw refused("hold_over");
  return { sale: sold, expiresAt: row.expires_at.getTime() };
}

/** Sells to a driver at once. Throws AppErrors as `saleFor` and `refused`, and `too_many_reservations` (409). */
export async function reserve(
  deps: Needs,
  who: { siteId: string; userId: string; key: string },
  wish: Wish,
  { pin: withPin, method }: Extras,
): Promise<Reserved> {
  const booking = deps.newId();
  const secret = await pinSecretOf(deps.db, who.siteId);
  const pinTag = withPin ? pinTagOf(secret, booking, pinOf(secret, booking)) : null;
  const sale = await obtain(deps, who, wish, { booking, holdUntil: null, pinTag, method });
  return { sale, pin: await pinMadeWith(deps.db, who.siteId, sale.booking, secret) };
}

/** Makes a reservation of a hold, at the price and terms that the hold has shown. Throws AppError `hold_over` (410), `hub_not_ready` (409), and as `refused`. */
export async function confirm(
  deps: Needs,
  { siteId, userId }: { siteId: string; userId: string },
  holdId: string,
  { pin: withPin, method }: Extras,
): Promise<Reserved> {
  const { db, wake, now } = deps;
  const row = await db
    .selectFrom("reservations")
    .select(["version", "sale", "seat"])
    .where("site_id", "=", siteId)
    .where("booking", "=", holdId)
    .where("user_id", "=", userId)
    .orderBy("version")
    .limit(1)
    .executeTakeFirst();
  if (!row) throw refused("hold_over");
  // Its hub may have been taken away since it was held.
  if (row.version === 0 && !(await offeringOf(db, siteId)).ready) throw hubNotReady();
  const secret = await pinSecretOf(db, siteId);
  const pinTag = withPin ? pinTagOf(secret, holdId, pinOf(secret, holdId)) : null;
  const key = row.sale.key as string;
  const order = { siteId, userId, key, sale: row.sale, seats: [row.seat], pinTag, holdUntil: null, promote: true };
  const sold = await paidSale(deps, { siteId, userId, key }, row.sale, method, (keep) =>
    sellCells(db, order, now(), keep),
  );
  tell(wake, siteId, sold);
  return { sale: sold.sale, pin: await pinMadeWith(db, siteId, holdId, secret) };
}

/** The PIN that a reservation was made with; null: none, or, of one from before they followed from the booking, one that nobody can tell any more. */
async function pinMadeWith(db: Needs["db"], siteId: string, booking: string, secret: string): Promise<string | null> {
  const { pin_tag } = await db
    .selectFrom("reservations")
    .select("pin_tag")
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .orderBy("version")
    .limit(1)
    .executeTakeFirstOrThrow();
  const pin = pinOf(secret, booking);
  return pin_tag === pinTagOf(secret, booking, pin) ? pin : null;
}

async function obtain(
  deps: Needs,
  { siteId, userId, key }: { siteId: string; userId: string; key: string },
  wish: Wish,
  more: { booking: string; holdUntil: number | null; pinTag: string | null; method?: Method },
): Promise<Sale> {
  const { db, wake, now } = deps;
  const offering = await offeringOf(db, siteId);
  const { booking, holdUntil, pinTag, method } = more;
  const sale = saleFor(offering, booking, key, wish);
  await requireRoom(deps, userId, key, holdUntil !== null);
  const seats = seatsFor(offering, wish);
  const order: Order = { siteId, userId, key, sale, seats, pinTag, holdUntil, promote: false };
  const sell = async (keep?: Keep) => {
    let sold = await sellCells(db, order, now(), keep);
    if (!sold.ok && sold.refusal === "awaited") {
      await offerInLine(deps, siteId);
      sold = await sellCells(db, order, now(), keep);
    }
    if (sold.ok || sold.refusal !== "not_owner") return sold;
    const seat = await askForCells(deps, siteId, seats, wish);
    return seat === undefined ? sold : sellCells(db, { ...order, seats: [seat] }, now(), keep);
  };
  if (holdUntil === null) {
    const sold = await paidSale(deps, { siteId, userId, key }, sale, method, sell);
    tell(wake, siteId, sold);
    return sold.sale;
  }
  const sold = await sell();
  if (!sold.ok) throw refused(sold.refusal);
  tell(wake, siteId, sold);
  return sold.sale;
}

export type Keep = (tx: Transaction<Database>, sale: Sale) => Promise<void>;

/** First the money is set aside, then it is sold; where it is not, the money goes back. Throws AppErrors as `holdForBooking` and `refused`. */
export async function paidSale<Answer extends Sold>(
  deps: Pick<Needs, "db" | "now" | "newId" | "payments">,
  who: { siteId: string; userId: string; key: string },
  terms: Pick<Sale, "tariff" | "from" | "to" | "price">,
  method: Method | undefined,
  sell: (keep?: Keep) => Promise<Answer>,
): Promise<Extract<Answer, { ok: true }>> {
  const money = await holdForBooking(deps, who, terms, method);
  const { payment, later } = money;
  const isUsual = method === undefined && payment === null && later === null;
  const giveBack = async () => {
    // What fails here is found by the sweep.
    if (payment) await letGo(deps, payment).catch(() => undefined);
  };
  let sold: Answer;
  try {
    sold = await sell(isUsual ? undefined : (tx, sale) => keepBookingMoney(tx, who.siteId, sale, money, deps.now()));
  } catch (error) {
    await giveBack();
    throw error;
  }
  if (!sold.ok) {
    await giveBack();
    throw refused(sold.refusal);
  }
  const kept = payment && (await choiceOfBooking(deps.db, who.siteId, sold.sale.booking));
  if (payment && kept?.payment_id !== payment.id) await giveBack();
  return sold as Extract<Answer, { ok: true }>;
}

/** Nobody takes a whole site's time for himself. A call that is repeated has its room already. */
export async function requireRoom({ db, now }: Needs, userId: string, key: string, isHold: boolean): Promise<void> {
  const rows = await db
    .selectFrom("reservations")
    .select(["version", "key"])
    .where("user_id", "=", userId)
    // An offer to somebody in line is a hold that they did not ask for.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("booking_waits as w")
            .select("w.hold")
            .whereRef("w.site_id", "=", "reservations.site_id")
            .whereRef("w.hold", "=", "reservations.booking")
            .where("w.state", "=", "offered"),
        ),
      ),
    )
    .where("stage", "<>", "ended")
    .where(({ or, eb }) => or([eb("expires_at", "is", null), eb("expires_at", ">", new Date(now()))]))
    .limit(MAX_OPEN + MAX_HOLDS + 1)
    .execute();
  if (rows.some((row) => row.key === key)) return;
  const holds = rows.filter(({ version }) => version === 0).length;
  if (isHold && holds >= MAX_HOLDS) {
    throw new AppError("too_many_holds", `At most ${MAX_HOLDS} holds at a time.`, { status: 409 });
  }
  if (rows.length - holds >= MAX_OPEN) {
    throw new AppError("too_many_reservations", `At most ${MAX_OPEN} open reservations at a time.`, { status: 409 });
  }
}

async function pinSecretOf(db: Needs["db"], siteId: string): Promise<string> {
  const { pin_secret } = await db
    .selectFrom("booking_books")
    .select("pin_secret")
    .where("site_id", "=", siteId)
    .executeTakeFirstOrThrow(() => notFound("site that takes reservations"));
  return pin_secret;
}

function tell(wake: Needs["wake"], siteId: string, sold: Extract<Sold, { ok: true }>): void {
  if (sold.hubId) wake.tell(`feed:${sold.hubId}`, `site:${siteId}`);
}
