import { CLOCK_SKEW_MS, minutes, startOfSlot } from "./slots";
import type { Sale, Side } from "./types";

/**
 * The pass: what a compact JWS (Ed25519) of its issuer says, so that a hub which has never heard of the booking can admit it. Who signs, and
 * with which key, is no matter of this file: the caller verifies and says so.
 */

/** Proof that the bearer is the buyer: the public key of his app, or `HMAC(secret of hub and cloud, booking and PIN)`. Null: a bearer pass. */
export type Holder = { key: string } | { pinTag: string } | null;

/** The claims of a pass: the sale as sold. `seat` is virtual, so no connector is named. */
export interface PassClaims extends Omit<Sale, "key" | "stage" | "doubt" | "cancel" | "use" | "end" | "seller"> {
  issuer: Side;
  holder: Holder;
}

/** Wrong PINs after which a pass needs an operator. */
export const PIN_TRIES = 5;

/** The claims for a sale. */
export function claimsOf(sale: Sale, holder: Holder): PassClaims {
  const { key: _key, stage: _stage, doubt: _doubt, cancel: _cancel, use: _use, end: _end, seller, ...sold } = sale;
  return { ...sold, issuer: seller, holder };
}

/** The sale that a pass proves. */
export function saleOfPass({ holder: _holder, issuer, ...sold }: PassClaims): Sale {
  return {
    ...sold,
    seller: issuer,
    key: null,
    stage: "reserved",
    doubt: false,
    cancel: null,
    use: null,
    end: null,
  };
}

/** Rule 5: when a pass admits, both ends included: `[start - early - e, start + grace + e]`, epoch ms. */
export function windowOf(sale: Pick<Sale, "from" | "terms">): { opens: number; closes: number } {
  const start = startOfSlot(sale.from);
  return {
    opens: start - minutes(sale.terms.early_start_time) - CLOCK_SKEW_MS,
    closes: start + minutes(sale.terms.noshow_timeout) + CLOCK_SKEW_MS,
  };
}

/** Whether the hub's own book says what the pass says of its seat and cells; a charge that is under way may have been extended. */
export function sameSale(sale: Sale, claims: PassClaims): boolean {
  const { seat, class: kind, from, to, epoch } = claims;
  const sameSeat = sale.seat === seat && sale.class === kind;
  return sameSeat && sale.from === from && sale.to >= to && sale.epoch === epoch;
}
