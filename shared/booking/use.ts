import { cellsOf, freeCells, holders } from "./book";
import { canceled, ended, named, verdictOn } from "./cancel";
import type { Which } from "./cancel";
import type { HubBookingEvent } from "./events";
import { owedAfterNoShow } from "./money";
import { windowOf } from "./pass";
import type { Offer, SaleAnswer, SaleRefusal } from "./sell";
import { refusalOfSale, saleOf } from "./sell";
import { slotOf, startOfSlot } from "./slots";
import type { Span } from "./spans";
import { covers, overlaps } from "./spans";
import type { Book, Decision, Sale } from "./types";
import { cellsOfSale, isOpen, saleId } from "./types";

/** What happens to a sale at the hub besides its pass: the charger's word, walk-ins, the end, the no-show. */

/** The charger's transaction has begun. */
export function started(book: Book, which: Which): HubBookingEvent[] {
  return stageOf(book, which) === "admitted" ? [{ type: "booking.started", data: named(which) }] : [];
}

/**
 * The charger refused or never began: a rejected start never consumes a reservation. Only while the charger has no transaction for it and none of its
 * messages waits; and a hub asks a charger to start only while the sale is `admitted`, since the same pass may have been shown
 * twice. Not in doubt, where a lost hub may have started it (Rule 10). After the window (`now`, epoch ms) nobody could come any more, so it
 * ends, without a fee: the driver was there.
 */
export function startFailed(book: Book, which: Which, now: number): HubBookingEvent[] {
  const sale = book.sales[saleId(which)];
  if (sale?.stage !== "admitted" || sale.doubt) return [];
  const isOver = sale.use?.by === "walkIn" || now > windowOf(sale).closes;
  return isOver ? [ended(which, canceled(0, "BROKEN_CHARGER"))] : [{ type: "booking.startFailed", data: named(which) }];
}

/**
 * The charge is over: fulfilled. `now` (epoch ms) gives the cells after the present one back to their owner; the present one stays consumed. A walk-in
 * who took over a used-up cell (see `walkIn`) may leave before its own begin.
 */
export function finish(book: Book, which: Which, now: number): HubBookingEvent[] {
  const sale = book.sales[saleId(which)];
  if (!sale || stageOf(book, which) !== "started") return [];
  const slot = slotOf(now);
  const hasUsedNone = sale.use?.by === "walkIn" && slot < sale.from;
  const keeps = hasUsedNone ? null : { from: sale.from, to: Math.min(sale.to, Math.max(sale.from, slot) + 1) };
  return [ended(which, { status: "FULFILLED", reason: null, owed: sale.price.amount, keeps })];
}

/** A walk-in: an offer whose seat and time the hub chooses, and the connector that the car stands at. */
interface WalkIn extends Omit<Offer, "seat" | "from" | "to"> {
  class: string;
  connector: string;
  /** At most this many cells. */
  slots: number;
}

/** `standby`: the cells are not the hub's to sell; the driver may charge without a claim and leaves with notice when a pass comes (Rule 4). */
type WalkInAnswer = Extract<SaleAnswer, { ok: true }> | { ok: false; refusal: "standby" | "key_reused" };

/**
 * Rules 1, 4 and 9: sells the cells from now (epoch ms) until somebody else's begin, on the seat of the class that has most of them. Where the present
 * cell of a seat is used up by drivers who have left, the next ones of it: the rest of a quarter of an hour is nobody's loss. Its hard end is `hardEnd` of what it gets.
 */
export function walkIn(book: Book, wish: WalkIn, now: number): Decision<WalkInAnswer, HubBookingEvent> {
  const { class: kind, connector, slots, ...rest } = wish;
  const earlier = Object.values(book.sales).find(({ key }) => key === wish.key);
  if (earlier) {
    const same = earlier.use?.by === "walkIn" && earlier.class === kind;
    return { events: [], answer: same ? repeated(earlier) : { ok: false, refusal: "key_reused" } };
  }
  const slot = slotOf(now);
  const present = longestRun(book, kind, slot, slots);
  const usedUp = longestRun(book, kind, slot + 1, slots - 1, slot);
  const best = usedUp && usedUp.to > (present?.to ?? slot) ? usedUp : present;
  if (!best || book.recovery !== null) return { events: [], answer: { ok: false, refusal: "standby" } };
  const sale = saleOf(book, { ...rest, ...best });
  const at = new Date(now).toISOString();
  return {
    events: [
      { type: "booking.sold", data: { sale } },
      { type: "booking.admitted", data: { ...named(sale), connector, at, by: "walkIn" } },
    ],
    answer: { ok: true, sale, repeated: false },
  };
}

