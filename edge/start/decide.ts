import type { StartFailure } from "../../shared/hub-page";
import type { ConnectorStatus } from "../../shared/ocpp";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { checkWalkIn } from "../booking/walk-in";
import { pendingOn } from "../state/requests";
import { openOn } from "../state/sessions";
import type { HubState, StartRequest } from "../state/state";
import type { Decision } from "../store/types";

/** How long the parts of a start may take; milliseconds. */
export const startTimes = {
  /** A reading before the start is welcome, but silence must not hold the start up. */
  meterReading: 5000,
  /** To the answer of RemoteStartTransaction. */
  answer: 30_000,
  /** From that answer to the plug, and from the plug to the transaction: OCPP's ConnectionTimeOut, by default. */
  connection: 60_000,
} as const;

/** A start at a connector. `secretHash` is what stop and receipt will ask for. */
export interface StartOrder {
  requestId: string;
  cpId: string;
  connectorId: number;
  idTag: string;
  secretHash: string;
  /** The sale that was admitted for it, in the same commit; none: somebody without a booking. */
  sale?: { booking: string; version: number };
  /** Without a booking: agrees to leave with notice where nobody can say for how long the place is free. */
  standby?: boolean;
}

const refusals: Partial<Record<ConnectorStatus, [code: string, message: string]>> = {
  Charging: ["connector_busy", "A car is charging here."],
  SuspendedEV: ["connector_busy", "A session is running here."],
  SuspendedEVSE: ["connector_busy", "A session is running here."],
  Finishing: ["connector_busy", "The last session is over, but the car is still plugged in: unplug it first."],
  Reserved: ["connector_reserved", "This connector is reserved."],
  Unavailable: ["connector_unavailable", "This connector is out of service."],
  Faulted: ["connector_faulted", "This connector reports a fault."],
};

/**
 * Whether a connector may be started now, and the event if so. The same request again is answered as before and gives no event
 * (`isNew` false). `now` is epoch ms. Throws AppError 404 `unknown_charge_point`, `unknown_connector`; 409 `charge_point_offline`, `connector_busy`,
 * `connector_reserved`, `connector_unavailable`, `connector_faulted`, `connector_unknown`, and as `checkWalkIn` for somebody without a booking.
 */
export function decideStart(
  state: Readonly<HubState>,
  order: StartOrder,
  now: number,
): Decision<{ isNew: boolean }, HubEvent> {
  const { requestId, cpId, connectorId, idTag, secretHash } = order;
  if (isKnown(state, requestId)) return { reply: { isNew: false }, events: [] };
  checkConnector(state, order);
  if (!order.sale) checkWalkIn(state, order, now, order.standby === true);
  const data = { requestId, cpId, connectorId, idTag };
  return { reply: { isNew: true }, events: [{ type: "start.requested", data, local: { secretHash } }] };
}

function isKnown(state: Readonly<HubState>, requestId: string): boolean {
  if (Object.hasOwn(state.startRequests, requestId)) return true;
  const sessions = [...Object.values(state.openSessions), ...Object.values(state.closedSessions)];
  return sessions.some(({ session }) => session.requestId === requestId);
}

function checkConnector(state: Readonly<HubState>, { cpId, connectorId, sale }: StartOrder): void {
  const chargePoint = Object.hasOwn(state.chargePoints, cpId) ? state.chargePoints[cpId] : undefined;
  if (!chargePoint) throw new AppError("unknown_charge_point", "There is no such charge point.", { status: 404 });
  const connector = chargePoint.connectors[connectorId];
  if (!connector && connectorId > (chargePoint.registration.connectors ?? 0)) {
    throw new AppError("unknown_connector", "This charge point has no such connector.", { status: 404 });
  }
  if (!chargePoint.online) throw refused("charge_point_offline", "The charger is out of reach of the hub.");
  if (!connector) throw refused("connector_unknown", "The charger has not told the state of this connector yet.");
  const refusal = refusals[connector.status];
  // A connector that its charger keeps is kept for the one who was admitted to it.
  if (refusal && !(sale && connector.status === "Reserved")) throw refused(...refusal);
  if (openOn(state, cpId, connectorId)) throw refused("connector_busy", "A session is running here.");
  if (pendingOn(state, cpId, connectorId)) throw refused("connector_busy", "Somebody else is starting here just now.");
}

function refused(code: string, message: string): AppError {
  return new AppError(code, message, { status: 409 });
}

/**
 * When a pending request is given up, epoch ms. Before the charger's answer: the time for reading and answer. After it: the connection time-out,
 * counted again from the plug, so that a car that came at the last second is still checked.
 */
export function startDeadline(state: Readonly<HubState>, request: StartRequest): number {
  if (request.acceptedAt === null) {
    return Date.parse(request.requestedAt) + startTimes.meterReading + startTimes.answer;
  }
  const accepted = Date.parse(request.acceptedAt);
  const connector = state.chargePoints[request.cpId]?.connectors[request.connectorId];
  const plugged = connector && connector.status !== "Available" ? Date.parse(connector.at) : accepted;
  return Math.min(Math.max(accepted, plugged), accepted + startTimes.connection) + startTimes.connection;
}

/** Why a request that reached its deadline has failed. */
export function overdueReason(state: Readonly<HubState>, request: StartRequest): StartFailure {
  if (request.acceptedAt === null) return "no_answer";
  const chargePoint = state.chargePoints[request.cpId];
  if (!chargePoint?.online) return "offline";
  return chargePoint.connectors[request.connectorId]?.status === "Available" ? "not_plugged_in" : "not_charging";
}
