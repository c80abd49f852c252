import { cellsOf, holders } from "./book";
import { named, verdictOn } from "./cancel";
import type { HubBookingEvent } from "./events";
import { learn } from "./modify";
import { foldHub } from "./fold";
import type { PassClaims } from "./pass";
import { PIN_TRIES, saleOfPass, sameSale, windowOf } from "./pass";
import type { Connector } from "./place";
import { placeFor } from "./place";
import { covers, overlaps } from "./spans";
import type { Book, Decision, Sale } from "./types";
import { saleId, versionsOf } from "./types";
import { startFailed } from "./use";

/** A pass as shown, and what the border found out about it. */
export interface Presented {
  claims: PassClaims;
  /** Signed by its issuer, with a key that this hub knows. */
  signed: boolean;
  /** Of the holder: `missing` where the pass asks for none, or none was given. */
  proof: "right" | "wrong" | "missing";
  /** An operator stands by and says that this driver may. */
  operator: boolean;
}

/** What the hub knows of its own site at this instant. */
export interface SiteNow {
  /** Epoch ms by the hub's clock. */
  now: number;
  /** Rule 6: whether that clock can be believed. */
  clockCredible: boolean;
  connectors: readonly Connector[];
  /** Whether a site nearby would take the driver, as far as is known. */
  neighbour: boolean;
  /** A charger was asked to start for this very booking, and may yet do so. */
  starting: boolean;
}

/** Why a pass does not admit. `operator_only`: the hub cannot be sure (Rules 6 and 10), a person can. */
export type AdmitRefusal =
  | "bad_signature"
  | "other_hub"
  | "superseded_hub"
  | "operator_only"
  | "not_issuers_cells"
  | "revoked"
  | "used"
  | "too_early"
  | "too_late"
  | "wrong_pin"
  | "holder_needed"
  | "too_many_tries"
  | "full"
  | "neighbour";

export type AdmitAnswer =
  | { ok: true; sale: Sale; connector: string; endsStandby: boolean; repeated: boolean }
  | { ok: false; refusal: AdmitRefusal };

type Learned = { events: HubBookingEvent[] } | { refusal: AdmitRefusal };

/**
 * Rule 5: whether a pass starts a charge. The caller has the events on disk, `used(booking)` among them, before it asks the charger to start. The
 * same pass again, while the charger has not started (the hub may have lost power in between), gives the same connector if that is free, and
 * another if nothing can come of that.
 */
export function admit(book: Book, shown: Presented, site: SiteNow): Decision<AdmitAnswer, HubBookingEvent> {
  const { claims, operator } = shown;
  const learned = whatIsShown(book, shown);
  if ("refusal" in learned) return no(learned.refusal);
  const after = learned.events.reduce(foldHub, book);
  const sale = after.sales[saleId(claims)] as Sale;
  const again = isBeingStarted(sale);
  const refusal = (again ? null : refusalOfUse(after, sale, shown, site)) ?? refusalOfHolder(book, shown);
  if (refusal === "wrong_pin") {
    // The pass is genuine, so the hub knows the sale from now on; and as long as it does, it counts the tries.
    return no(refusal, [...learned.events, { type: "booking.pinFailed", data: { booking: sale.booking } }]);
  }
  if (refusal) return no(refusal);
  if (again) return startedAgain(after, sale, site);

  const place = placeFor(sale.class, site.connectors, site.neighbour);
  // The pass is genuine: what the hub has learned from it stays, for the compensation too.
  if (place.kind !== "connector") return no(place.kind, learned.events);
  const { connector, ends } = place;
  const at = new Date(site.now).toISOString();
  const by = operator ? "operator" : "pass";
  const admitted: HubBookingEvent = { type: "booking.admitted", data: { ...named(sale), connector, at, by } };
  // A cancel that waited for somebody to know has its answer now (Rules 7 and 10).
  const used: Sale = { ...sale, use: { connector, at, by } };
  return {
    events: [...learned.events, admitted, ...verdictOn(after, used)],
    answer: { ok: true, sale, connector, endsStandby: ends, repeated: false },
  };
}

