import type { ConnectorSummary, ConnectorView, HubPageView, LiveSession, StartProgress } from "../../shared/hub-page";
import type { Session } from "../../shared/session";
import { bookingNotices } from "../booking/notices";
import { tariffFor } from "../ocpp/start-transaction";
import { openOn } from "../state/sessions";
import type { ChargePoint, Connector, HubState, StartRequest } from "../state/state";

/** What anyone in front of a charger may see, made of the hub's state. Nothing here names a person or holds a secret. */

/** The connector of an address; null on the list page. */
export type Place = { cpId: string; connectorId: number } | null;

/** A start that failed is told for so long; ms. */
const FAILURE_SHOWN_MS = 10 * 60_000;

/** What the state tells of the page's view of a connector, or of all where `place` is null or names none. `now` is epoch ms, `position` the journal's. */
export function pageView(
  state: Readonly<HubState>,
  place: Place,
  now: number,
  position: number,
): Omit<HubPageView, "sampleInterval"> {
  const { name, timeZone, currency, startPolicy } = state.site;
  return {
    site: { name, timeZone, currency, startPolicy },
    connectors: summaries(state),
    connector: place && connectorView(state, place, now),
    position,
    now: new Date(now).toISOString(),
  };
}

function summaries(state: Readonly<HubState>): ConnectorSummary[] {
  const ids = Object.keys(state.chargePoints).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return ids.flatMap((cpId) => {
    const chargePoint = state.chargePoints[cpId] as ChargePoint;
    return connectorIds(chargePoint).map((connectorId) => summary(chargePoint, connectorId));
  });
}

/** Those that the charger has told of, and those that it is registered with. */
function connectorIds({ registration, connectors }: ChargePoint): number[] {
  const registered = Array.from({ length: registration.connectors ?? 0 }, (_, index) => index + 1);
  const reported = Object.keys(connectors).map(Number);
  return [...new Set([...registered, ...reported])].filter((id) => id > 0).toSorted((a, b) => a - b);
}

function summary({ registration, online, connectors }: ChargePoint, connectorId: number): ConnectorSummary {
  return {
    cpId: registration.cpId,
    connectorId,
    name: registration.name ?? registration.cpId,
    online,
    status: connectors[connectorId]?.status ?? null,
  };
}

function connectorView(
  state: Readonly<HubState>,
  { cpId, connectorId }: NonNullable<Place>,
  now: number,
): ConnectorView | null {
  const chargePoint = Object.hasOwn(state.chargePoints, cpId) ? state.chargePoints[cpId] : undefined;
  if (!chargePoint || !connectorIds(chargePoint).includes(connectorId)) return null;
  const connector = chargePoint.connectors[connectorId];
  const session = openOn(state, cpId, connectorId)?.session ?? lastSession(state, cpId, connectorId, connector);
  return {
    ...summary(chargePoint, connectorId),
    onlineChangedAt: chargePoint.onlineChangedAt,
    errorCode: connector?.errorCode ?? "NoError",
    tariff: tariffFor({ cpId, state, now }, true),
    maxCurrentA: chargePoint.registration.maxCurrentA,
    session: session && liveSession(session),
    request: progress(state, cpId, connectorId, now),
    ...bookingNotices(state, { cpId, connectorId }, now),
  };
}

/** The last session of a connector until its car is gone: until the charger has said so since the end. */
function lastSession(
  state: Readonly<HubState>,
  cpId: string,
  connectorId: number,
  connector: Connector | undefined,
): Session | null {
  const ended = Object.values(state.closedSessions)
    .filter(({ session }) => session.cpId === cpId && session.connectorId === connectorId)
    .toSorted((a, b) => b.seq - a.seq);
  const session = ended[0]?.session;
  if (!session?.endedAt) return null;
  const isFree = connector && ["Available", "Preparing", "Reserved"].includes(connector.status);
  return isFree && Date.parse(connector.at) > Date.parse(session.endedAt) ? null : session;
}

function liveSession(session: Session): LiveSession {
  const { id, requestId, startedAt, endedAt, energyWh, powerW, lastReadingAt, cost } = session;
  return { id, requestId, startedAt, endedAt, energyWh, powerW, lastReadingAt, cost };
}

function progress(state: Readonly<HubState>, cpId: string, connectorId: number, now: number): StartProgress | null {
  const here = Object.values(state.startRequests).filter(
    (request) => request.cpId === cpId && request.connectorId === connectorId,
  );
  const latest = here.toSorted((a, b) => Date.parse(b.requestedAt) - Date.parse(a.requestedAt))[0];
  return latest ? progressOf(latest, now) : null;
}

function progressOf({ requestId, requestedAt, acceptedAt, failed }: StartRequest, now: number): StartProgress | null {
  if (failed) {
    if (now - Date.parse(failed.at) > FAILURE_SHOWN_MS) return null;
    return { requestId, state: "failed", reason: failed.reason as StartProgress["reason"], at: failed.at };
  }
  if (acceptedAt !== null) return { requestId, state: "accepted", reason: null, at: acceptedAt };
  return { requestId, state: "requested", reason: null, at: requestedAt };
}
