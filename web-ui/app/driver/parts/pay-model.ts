import { currencyDigits } from "../../../../shared/money";
import type { PagedPayment } from "../my-types";

/** Pure: what is said of payments on pages of the payment service. */

/** Sums to fill a wallet with, in minor units: of currencies without such units a hundred times as many. */
export function topUpAmounts(currency: string): number[] {
  const digits = currencyDigits(currency);
  return [10, 20, 50, 100, 200].map((units) => units * (digits === 0 ? 100 : 10 ** digits));
}

/** How often the payment service is asked before that is left to its own word, which comes to the cloud; ms between. */
export const PATIENCE = { tries: 20, everyMs: 2000 };

export type Standing = "filled" | "paid" | "failed" | "over" | "stopped" | "waiting" | "late";

/** How a payment stands for who has come back, after so many looks at it; `stopped`: without having paid. */
export function standingOf(
  { status, purpose, url }: Pick<PagedPayment, "status" | "purpose" | "url">,
  stopped: boolean,
  looks: number,
): Standing {
  if (status === "succeeded" || status === "held") return purpose === "top_up" ? "filled" : "paid";
  if (status === "failed") return "failed";
  if (status === "released") return "over";
  if (stopped && url !== null) return "stopped";
  return looks < PATIENCE.tries ? "waiting" : "late";
}

/** The month of a card as people read it on the card: `05/29`. */
export function monthOf(expires: string): string {
  const [year = "", month = ""] = expires.split("-");
  return `${month}/${year.slice(-2)}`;
}
