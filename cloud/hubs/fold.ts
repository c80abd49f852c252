import type { StreamEvent } from "../../shared/events";
import type { ConnectorStatus } from "../../shared/ocpp";
import type { Session } from "../../shared/session";
import { countReading, endSession, freeTariff, priceSession, shiftSession, startSession } from "../../shared/session";
import { beginMetering, priceOf } from "../../shared/tariff";

/** What the cloud keeps of a site, folded from its hub's events. Pure: rows in, events in, rows out. */

interface ChargePointState {
  name: string | null;
  connectors: number | null;
  tariffId: string | null;
  vendor: string | null;
  model: string | null;
  serialNumber: string | null;
  firmwareVersion: string | null;
  online: boolean;
  onlineChangedAt: string | null;
}

interface ConnectorState {
  cpId: string;
  connectorId: number;
  status: ConnectorStatus;
  errorCode: string;
  at: string;
}

export interface SessionState {
  session: Session;
  /** The cloud's own price of the end's periods in minor units; null while running, or where the start and with it the tariff never came. */
  pricedAmount: number | null;
}

interface CommandResult {
  commandId: string;
  outcome: "accepted" | "rejected" | "failed" | "expired";
  detail: string | null;
  at: string;
}

/** What is known before, as far as the events may touch it, and afterwards; `changed` names what has to be written. */
export interface SiteState {
  chargePoints: Map<string, ChargePointState>;
  /** Keyed by `connectorKey`. */
  connectors: Map<string, ConnectorState>;
  sessions: Map<string, SessionState>;
  commands: CommandResult[];
  changed: { chargePoints: Set<string>; connectors: Set<string>; sessions: Set<string> };
  /** Charge points that went; one that came back since is among the changed ones too. */
  removed: Set<string>;
}

export const connectorKey = (cpId: string, connectorId: number) => `${connectorId} ${cpId}`;

export function emptyState(): SiteState {
  return {
    chargePoints: new Map(),
    connectors: new Map(),
    sessions: new Map(),
    commands: [],
    changed: { chargePoints: new Set(), connectors: new Set(), sessions: new Set() },
    removed: new Set(),
  };
}

const unknownChargePoint: ChargePointState = {
  name: null,
  connectors: null,
  tariffId: null,
  vendor: null,
  model: null,
  serialNumber: null,
  firmwareVersion: null,
  online: false,
  onlineChangedAt: null,
};

/** Applies events to the state, in place. Those that concern only the hub itself change nothing here; all of them are kept as they came. */
export function applyEvents(state: SiteState, events: readonly StreamEvent[]): void {
  const unpriced = new Set<string>();
  for (const event of events) applyEvent(state, event, unpriced);
  for (const id of unpriced) catchUp(state, id, unpriced);
}

/** `unpriced`: running sessions whose cost is that of an earlier reading. Nobody sees what a session cost between the readings of one batch. */
function applyEvent(state: SiteState, event: StreamEvent, unpriced: Set<string>): void {
  switch (event.type) {
    case "hub.state":
      return replaceAll(state, event);
    case "chargePoint.registered": {
      const { cpId, name, connectors, tariffId, vendor, model, serialNumber } = event.data;
      const known = state.chargePoints.get(cpId) ?? unknownChargePoint;
      setChargePoint(state, cpId, {
        name,
        connectors,
        tariffId,
        vendor: vendor ?? known.vendor,
        model: model ?? known.model,
        serialNumber: serialNumber ?? known.serialNumber,
      });
      return;
    }
    case "chargePoint.removed":
      return removeChargePoint(state, event.data.cpId);
    case "chargePoint.booted": {
      const { cpId, accepted, vendor, model, serialNumber, firmwareVersion } = event.data;
      if (accepted) setChargePoint(state, cpId, { vendor, model, serialNumber, firmwareVersion });
      return;
    }
    case "chargePoint.online":
      return setChargePoint(state, event.data.cpId, { online: true, onlineChangedAt: event.at });
    case "chargePoint.offline":
      return setChargePoint(state, event.data.cpId, { online: false, onlineChangedAt: event.at });
    case "connector.status": {
      const { cpId, connectorId, status, errorCode } = event.data;
      if (!state.chargePoints.has(cpId)) setChargePoint(state, cpId, {});
      return setConnector(state, { cpId, connectorId, status, errorCode, at: event.at });
    }
    case "session.started":
      if (!state.sessions.has(event.data.id)) setSession(state, startSession(event.data));
      return;
    case "session.metered": {
      const known = event.data.id === null ? undefined : state.sessions.get(event.data.id);
      if (!known || known.session.endedAt !== null) return;
      const counted = countReading(known.session, event.data);
      if (counted.metering !== known.session.metering) unpriced.add(counted.id);
      return setSession(state, counted);
    }
    case "session.shifted": {
      catchUp(state, event.data.id, unpriced);
      const known = state.sessions.get(event.data.id);
      if (known && known.session.endedAt === null) setSession(state, shiftSession(known.session, event.data.byMs));
      return;
    }
    case "session.ended":
      return finishSession(state, event.data);
    case "command.finished": {
      const { commandId, outcome, detail } = event.data;
      state.commands.push({ commandId, outcome, detail, at: event.at });
      return;
    }
    default:
      return;
  }
}

