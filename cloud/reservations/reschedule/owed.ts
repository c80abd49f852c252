import type { Sale } from "../../../shared/booking";
import type { Alternative } from "./alternative";

/** What a driver owes whose booking is given up since its charger fails: nothing; and where there was nowhere else to go, he is paid what the site's terms say (OCPI `FULL`). */
export function owedAfterRelease(sale: Sale, offer: Alternative | null): number {
  return offer === null ? -sale.terms.compensation : 0;
}

/** Whether a sale still waits for its driver, with nothing under way that ends it. */
export function isWaiting(sale: Sale | undefined): sale is Sale {
  return sale !== undefined && sale.stage === "reserved" && sale.cancel === null && sale.end === null;
}