/** What the hub learns from the pass itself: nothing if it knows the sale, the sale if its issuer owned the cells. */
function whatIsShown(book: Book, { claims, signed, operator }: Presented): Learned {
  if (!signed) return { refusal: "bad_signature" };
  if (claims.hub !== book.hub) return { refusal: "other_hub" };
  // Rule 10: unsure of its state, the hub may have admitted this pass before; and one of a newer epoch tells it that another took its place.
  if (book.recovery !== null && !operator) return { refusal: "operator_only" };
  if (book.recovery === null && claims.epoch > book.epoch) return { refusal: "superseded_hub" };
  const known = book.sales[saleId(claims)];
  if (known) return sameSale(known, claims) ? { events: [] } : { refusal: "not_issuers_cells" };
  if (claims.from < book.settled) return { refusal: "too_late" };
  return learnFromPass(book, claims, operator);
}

/**
 * Rule 5, "the issuer owned the cells". The cloud owned them if this hub does not: a grant of sold cells comes after the sale in the same log.
 * A sale of this hub that it does not know was lost with an old disk, and a sale of the cloud from an earlier epoch would be known:
 * with those, and while recovering, an operator has the word, as long as nobody else holds the cells.
 */
function learnFromPass(book: Book, claims: PassClaims, operator: boolean): Learned {
  const sale = saleOfPass(claims);
  if (holders(book, sale.seat, sale, sale.booking).length > 0) return { refusal: "not_issuers_cells" };
  const owned = cellsOf(book, sale.seat);
  if (claims.issuer === "hub") {
    if (book.recovery === null && !covers(owned, sale)) return { refusal: "not_issuers_cells" };
    return operator ? { events: [{ type: "booking.restated", data: { sale } }] } : { refusal: "operator_only" };
  }
  if (book.recovery !== null) return { events: learn(book, sale, true) };
  const mine = owned.some((span) => overlaps(span, sale));
  return mine || claims.epoch < book.epoch ? { refusal: "not_issuers_cells" } : { events: learn(book, sale, true) };
}

/**
 * Rule 5: neither revoked nor used, in no doubt, and now lies in the window. An operator may overrule lateness and doubt, but never a use; nor may he
 * admit before the window opens, for that is how Rule 10 knows which passes a lost disk may have admitted. Where the clock cannot be
 * believed, he reads the time from his own.
 */
function refusalOfUse(book: Book, sale: Sale, { operator }: Presented, site: SiteNow): AdmitRefusal | null {
  if (versionsOf(book, sale.booking).some(({ use }) => use)) return "used";
  if (sale.end) return "revoked";
  const { opens, closes } = windowOf(sale);
  if (site.clockCredible && site.now < opens) return "too_early";
  if (operator) return null;
  if (sale.doubt || !site.clockCredible) return "operator_only";
  return site.now > closes ? "too_late" : null;
}

/** Whether the bearer is the buyer, where the pass asks for proof. */
function refusalOfHolder(book: Book, { claims, proof, operator }: Presented): AdmitRefusal | null {
  if (!claims.holder || operator) return null;
  if ((book.pinTries[claims.booking] ?? 0) >= PIN_TRIES) return "too_many_tries";
  if (proof === "right") return null;
  return proof === "wrong" ? "wrong_pin" : "holder_needed";
}

function isBeingStarted(sale: Sale): boolean {
  return sale.stage === "admitted" && !sale.doubt;
}

/**
 * The start at the first connector came to nothing where that is not free and no charger was asked: then Rule 9 finds another place. Where a car still
 * stands there, a free one or none: its driver may have been told to leave for this pass.
 */
function startedAgain(book: Book, sale: Sale, site: SiteNow): Decision<AdmitAnswer, HubBookingEvent> {
  const { connector: first, by } = sale.use as NonNullable<Sale["use"]>;
  const there = site.connectors.find(({ id }) => id === first)?.state ?? "out";
  if (there === "free") {
    return { events: [], answer: { ok: true, sale, connector: first, endsStandby: false, repeated: true } };
  }
  if (site.starting) return no("used");
  const failed = startFailed(book, sale, site.now);
  const place = placeFor(sale.class, site.connectors, site.neighbour);
  if (there !== "out" && (place.kind !== "connector" || place.ends)) return no("used");
  if (place.kind !== "connector") return no(place.kind, failed);
  const at = new Date(site.now).toISOString();
  const { connector, ends } = place;
  return {
    events: [
      { type: "booking.startFailed", data: named(sale) },
      { type: "booking.admitted", data: { ...named(sale), connector, at, by } },
    ],
    answer: { ok: true, sale, connector, endsStandby: ends, repeated: false },
  };
}

function no(refusal: AdmitRefusal, events: HubBookingEvent[] = []): Decision<AdmitAnswer, HubBookingEvent> {
  return { events, answer: { ok: false, refusal } };
}