function catchUp(state: SiteState, id: string, unpriced: Set<string>): void {
  const known = state.sessions.get(id);
  if (unpriced.delete(id) && known?.session.endedAt === null) setSession(state, priceSession(known.session));
}

function setChargePoint(state: SiteState, cpId: string, changes: Partial<ChargePointState>): void {
  state.chargePoints.set(cpId, { ...(state.chargePoints.get(cpId) ?? unknownChargePoint), ...changes });
  state.changed.chargePoints.add(cpId);
}

function setConnector(state: SiteState, connector: ConnectorState): void {
  const key = connectorKey(connector.cpId, connector.connectorId);
  state.connectors.set(key, connector);
  state.changed.connectors.add(key);
}

function removeChargePoint(state: SiteState, cpId: string): void {
  state.chargePoints.delete(cpId);
  state.changed.chargePoints.delete(cpId);
  state.removed.add(cpId);
  for (const [key, connector] of state.connectors) {
    if (connector.cpId !== cpId) continue;
    state.connectors.delete(key);
    state.changed.connectors.delete(key);
  }
}

function replaceAll(state: SiteState, event: Extract<StreamEvent, { type: "hub.state" }>): void {
  for (const cpId of state.chargePoints.keys()) {
    if (!event.data.chargePoints.some((each) => each.cpId === cpId)) removeChargePoint(state, cpId);
  }
  for (const { cpId, name, connectors, tariffId, vendor, model, serialNumber, online, statuses } of event.data
    .chargePoints) {
    const known = state.chargePoints.get(cpId);
    const onlineChangedAt = known && known.online === online ? known.onlineChangedAt : event.at;
    setChargePoint(state, cpId, { name, connectors, tariffId, vendor, model, serialNumber, online, onlineChangedAt });
    for (const { connectorId, status, at } of statuses) {
      const before = state.connectors.get(connectorKey(cpId, connectorId));
      const errorCode = before?.status === status ? before.errorCode : status === "Faulted" ? "OtherError" : "NoError";
      setConnector(state, { cpId, connectorId, status, errorCode, at });
    }
  }
  for (const running of event.data.sessions ?? []) {
    if (state.sessions.has(running.id)) continue;
    setSession(state, { ...running, endedAt: null, meterStop: null, reason: null, receiptNumber: null });
  }
}

function setSession(state: SiteState, session: Session): void {
  state.sessions.set(session.id, { session, pricedAmount: null });
  state.changed.sessions.add(session.id);
}

/** The end's own periods are priced again; a session whose start never came is kept by what its end tells. */
function finishSession(state: SiteState, data: Extract<StreamEvent, { type: "session.ended" }>["data"]): void {
  const known = state.sessions.get(data.id)?.session;
  if (known && known.endedAt !== null) return;
  const session = endSession(known ?? withoutStart(data), data);
  const pricedAmount = known ? priceOf(known.tariff, data.periods, known.timeZone).total : null;
  state.sessions.set(data.id, { session, pricedAmount });
  state.changed.sessions.add(data.id);
}

function withoutStart(data: Extract<StreamEvent, { type: "session.ended" }>["data"]): Session {
  const startedAt = data.periods[0]?.start ?? data.endedAt;
  const { id, cpId, connectorId, endedAt, meterStop, energyWh, cost } = data;
  return {
    id,
    cpId,
    connectorId,
    transactionId: null,
    idTag: "",
    requestId: null,
    startedAt,
    endedAt,
    meterStart: Math.max(0, meterStop - energyWh),
    meterStop,
    energyWh,
    powerW: null,
    lastReadingAt: endedAt,
    tariff: freeTariff(cost.currency),
    timeZone: "UTC",
    metering: beginMetering(startedAt),
    cost,
    reason: null,
    receiptNumber: null,
    flags: [],
  };
}

/** What an owner should look at: the hub's flags, and ours where its price is not the one that we come to, or the start never came. */
type OwnerFlag = Session["flags"][number] | "price_mismatch";

export function ownerFlags({ session, pricedAmount }: SessionState): OwnerFlag[] {
  const flags: OwnerFlag[] = [...session.flags];
  if (session.endedAt !== null && pricedAmount === null && !flags.includes("incomplete")) flags.push("incomplete");
  if (pricedAmount !== null && pricedAmount !== session.cost.amount) flags.push("price_mismatch");
  return flags;
}
