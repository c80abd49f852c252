import type { Texts } from "../common/translate";
import type { Failure } from "./api";
import type { errorEn } from "./errors-en";
import { errorTexts } from "./error-texts";
import type { LazyTexts } from "./lazy-texts";

/** Codes of the cloud's AppErrors and of the sign-in library, by what is said of them. */
const keys: Record<string, Exclude<keyof typeof errorEn, "errorInvalid">> = {
  network: "errorNetwork",
  internal: "errorInternal",
  invalid_email_or_password: "errorSignIn",
  invalid_email: "errorEmail",
  password_too_short: "errorPassword",
  email_not_verified: "errorNotVerified",
  not_verified: "errorNotVerified",
  blocked: "errorBlocked",
  user_already_exists: "errorTaken",
  user_already_exists_use_another_email: "errorTaken",
  rate_limited: "errorRate",
  too_many_requests: "errorRate",
  unauthorized: "errorSignedOut",
  forbidden: "errorForbidden",
  not_found: "errorNotFound",
  gone: "errorGone",
  no_hub: "errorNoHub",
  no_site: "errorNotFound",
  hub_replaced: "errorReplaced",
  charge_point_offline: "errorCharger",
  hub_not_ready: "errorCharger",
  tariff_in_use: "errorTariffInUse",
  version_holds: "errorVersion",
  effective_past: "errorEffective",
  effective_far: "errorEffective",
  first_version: "errorEffective",
  other_currency: "errorCurrency",
  currency_in_use: "errorCurrency",
  too_many_reservations: "errorTooManyBookings",
  too_many_holds: "errorTooManyHolds",
  too_many_waits: "errorTooManyWaits",
  too_many_series: "errorTooManySeries",
  last_admin: "errorLastAdmin",
  wallet_short: "errorWalletShort",
  booked_only: "errorBookedOnly",
  members_only: "errorMembersOnly",
  under_way: "errorUnderWay",
  offer_over: "errorOfferOver",
  offer_changed: "errorOfferChanged",
  nothing_offered: "errorNothingOffered",
  not_offered: "errorNothingOffered",
  free: "errorFree",
  too_far: "errorTooFar",
  too_late: "errorTooLate",
  too_long: "errorTooLong",
  no_seat: "errorNoSeat",
  no_such_time: "errorNoSuchTime",
  closed_then: "errorClosedThen",
  no_sms: "errorNoSms",
  organization_full: "errorFull",
  paid: "errorPaid",
  too_much: "errorTooMuch",
  id_tag_taken: "errorIdTag",
  invalid_code: "errorCode",
  wrong_code: "errorCode",
  key_reused: "errorKeyReused",
  too_large: "errorLarge",
};

/** What went wrong, in plain words: what happened, whether anything changed, what to do. */
export function errorText({ code, detail }: Failure): string {
  const t = errorTexts.t();
  if (code === "invalid" || code === "invalid_input") return t("errorInvalid", { detail });
  if (Object.hasOwn(keys, code)) return t(keys[code] as "errorAny");
  return t(code.startsWith("too_many_") ? "errorTooMany" : "errorAny");
}

/** Keys of texts that have no placeholder. */
type Plain<D extends Texts> = { [K in keyof D & string]: D[K] extends `${string}{${string}` ? never : K }[keyof D &
  string];

/** The same in a part of the app: codes that are its own business are told in its own words. */
export function errorWords<D extends Texts>(
  texts: LazyTexts<D>,
  own: Record<string, Plain<D>>,
): (failure: Failure) => string {
  return (failure) => {
    if (!Object.hasOwn(own, failure.code)) return errorText(failure);
    return (texts.t() as unknown as (key: string) => string)(own[failure.code] as string);
  };
}
