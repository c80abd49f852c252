import { withOwnKey } from "./book";
import { cancelRequested, canceled, ended, named, noted } from "./cancel";
import type { HubBookingEvent } from "./events";
import { windowOf } from "./pass";
import type { Offer, SaleRefusal, SoldEvent } from "./sell";
import { refusalOfSale, repeatOf, saleOf } from "./sell";
import type { Book, Decision, Sale } from "./types";
import { isOpen, versionsOf } from "./types";

/** Rule 8: modify = sell the new version first, then cancel the old. A confirmed price never changes: the new version has its own. */

/** `pending`: an earlier change or cancel of this booking waits for its verdict. `earlier`: see `modifyAtHub`. */
export type ModifyRefusal = SaleRefusal | "unknown" | "used" | "ended" | "pending" | "doubtful" | "earlier";
export type ModifyAnswer = { ok: true; sale: Sale; repeated: boolean } | { ok: false; refusal: ModifyRefusal };

/**
 * Rule 8, in the cloud: `offer` names the booking and what it is to become. The old version waits for the hub's verdict like any cancel, and
 * costs nothing if the change stands; if it was used, the hub ends the new one instead (`learn`). `now` is epoch ms.
 */
export function modifyAtCloud(book: Book, offer: Offer, now: number): Decision<ModifyAnswer, SoldEvent> {
  return change(book, offer, now, (sale) => [{ type: "booking.sold", data: { sale } }]);
}

/**
 * Rule 8, at the hub, where the use is known: the old version is cancelled in the same step. Only to a pass that admits no earlier than the old one: of a change that a lost hub has not told
 * of, the cloud knows the old version alone, and Rule 10 takes for used what may have been admitted by its window.
 */
export function modifyAtHub(book: Book, offer: Offer, now: number): Decision<ModifyAnswer, HubBookingEvent> {
  const old = versionsOf(book, offer.booking).find(isOpen);
  if (old && windowOf(offer).opens < windowOf(old).opens && !repeatOf(book, offer)) {
    return { events: [], answer: { ok: false, refusal: "earlier" } };
  }
  return change(book, offer, now, (sale, old) => [
    { type: "booking.sold", data: { sale } },
    ended(old, canceled(0, null)),
  ]);
}

function change<Event>(
  book: Book,
  offer: Offer,
  now: number,
  eventsOf: (sale: Sale, old: Sale) => Event[],
): Decision<ModifyAnswer, Event> {
  const repeat = repeatOf(book, offer);
  if (repeat?.ok && repeat.sale.booking !== offer.booking) {
    return { events: [], answer: { ok: false, refusal: "key_reused" } };
  }
  if (repeat) return { events: [], answer: repeat };
  const versions = versionsOf(book, offer.booking);
  const old = versions.find(isOpen);
  if (!old) return { events: [], answer: { ok: false, refusal: versions.length > 0 ? "ended" : "unknown" } };
  const refusal = refusalOfChange(versions) ?? refusalOfSale(book, offer, now, offer.booking);
  if (refusal) return { events: [], answer: { ok: false, refusal } };
  const sale = saleOf(book, offer, old);
  return { events: eventsOf(sale, old), answer: { ok: true, sale, repeated: false } };
}

/**
 * Rule 8, at the hub: what a sale of the cloud makes here, whether it comes by the feed or with its own pass. A new version stands if the one that it
 * replaces was neither used nor ended, and cancels that. Otherwise it ends at once, unpaid: the change came too late. A version that comes
 * after the one that replaces it ends in favour of that. `sight`: as for any cancel (`cancelRequested`).
 */
export function learn(book: Book, sale: Sale, sight: boolean): HubBookingEvent[] {
  const versions = versionsOf(book, sale.booking);
  if (versions.some(({ version }) => version === sale.version)) return [];
  const learned: HubBookingEvent = { type: "booking.learned", data: { sale: withOwnKey(book, sale) } };
  const end = sight ? ended(sale, canceled(0, null)) : noted(sale, 0);
  const endsAtOnce = [learned, end];
  if (versions.some(({ replaces }) => replaces === sale.version)) return endsAtOnce;
  const old = versions.find(({ version }) => version === sale.replaces);
  if (!old) return [learned];
  if (old.use) return [...endsAtOnce, { type: "booking.cancelRefused", data: named(old) }];
  return old.end ? endsAtOnce : [learned, ...cancelRequested(book, { ...named(old), owed: 0 }, sight)];
}

function refusalOfChange(versions: readonly Sale[]): ModifyRefusal | null {
  const open = versions.filter(isOpen);
  if (open.some(({ use }) => use)) return "used";
  if (open.length > 1 || open.some(({ cancel }) => cancel)) return "pending";
  return open.some(({ doubt }) => doubt) ? "doubtful" : null;
}
