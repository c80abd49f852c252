import type { Failure } from "../api";
import { errorText } from "../errors";
import type { accountEn } from "./account-en";
import { accountTexts } from "./words";

type ErrorKey = Extract<keyof typeof accountEn, `error${string}` | "pushNone">;
const errors: Record<string, ErrorKey> = {
  invalid_password: "errorWrongPassword",
  wrong_password: "errorWrongPassword",
  invalid_token: "errorLinkOver",
  token_expired: "errorLinkOver",
  no_sms: "errorNoSms",
  sms_failed: "errorSmsFailed",
  wrong_code: "errorWrongCode",
  charge_running: "errorChargeRunning",
  booking_open: "errorBookingOpen",
  money_owed: "errorMoneyOwed",
  money_left: "errorMoneyLeft",
  last_owner: "errorLastOwner",
  in_family: "errorInFamily",
  family_full: "errorFamilyFull",
  already_member: "errorAlreadyMember",
  not_verified: "errorNotVerified",
  too_many_browsers: "errorTooManyBrowsers",
  push_refused: "errorPushRefused",
  push_none: "pushNone",
};

/** What went wrong with an account, in plain words. */
export function accountError(failure: Failure): string {
  const key = Object.hasOwn(errors, failure.code) ? errors[failure.code] : undefined;
  return key ? accountTexts.t()(key) : errorText(failure);
}
