import type { Sale } from "../../shared/booking";
import type { Deps } from "../deps";
import { heldFor, holdForBooking, letGo } from "../payments/booking-hold";
import { changeBookingMoney } from "../payments/booking-jobs";
import { choiceOfBooking } from "../billing/choices";
import type { Payment } from "../payments/payments";
import type { Booked, Changed, Modified } from "./change";
import { modifyBooking } from "./change";
import { askForCells } from "./near";
import type { UnseatedSale } from "./offer";
import { refused } from "./sell";

type Needs = Pick<Deps, "db" | "wake" | "now" | "newId" | "stopping" | "hubPatienceMs" | "payments">;

/**
 * Changes the time of a booking, and what is set aside for it: first the money for the new time, then the sale, then what was set aside for the old goes back. What a crash leaves is
 * named by no booking, and given back by the sweep. Gives the hub to wake. Throws AppErrors as `holdForBooking`, `modifyBooking` and `refused`.
 */
export async function changeTime(
  deps: Needs,
  booked: Booked,
  old: Sale,
  { wish, seats }: { wish: UnseatedSale; seats: string[] },
): Promise<string | undefined> {
  const { db, now } = deps;
  const { siteId, userId, booking } = booked;
  const choice = await choiceOfBooking(db, siteId, booking);
  const held = (await heldFor(db, siteId, booking)) ?? null;
  const before = { booking, price: old.price.amount, payment: held };
  const who = { siteId, userId, key: wish.key as string };
  const money = await holdForBooking(deps, who, wish, choice?.method, before);
  const isUsual = !choice && money.payment === null && money.later === null;
  // What fails here is found by the sweep.
  const giveBack = (payment: Payment) => letGo(deps, payment).catch(() => undefined);
  let isKept = false;
  const attempt = () =>
    modifyBooking(db, booked, { wish, seats }, now(), async (trx) => {
      isKept = true;
      if (!isUsual) await changeBookingMoney(trx, deps, booked, { money, before: held });
    });
  let changed: Changed<Modified>;
  try {
    changed = await attempt();
    if (isAtHub(changed) && (await askForCells(deps, siteId, seats, wish))) changed = await attempt();
    if (!changed.answer.ok) throw refused(changed.answer.refusal);
  } catch (error) {
    if (money.payment) await giveBack(money.payment);
    throw error;
  }
  const needless = isKept ? held : money.payment;
  if (needless && needless.id !== (isKept ? money.payment : held)?.id) await giveBack(needless);
  return changed.hubId;
}

function isAtHub({ answer }: Changed<Modified>): boolean {
  return !answer.ok && answer.refusal === "not_owner";
}
