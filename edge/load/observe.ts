import type { LoadSettings, PhaseRotation } from "../../shared/load";
import type { Session } from "../../shared/session";
import type { ChargePoint, HubState } from "../state/state";
import type { PhaseMask } from "./phases";
import { ALL_PHASES, toGrid } from "./phases";

/** One connector as the hub's state and its owner's settings show it. */
export interface Outlet {
  /** `cpId/connectorId`. */
  key: string;
  cpId: string;
  connectorId: number;
  /** How many its charge point has. */
  connectors: number;
  connected: boolean;
  ratedA: number;
  ratedKnown: boolean;
  priority: number;
  phases: 1 | 3;
  rotation: PhaseRotation | null;
  wired: PhaseMask;
  session: { id: string; transactionId: number | null; startedAt: number } | null;
  /** By its own word a car is in a transaction there. */
  inUse: boolean;
  /** Since when, by its charger's word, the car does not want more, epoch ms; null: it does. */
  suspendedSince: number | null;
}

/** The usual AC outlet, where nobody has said what a charger can. */
const USUAL_RATED_A = 32;
const inUse = new Set<string>(["Charging", "SuspendedEV", "SuspendedEVSE"]);

/** Every connector that counts. A charge point that was registered and never seen does not: it is not known to be there. */
export function outlets(
  state: Readonly<HubState>,
  settings: LoadSettings,
  isConnected: (cpId: string) => boolean,
): Outlet[] {
  const sessions = new Map<string, Session>();
  for (const { session } of Object.values(state.openSessions)) {
    sessions.set(`${session.cpId}/${session.connectorId}`, session);
  }
  const held = new Set(Object.keys(state.load?.held ?? {}).map((key) => key.slice(0, key.lastIndexOf("/"))));
  const own = new Map(settings.connectors.map((each) => [`${each.cpId}/${each.connectorId}`, each]));
  return Object.entries(state.chargePoints).flatMap(([cpId, chargePoint]) => {
    const accepted = chargePoint.boot?.accepted !== false;
    const connected = accepted && isConnected(cpId);
    const seen =
      connected || held.has(cpId) || chargePoint.boot !== null || Object.keys(chargePoint.connectors).length > 0;
    if (!seen) return [];
    const ids = connectorIds(chargePoint);
    return ids.map((connectorId) => {
      const key = `${cpId}/${connectorId}`;
      const id = { key, cpId, connectorId, connectors: ids.length, connected };
      return outlet(id, chargePoint, own.get(key), sessions.get(key));
    });
  });
}

type Identity = Pick<Outlet, "key" | "cpId" | "connectorId" | "connectors" | "connected">;

function outlet(
  identity: Identity,
  chargePoint: ChargePoint,
  own: LoadSettings["connectors"][number] | undefined,
  session: Session | undefined,
): Outlet {
  const { maxCurrentA } = chargePoint.registration;
  const connector = chargePoint.connectors[identity.connectorId];
  const status = connector?.status ?? "Available";
  const phases = own?.phases ?? 3;
  const rotation = own?.rotation ?? null;
  return {
    ...identity,
    ratedA: maxCurrentA ?? USUAL_RATED_A,
    ratedKnown: maxCurrentA !== null,
    priority: own?.priority ?? 0,
    phases,
    rotation,
    wired: phases === 1 && rotation ? maskOf(toGrid(rotation, [1, 0, 0])) : ALL_PHASES,
    session: session
      ? { id: session.id, transactionId: session.transactionId, startedAt: Date.parse(session.startedAt) }
      : null,
    inUse: inUse.has(status),
    suspendedSince: connector?.status === "SuspendedEV" ? Date.parse(connector.at) : null,
  };
}

export function maskOf(amps: readonly [number, number, number]): PhaseMask {
  return [amps[0] > 0, amps[1] > 0, amps[2] > 0];
}

function connectorIds({ registration, connectors }: ChargePoint): number[] {
  const seen = Object.keys(connectors).map(Number);
  const most = Math.max(1, registration.connectors ?? 0, ...seen);
  return Array.from({ length: most }, (_, index) => index + 1);
}
