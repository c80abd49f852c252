import { errorWords } from "../errors";
import { accountTexts } from "./words";

/** What went wrong with an account, in plain words. */
export const accountError = errorWords(accountTexts, {
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
});
