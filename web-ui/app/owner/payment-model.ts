import { currencyDigits } from "../../../shared/money";
import { readNumber } from "../tariff-form";
import type { PaymentRules } from "./types";

/** The rules for paying at a site as a form has them: what is set aside as typed, in units of the currency; empty: what a session is expected to cost. */

export const paymentMethods = [
  "card",
  "wallet",
  "plan",
  "on_site",
  "on_account",
] as const satisfies PaymentRules["methods"];
/** The most that is set aside, minor units. */
export const MOST_HELD = 10_000;

type PaymentForm = Pick<PaymentRules, "methods" | "onAccountFor"> & { hold: string };
type PaymentError = "methods" | "hold";

export function paymentFormOf({ methods, onAccountFor, hold }: PaymentRules, currency: string): PaymentForm {
  return { methods, onAccountFor, hold: hold === null ? "" : String(hold / 10 ** currencyDigits(currency)) };
}

/** The rules that a form means, or what is wrong with it. */
export function paymentRulesOf(
  form: PaymentForm,
  currency: string,
): { rules: PaymentRules } | { wrong: PaymentError[] } {
  const { methods, onAccountFor } = form;
  const text = form.hold.trim();
  const value = readNumber(text);
  const hold = text === "" ? null : Math.round((value ?? 0) * 10 ** currencyDigits(currency));
  const wrong: PaymentError[] = [];
  if (methods.length === 0) wrong.push("methods");
  if (text !== "" && (value === null || (hold ?? 0) > MOST_HELD)) wrong.push("hold");
  return wrong.length > 0 ? { wrong } : { rules: { methods, onAccountFor, hold } };
}

/** A method accepted or not, in the order in which they are shown. */
export function toggled(methods: PaymentForm["methods"], method: PaymentForm["methods"][number], on: boolean) {
  return paymentMethods.filter((each) => (each === method ? on : methods.includes(each)));
}