/** Rule 1 for a charge that is under way: sells the cells up to `to` (a slot) as well. `now` is epoch ms. */
export function extend(
  book: Book,
  which: Which & { to: number },
  now: number,
): Decision<{ ok: true } | { ok: false; refusal: SaleRefusal | "not_started" }, HubBookingEvent> {
  const sale = book.sales[saleId(which)];
  if (!sale || sale.stage !== "started") return { events: [], answer: { ok: false, refusal: "not_started" } };
  if (which.to <= sale.to) return { events: [], answer: { ok: true } };
  const more = { seat: sale.seat, from: sale.to, to: which.to };
  const refusal = refusalOfSale(book, more, Math.min(now, startOfSlot(sale.to)));
  if (refusal) return { events: [], answer: { ok: false, refusal } };
  return { events: [{ type: "booking.extended", data: { ...named(which), to: which.to } }], answer: { ok: true } };
}

/**
 * Ends what nobody came for, and gives the verdicts that had to wait, at `now` (epoch ms) by a credible clock. `upSince`: since when the hub has run
 * with its chargers in sight; null while it has none, for then it cannot know who came. No fee where the hub cannot prove that the driver
 * stayed away: it was not up when the window opened, or it has lost its memory since the sale. What is in doubt holds its cells to the end,
 * since somebody may be using them (Rule 10).
 */
export function sweep(book: Book, now: number, upSince: number | null): HubBookingEvent[] {
  if (book.recovery !== null || upSince === null) return [];
  return Object.values(book.sales).flatMap((sale) => {
    const verdict = verdictOn(book, sale);
    if (verdict.length > 0) return verdict;
    if (sale.doubt && isOpen(sale)) {
      const keeps = cellsOfSale(sale);
      const owed = sale.cancel?.owed ?? 0;
      return now < startOfSlot(sale.to) ? [] : [ended(sale, { ...canceled(owed, "UNKNOWN"), keeps })];
    }
    const { opens, closes } = windowOf(sale);
    if (sale.stage !== "reserved" || now <= closes) return [];
    if (sale.epoch < book.epoch) return [ended(sale, canceled(0, "UNKNOWN"))];
    if (upSince > opens) return [ended(sale, canceled(0, "POWER_OUTAGE"))];
    return [ended(sale, { ...canceled(owedAfterNoShow(sale), null), status: "NO_SHOW" })];
  });
}

/**
 * Rule 9: the driver came in time, found no place and gave up waiting: full refund and compensation. The caller has made sure that his pass admits
 * but for the place.
 */
export function compensate(book: Book, which: Which): HubBookingEvent[] {
  const sale = book.sales[saleId(which)];
  if (sale?.stage !== "reserved" || book.recovery !== null) return [];
  return [ended(which, canceled(-sale.terms.compensation, "FULL"))];
}

/**
 * Takes what ended before a slot out of the live state. Nothing that starts before the last of it is admitted or sold from then on; no more is closed
 * than that, however wrong the clock was that `before` comes from.
 */
export function settle(book: Book, before: number): HubBookingEvent[] {
  const over = Object.values(book.sales).filter((sale) => sale.end && sale.to < before);
  if (over.length === 0) return [];
  const last = Math.max(book.settled, ...over.map(({ to }) => to + 1));
  return [{ type: "book.settled", data: { before: last } }];
}

function stageOf(book: Book, which: Which): Sale["stage"] | undefined {
  return book.sales[saleId(which)]?.stage;
}

function repeated(sale: Sale): WalkInAnswer {
  return { ok: true, sale, repeated: true };
}

/** The most cells from `from` on that a seat of a class has to sell; `after`: only seats whose cell `after` a driver who has left has used up. */
function longestRun(
  book: Book,
  kind: string,
  from: number,
  slots: number,
  after: number | null = null,
): (Span & { seat: string }) | null {
  let best: (Span & { seat: string }) | null = null;
  for (const [seat, { class: each }] of Object.entries(book.seats)) {
    if (each !== kind || (after !== null && !isUsedUp(book, seat, after))) continue;
    const run = freeCells(book, seat).find((span) => span.from <= from && from < span.to);
    const to = Math.min(run?.to ?? from, from + slots);
    if (to > (best?.to ?? from)) best = { seat, from, to };
  }
  return best;
}

/** Whether a cell is this side's own and nobody holds it but drivers who have charged and left. */
function isUsedUp(book: Book, seat: string, slot: number): boolean {
  const cell = { from: slot, to: slot + 1 };
  return (
    covers(cellsOf(book, seat), cell) &&
    !book.quarantine[seat]?.some((span) => overlaps(span, cell)) &&
    holders(book, seat, cell).every(({ end }) => end?.status === "FULFILLED")
  );
}
