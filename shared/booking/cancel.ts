import type { CloudBookingEvent, HubBookingEvent } from "./events";
import { owedAfterCancel } from "./money";
import type { Book, CancelReason, Decision, End, Sale } from "./types";
import { saleId, versionsOf } from "./types";

/** Rule 7: a cancel is a request, and the hub, which alone knows what was used, gives the verdict. */

/** Names a version of a booking. */
export interface Which {
  booking: string;
  version: number;
}

/** Why a booking cannot be cancelled. `doubtful`: only an operator can tell (Rule 10). */
type CancelRefusal = "unknown" | "used" | "doubtful" | "recovering" | "ended";

/** `owed`: what the driver owes if it stands; `pending`: the hub has yet to agree. */
type CancelAnswer = { ok: true; pending: boolean; owed: number } | { ok: false; refusal: CancelRefusal };

/**
 * Rule 7, in the cloud: asks the hub to cancel. The driver may be refunded at once down to `owed`; the cells are not sold again before the
 * verdict, since the pass may have been used meanwhile. `now` (epoch ms) decides the fee. Asking again changes nothing.
 */
export function requestCancel(book: Book, which: Which, now: number): Decision<CancelAnswer, CloudBookingEvent> {
  const sale = book.sales[saleId(which)];
  if (!sale) return refused("unknown");
  const refusal = refusalOfCancel(sale);
  if (refusal) return refused(refusal);
  if (sale.end) return { events: [], answer: { ok: true, pending: false, owed: sale.end.owed } };
  if (sale.cancel) return { events: [], answer: { ok: true, pending: true, owed: sale.cancel.owed } };
  const owed = owedAfterCancel(sale, now);
  return {
    events: [{ type: "booking.cancelRequested", data: { ...named(which), owed } }],
    answer: { ok: true, pending: true, owed },
  };
}

/**
 * Rule 7, at the hub: cancels where the use is known, so the verdict is at once. `now` is epoch ms.
 */
export function cancelAtHub(book: Book, which: Which, now: number): Decision<CancelAnswer, HubBookingEvent> {
  if (book.recovery !== null) return refused("recovering");
  const sale = book.sales[saleId(which)];
  if (!sale) return refused("unknown");
  const refusal = refusalOfCancel(sale);
  if (refusal) return refused(refusal);
  if (sale.end) return { events: [], answer: { ok: true, pending: false, owed: sale.end.owed } };
  if (sale.doubt) return refused("doubtful");
  const owed = owedAfterCancel(sale, now);
  return { events: [ended(which, canceled(owed, null))], answer: { ok: true, pending: false, owed } };
}

/**
 * Rule 7, at the hub: what a request of the cloud makes here. An end is on its way already where there is one. Without `sight` of its chargers a hub
 * notes the request and gives no verdict: another computer may have taken its place and admitted the driver.
 */
export function cancelRequested(book: Book, request: Which & { owed: number }, sight: boolean): HubBookingEvent[] {
  const sale = book.sales[saleId(request)];
  if (!sale || sale.end) return [];
  const { owed } = request;
  const asked: Sale = { ...sale, cancel: { owed } };
  const verdict = sight ? verdictOn(book, asked) : [];
  return verdict.length > 0 ? verdict : [noted(request, owed)];
}

/**
 * Rule 7: the verdict on a sale that is asked to be cancelled. cancelOk is its end, and revokes the pass; cancelNo says that it was used, and ends
 * the version that was to replace it (Rule 8). What may have been used before a recovery waits, and its cells with it (Rule 10).
 */
export function verdictOn(book: Book, sale: Sale): HubBookingEvent[] {
  if (!sale.cancel || sale.end || (sale.doubt && !sale.use)) return [];
  if (!sale.use) return [ended(sale, canceled(sale.cancel.owed, null))];
  const newer = versionsOf(book, sale.booking).filter(({ replaces, end }) => replaces === sale.version && !end);
  return [
    { type: "booking.cancelRefused", data: named(sale) },
    ...newer.map((other) => ended(other, canceled(0, null))),
  ];
}

/** The hub's event of an end. */
export function ended(which: Which, end: End): Extract<HubBookingEvent, { type: "booking.ended" }> {
  return { type: "booking.ended", data: { ...named(which), end } };
}

/** The hub's event of a cancel without a verdict yet. */
export function noted(which: Which, owed: number): HubBookingEvent {
  return { type: "booking.cancelNoted", data: { ...named(which), owed } };
}

/** An end without use, whose cells are free again. */
export function canceled(owed: number, reason: CancelReason | null): End {
  return { status: "CANCELED", reason, owed, keeps: null };
}

/** Just the name, whatever else the object holds. */
export function named({ booking, version }: Which): Which {
  return { booking, version };
}

function refusalOfCancel(sale: Sale): CancelRefusal | null {
  if (sale.end) return sale.end.status === "CANCELED" ? null : "ended";
  return sale.use ? "used" : null;
}

function refused(refusal: CancelRefusal): Decision<CancelAnswer, never> {
  return { events: [], answer: { ok: false, refusal } };
}
