import type { AdmitRefusal, Presented, Sale } from "../../shared/booking";
import { admit, compensate, foldHub, saleId, windowOf } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import type { StartOrder } from "../start/decide";
import { decideStart } from "../start/decide";
import { pendingOn } from "../state/requests";
import { openOn } from "../state/sessions";
import type { HubState } from "../state/state";
import type { Decision } from "../store/types";
import { connectorsFor } from "./connectors";
import { bookingOf, connectorOf } from "./state";

/** A driver with a pass, at a connector or at none in particular. */
export interface Visit {
  shown: Presented;
  /** Key of the connector whose page he has open; null: wherever there is room. */
  at: string | null;
  /** Names the start at a connector, once it is known which. */
  order: (at: { cpId: string; connectorId: number }) => StartOrder;
  /** Epoch ms by the hub's clock, and whether that can be believed (Rule 6). */
  now: number;
  clockCredible: boolean;
}

/** `order`: to be carried out; null: none, since the same start is under way, or the place is not free yet (`standby`: that session has to end first). */
type Admitted =
  | {
      ok: true;
      cpId: string;
      connectorId: number;
      order: StartOrder | null;
      requestId: string | null;
      standby: string | null;
    }
  | { ok: false; refusal: AdmitRefusal; sale: Sale | null };

/**
 * Rule 5 at the hub: the pass's use and the request to the charger in one commit, so that `used` is on disk before anything is energised. The same
 * start again (by the secret that it was begun with) is answered as before. Throws as `decideStart` where the charger cannot be asked, and 409
 * `start_over` for a secret whose start has failed.
 */
export function decideAdmission(state: Readonly<HubState>, visit: Visit): Decision<Admitted, HubEvent> {
  const { shown, at, order, now, clockCredible } = visit;
  const { book, bindings } = bookingOf(state);
  const { claims } = shown;
  const again = repeated(state, visit);
  if (again) return { reply: again, events: [] };
  const sale = book.sales[saleId(claims)] ?? null;
  const connectors = connectorsFor(state, { sale: claims, at, now });
  const starting = isStarting(state, sale);
  const { answer, events } = admit(book, shown, { now, clockCredible, connectors, neighbour: false, starting });
  if (!answer.ok) return { reply: { ...answer, sale }, events };
  const place = connectorOf(answer.connector);
  if (answer.endsStandby) {
    const standby = openOn(state, place.cpId, place.connectorId)?.session.id ?? null;
    return { reply: { ok: true, ...place, order: null, requestId: null, standby }, events };
  }
  const idTag = bindings[answer.connector]?.idTag;
  const start = {
    ...order(place),
    ...(idTag === undefined ? {} : { idTag }),
    sale: { booking: claims.booking, version: claims.version },
  };
  const asked = decideStart(state, start, now);
  if (!asked.reply.isNew) {
    throw new AppError("start_over", "This start has failed before: begin anew.", { status: 409 });
  }
  const reply = { ok: true as const, ...place, order: start, requestId: start.requestId, standby: null };
  return { reply, events: [...events, ...asked.events] };
}

/** The start of this very secret that is under way or charging, if the pass's sale is in use. */
function repeated(state: Readonly<HubState>, { shown, order }: Visit): Admitted | null {
  const sale = bookingOf(state).book.sales[saleId(shown.claims)];
  if (!shown.signed || !sale?.use || sale.end) return null;
  const place = connectorOf(sale.use.connector);
  const { requestId } = order(place);
  const pending = Object.hasOwn(state.startRequests, requestId) && !state.startRequests[requestId]?.failed;
  const running = openOn(state, place.cpId, place.connectorId)?.session.requestId === requestId;
  return pending || running ? { ok: true, ...place, order: null, requestId, standby: null } : null;
}

/** Whether a charger was asked to start for a sale, and may yet do so. */
function isStarting(state: Readonly<HubState>, sale: Sale | null): boolean {
  if (!sale?.use) return false;
  const { cpId, connectorId } = connectorOf(sale.use.connector);
  return pendingOn(state, cpId, connectorId) !== null;
}

/** Rule 9: a driver who came in time, found no place and does not want to wait. Throws AppError 409 `place_free` where there is one after all. */
export function decideCompensation(
  state: Readonly<HubState>,
  { shown, at, now, clockCredible }: Omit<Visit, "order">,
): Decision<{ owed: number } | { refusal: AdmitRefusal }, HubEvent> {
  const { book } = bookingOf(state);
  const connectors = connectorsFor(state, { sale: shown.claims, at, now });
  const starting = isStarting(state, book.sales[saleId(shown.claims)] ?? null);
  const { answer, events } = admit(book, shown, { now, clockCredible, connectors, neighbour: false, starting });
  if (answer.ok) throw new AppError("place_free", "There is a place now: start charging.", { status: 409 });
  if (answer.refusal !== "full") return { reply: { refusal: answer.refusal }, events };
  const ends = compensate(events.reduce(foldHub, book), shown.claims);
  const [end] = ends.flatMap((event) => (event.type === "booking.ended" ? [event.data.end] : []));
  if (!end) throw new AppError("operator_needed", "Only the site's operator can decide this.", { status: 409 });
  // Where nothing is paid, shared/booking gives -0.
  return { reply: { owed: end.owed + 0 }, events: [...events, ...ends] };
}

const refusals: Record<AdmitRefusal, [code: string, status: number, message: string]> = {
  bad_signature: ["pass_invalid", 403, "This pass was not issued for this site, or it was changed."],
  other_hub: ["pass_other_site", 409, "This pass is for another site."],
  superseded_hub: ["operator_needed", 409, "This hub has been replaced. Ask the site's operator to let you in."],
  operator_only: [
    "operator_needed",
    409,
    "The hub cannot check this pass by itself now. Ask the site's operator to let you in.",
  ],
  not_issuers_cells: ["pass_invalid", 409, "This pass does not fit what is booked here."],
  revoked: ["pass_revoked", 409, "This booking was cancelled or changed: its pass is no longer valid."],
  used: ["pass_used", 409, "This pass was used before, and a pass starts one charge only."],
  too_early: ["pass_too_early", 409, "It is too early for this booking."],
  too_late: ["pass_too_late", 409, "The time to arrive for this booking is over."],
  wrong_pin: ["pin_wrong", 403, "This PIN is wrong."],
  holder_needed: ["pin_needed", 403, "This pass needs its PIN, or the link that its app opens now."],
  too_many_tries: ["pin_blocked", 409, "The PIN was wrong too often. Ask the site's operator to let you in."],
  full: ["site_full", 409, "All fitting connectors are in use. Wait, or take the compensation."],
  neighbour: ["site_full", 409, "All fitting connectors are in use. A site nearby has room."],
};

/** The error for people and programs of a pass that does not admit. Where the time is wrong, the details say when it is right. */
export function admissionError(refusal: AdmitRefusal, claims: Presented["claims"]): AppError {
  const [code, status, message] = refusals[refusal];
  const { opens, closes } = windowOf(claims);
  const times = { opensAt: new Date(opens).toISOString(), closesAt: new Date(closes).toISOString() };
  const timely = refusal === "too_early" || refusal === "too_late";
  return new AppError(code, message, { status, ...(timely ? { details: times } : {}) });
}
