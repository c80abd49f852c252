import type { Sale } from "../../shared/booking";
import { placeFor, saleId, windowOf } from "../../shared/booking";
import type { HubEvent } from "../../shared/events";
import type { HubState } from "../state/state";
import { connectorsFor } from "./connectors";
import { dueSales } from "./rules";
import type { Binding } from "./state";
import { bookingOf, connectorOf } from "./state";

/** Which physical connector waits for which booking's driver, and when no longer. */

interface BindingContext {
  /** Epoch ms, by a clock that can be believed. */
  now: number;
  /** Whether a charger has said that it cannot keep this connector now. */
  isRefused: (key: string) => boolean;
  randomId: () => number;
  mintIdTag: () => string;
}

/** A charger that is out of reach for longer is not waited for; ms. */
const AWAY_MS = 5 * 60_000;

/**
 * Events that bring the bindings up to date: what is used elsewhere, over, or out of order is let go, and each sale whose driver may soon come gets a free
 * compatible connector, its own seat's first.
 */
export function bindingEvents(state: Readonly<HubState>, context: BindingContext): HubEvent[] {
  const { bindings } = bookingOf(state);
  const gone = Object.keys(bindings).filter((key) => isOver(state, key, context));
  const left = new Map(Object.entries(bindings).filter(([key]) => !gone.includes(key)));
  const bound = new Set([...left.values()].map(saleId));
  const events = gone.map(releaseOf);
  for (const sale of dueSales(bookingOf(state), context.now)) {
    if (bound.has(saleId(sale))) continue;
    const key = placeOf(state, sale, context.now, (id) => left.has(id) || context.isRefused(id));
    if (key === null) continue;
    const binding = bindingOf(state, sale, context);
    left.set(key, binding);
    events.push({ type: "connector.reserved", data: { ...connectorOf(key), ...binding } });
  }
  return events;
}

/** The event of a connector that is kept no longer. */
export function releaseOf(key: string): HubEvent {
  return { type: "connector.released", data: connectorOf(key) };
}

function isOver(state: Readonly<HubState>, key: string, { now, isRefused }: BindingContext): boolean {
  const { book, bindings } = bookingOf(state);
  const sale = book.sales[saleId(bindings[key] as Binding)];
  if (sale?.stage === "admitted") return sale.use?.connector !== key;
  if (sale?.stage !== "reserved" || now > windowOf(sale).closes) return true;
  if (isOut(state, key, now)) return true;
  // A connector that its charger cannot keep is still better than none.
  return isRefused(key) && placeOf(state, sale, now, (id) => id === key || isRefused(id) || id in bindings) !== null;
}

/** A charger that is out of reach for a moment, as while the hub starts, keeps what it was told. */
function isOut(state: Readonly<HubState>, key: string, now: number): boolean {
  const { cpId, connectorId } = connectorOf(key);
  const chargePoint = state.chargePoints[cpId];
  const status = chargePoint?.connectors[connectorId]?.status;
  if (!chargePoint || status === undefined || status === "Faulted" || status === "Unavailable") return true;
  return !chargePoint.online && now - Date.parse(chargePoint.onlineChangedAt ?? "1970-01-01") > AWAY_MS;
}

/** Free connectors first where nothing is plugged in: a charger does not keep the others (OCPP 1.6 section 5.13, `Occupied`). */
function placeOf(state: Readonly<HubState>, sale: Sale, now: number, isTaken: (key: string) => boolean): string | null {
  const open = connectorsFor(state, { sale, at: sale.seat, now }).filter(
    ({ id, state: word }) => word === "free" && !isTaken(id),
  );
  const plugged = (key: string) => {
    const { cpId, connectorId } = connectorOf(key);
    return state.chargePoints[cpId]?.connectors[connectorId]?.status !== "Available";
  };
  const place = placeFor(
    sale.class,
    open.toSorted((a, b) => Number(plugged(a.id)) - Number(plugged(b.id))),
    false,
  );
  return place.kind === "connector" ? place.connector : null;
}

function bindingOf(state: Readonly<HubState>, sale: Sale, { randomId, mintIdTag }: BindingContext): Binding {
  const { booking, version } = sale;
  const idTag = bookingOf(state).buyers[booking]?.idTag ?? mintIdTag();
  return { booking, version, reservationId: randomId(), idTag, until: new Date(windowOf(sale).closes).toISOString() };
}
