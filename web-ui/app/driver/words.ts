import { translator } from "../../common/translate";
import type { Lang, Translate } from "../../common/translate";
import { errorText } from "../errors";
import type { Failure } from "../api";
import type { driverEn } from "./driver-en";

export type DriverTexts = Record<keyof typeof driverEn, string>;
export type DriverT = Translate<typeof driverEn>;

let t: DriverT | null = null;

/** Sets the texts that the drivers' pages speak with. */
export function useTexts(texts: DriverTexts): void {
  t = translator<typeof driverEn>(texts);
}

/** Loads the drivers' texts of a language, beside the page that shows them. */
export async function loadDriverTexts(lang: Lang): Promise<void> {
  useTexts(lang === "de" ? (await import("./driver-de")).driverDe : (await import("./driver-en")).driverEn);
}

/** The drivers' texts. They are there before any of their pages is. */
export function driverT(): DriverT {
  return t as DriverT;
}

type ErrorKey = Extract<keyof typeof driverEn, `error${string}`>;
const errors: Record<string, ErrorKey> = {
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
};

/** Whether a time was not to be had, but another one may be. */
export function isTaken({ code }: Failure): boolean {
  return Object.hasOwn(errors, code) && errors[code] === "errorSlotTaken";
}

/** What went wrong with a share link: one that is not there was taken back, ran out, or is not whole. */
export function shareError(failure: Failure): string {
  return failure.code === "not_found" ? driverT()("shareWrong") : driverError(failure);
}

/** Whether it stays open what has happened: no answer came, or one of a cloud whose database or payment service broke in the middle. */
export function leavesOpen({ code }: Failure): boolean {
  return code === "network" || code === "unavailable" || code === "internal";
}

/** The same, where an answer that was lost leaves open what has happened: `key` is what is then said. */
export function unsureError(key: "unsureHold" | "unsureBooking"): (failure: Failure) => string {
  return (failure) => (leavesOpen(failure) ? driverT()(key) : driverError(failure));
}

/** What went wrong, in plain words: also what is only the drivers' business. */
export function driverError(failure: Failure): string {
  const key = Object.hasOwn(errors, failure.code) ? errors[failure.code] : undefined;
  return key ? driverT()(key) : errorText(failure);
}
