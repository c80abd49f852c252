import type { Failure } from "./api";
import type { Words } from "./words";
import type { appEn } from "./texts-en";

const keys: Record<string, Exclude<keyof typeof appEn, "errorInvalid">> = {
  network: "errorNetwork",
  invalid_email_or_password: "errorSignIn",
  invalid_email: "errorEmail",
  password_too_short: "errorPassword",
  email_not_verified: "errorNotVerified",
  blocked: "errorBlocked",
  user_already_exists: "errorTaken",
  user_already_exists_use_another_email: "errorTaken",
  rate_limited: "errorRate",
  too_many_requests: "errorRate",
  unauthorized: "errorSignedOut",
  forbidden: "errorForbidden",
  not_found: "errorNotFound",
  no_hub: "errorNoHub",
  tariff_in_use: "errorTariffInUse",
  other_currency: "errorCurrency",
  currency_in_use: "errorCurrency",
};

/** What went wrong, in plain words: what happened, whether anything changed, what to do. */
export function errorText({ code, detail }: Failure, { t }: Words): string {
  if (code === "invalid" || code === "invalid_input") return t("errorInvalid", { detail });
  const key = Object.hasOwn(keys, code) ? keys[code] : undefined;
  return t((key ?? "errorAny") as "errorAny");
}
