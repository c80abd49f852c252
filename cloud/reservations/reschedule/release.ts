import type { Transaction } from "kysely";
import type { Book, CloudBookingEvent, Sale } from "../../../shared/booking";
import type { Database } from "../../db/schema";
import { writeDecision } from "../change";

/** Rule 7 without a fee: asks the hub to cancel. Gives the hub to wake. */
export function releaseSale(
  trx: Transaction<Database>,
  book: Book,
  { booking, version }: Sale,
  owed: number,
  now: number,
): Promise<string | undefined> {
  const event: CloudBookingEvent = { type: "booking.cancelRequested", data: { booking, version, owed } };
  return writeDecision(trx, book, [event], now);
}
