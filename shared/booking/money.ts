import { minutes, startOfSlot } from "./slots";
import type { End, Sale } from "./types";

/** What the reservation itself costs (energy is the session's). Amounts are minor units of the sale's currency, from its frozen terms. */

/** What a driver owes who withdraws at `now` (epoch ms): nothing until `cancel_until_minutes` before the start, then the fee, never more than the price. */
export function owedAfterCancel(sale: Pick<Sale, "from" | "terms" | "price">, now: number): number {
  const until = startOfSlot(sale.from) - minutes(sale.terms.cancel_until_minutes);
  return now <= until ? 0 : Math.min(sale.terms.lateCancelFee, sale.price.amount);
}

/** What a driver owes who never came. */
export function owedAfterNoShow(sale: Sale): number {
  return Math.min(sale.terms.noShowFee, sale.price.amount);
}

/** What is owed for a sale as it stands: its price, less what a cancel has already given back, or what its end says. */
export function owed(sale: Sale): number {
  if (sale.end) return sale.end.owed;
  return sale.cancel ? sale.cancel.owed : sale.price.amount;
}

/** The four ways a booking ends (I8): a cancelled one with something paid to the driver is compensated. */
export function ending(end: End): "fulfilled" | "noShow" | "cancelled" | "compensated" {
  if (end.status === "FULFILLED") return "fulfilled";
  if (end.status === "NO_SHOW") return "noShow";
  return end.owed < 0 ? "compensated" : "cancelled";
}

/** An entry for the ledger: what the driver owes more (positive) or less. */
export interface Posting {
  booking: string;
  version: number;
  /** `reversal` takes back a refund whose cancel was refused (Rule 7). */
  kind: "charge" | "refund" | "reversal" | "compensation";
  amount: number;
}

/**
 * The ledger's entries for a change of a sale in the cloud's book, to be written in the same transaction. `before` is undefined for a new sale. Their
 * sum over the life of a sale is always `owed(sale)`: nothing is rewritten, a change of mind is a counter-entry.
 */
export function postings(before: Sale | undefined, after: Sale): Posting[] {
  const { booking, version } = after;
  const was = before ? owed(before) : 0;
  const is = owed(after);
  const entry = (kind: Posting["kind"], amount: number) => (amount === 0 ? [] : [{ booking, version, kind, amount }]);
  const down = Math.max(0, is) - Math.max(0, was);
  const paid = Math.min(0, is) - Math.min(0, was);
  const change = down < 0 ? "refund" : before ? "reversal" : "charge";
  return [...entry(change, down), ...entry("compensation", paid)];
}
