import type { Failure } from "../api";
import { errorWords } from "../errors";
import { driverTexts } from "./words";

const errors = {
  taken: "errorSlotTaken",
  not_owner: "errorSlotTaken",
  blocked: "errorSlotTaken",
  past: "errorSlotTaken",
  quarantined: "errorSlotTaken",
  cancel_pending: "errorSlotTaken",
  hold_over: "errorHoldOver",
  closed: "errorClosed",
  too_late: "errorLate",
  used: "errorUsed",
  ended: "errorUsed",
  doubtful: "errorUsed",
  not_open: "errorNotOpen",
  session_ended: "errorEnded",
  reviewed: "errorReviewed",
  not_over: "errorNotOver",
  no_card: "errorNoCard",
  no_cards: "errorNoCards",
  payment_refused: "errorPaymentRefused",
  unavailable: "errorUnavailable",
  card_declined: "errorCardDeclined",
  nothing_owed: "errorNothingOwed",
  unknown_coupon: "errorCoupon",
  coupon_used: "errorCouponUsed",
  coupon_used_up: "errorCouponUsed",
  already_member: "errorMember",
  plan_closed: "errorPlanClosed",
} as const;

/** What went wrong, in plain words: also what is only the drivers' business. */
export const driverError = errorWords(driverTexts, errors);

/** Whether a time was not to be had, but another one may be. */
export function isTaken({ code }: Failure): boolean {
  return Object.hasOwn(errors, code) && errors[code as keyof typeof errors] === "errorSlotTaken";
}

/** What went wrong with a share link: one that is not there was taken back, ran out, or is not whole. */
export function shareError(failure: Failure): string {
  return failure.code === "not_found" ? driverTexts.t()("shareWrong") : driverError(failure);
}

/** Whether it stays open what has happened: no answer came, or one of a cloud whose database or payment service broke in the middle. */
export function leavesOpen({ code }: Failure): boolean {
  return code === "network" || code === "unavailable" || code === "internal";
}

/** The same, where an answer that was lost leaves open what has happened: `key` is what is then said. */
export function unsureError(key: "unsureHold" | "unsureBooking"): (failure: Failure) => string {
  return (failure) => (leavesOpen(failure) ? driverTexts.t()(key) : driverError(failure));
}
