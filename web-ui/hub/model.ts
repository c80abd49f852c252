import type { ConnectorView, HubPageView, LiveMessage, LiveSession, StartFailure } from "../../shared/hub-page";
import type { ConnectorStatus } from "../../shared/ocpp";

/** The start that this browser made at a connector. `requestId` is unknown until the hub has answered. */
export interface Mine {
  secret: string;
  requestId: string | null;
}

/** Why a start is not offered. */
export type Obstacle = "offline" | "unknown" | "reserved" | "unavailable" | "faulted" | "finishing" | "busy" | "pass";

/** The four steps of a start, each from the charger's own word. */
export const startSteps = ["requested", "plugIn", "checking", "charging"] as const;
export type StartStep = (typeof startSteps)[number];

/** Which of the page's states a connector is in; everything that is shown follows from this. */
export type Phase =
  | { kind: "idle"; obstacle: Obstacle | null; plugged: boolean; failure: StartFailure | null }
  | { kind: "starting"; step: Exclude<StartStep, "charging">; since: string }
  | { kind: "live"; session: LiveSession; mine: boolean; paused: "car" | "charger" | null }
  | { kind: "ended"; session: LiveSession; mine: boolean };

/** The state of the page for a connector as the hub last told it, and for the one who looks. */
export function phaseOf(
  connector: ConnectorView,
  policy: HubPageView["site"]["startPolicy"],
  mine: Mine | null,
): Phase {
  const { session, request, status } = connector;
  const isMine = (requestId: string | null) => requestId !== null && requestId === mine?.requestId;
  if (session && session.endedAt === null) {
    const paused = status === "SuspendedEV" ? "car" : status === "SuspendedEVSE" ? "charger" : null;
    return { kind: "live", session, mine: isMine(session.requestId), paused };
  }
  const waiting = request !== null && request.state !== "failed";
  if (waiting && request.requestId !== session?.requestId) {
    const plugged = status !== null && status !== "Available";
    const step = request.state === "requested" ? "requested" : plugged ? "checking" : "plugIn";
    return { kind: "starting", step, since: request.at };
  }
  if (session && status !== "Available" && status !== "Preparing") {
    return { kind: "ended", session, mine: isMine(session.requestId) };
  }
  const failure = request?.state === "failed" && (mine?.requestId ?? request.requestId) === request.requestId;
  return {
    kind: "idle",
    obstacle: obstacleOf(connector, policy),
    plugged: status === "Preparing",
    failure: failure ? request.reason : null,
  };
}

const obstacles: Record<ConnectorStatus, Obstacle | null> = {
  Available: null,
  Preparing: null,
  Charging: "busy",
  SuspendedEV: "busy",
  SuspendedEVSE: "busy",
  Finishing: "finishing",
  Reserved: "reserved",
  Unavailable: "unavailable",
  Faulted: "faulted",
};

function obstacleOf(
  { online, status, reservation }: Pick<ConnectorView, "online" | "status" | "reservation">,
  policy: HubPageView["site"]["startPolicy"],
): Obstacle | null {
  if (!online) return "offline";
  if (status === null) return "unknown";
  return obstacles[status] ?? (reservation?.held ? "reserved" : policy === "pass" ? "pass" : null);
}

/** How a connector is marked in lists and on its plate: a colour with a word and a sign, never colour alone. */
export type Mark = "free" | "busy" | "reserved" | "out" | "faulted" | "offline";

/** The mark of a connector from what the charger last said. */
export function markOf({ online, status }: { online: boolean; status: ConnectorStatus | null }): Mark {
  if (!online || status === null) return "offline";
  if (status === "Available" || status === "Preparing") return "free";
  if (status === "Reserved") return "reserved";
  if (status === "Unavailable") return "out";
  return status === "Faulted" ? "faulted" : "busy";
}

/** The view after a live message: all of it, or what changed where the change is newer than what is known. */
export function applyMessage(view: HubPageView, message: LiveMessage): HubPageView {
  if (message.kind === "view") return message.view;
  if (message.position <= view.position || !view.connector) return view;
  const connector = { ...view.connector, ...message.connector };
  const connectors = view.connectors.map((summary) =>
    summary.cpId === connector.cpId && summary.connectorId === connector.connectorId
      ? { ...summary, online: connector.online, status: connector.status }
      : summary,
  );
  return { ...view, connector, connectors, position: message.position, now: message.now };
}

/** Whether the session's last reading is 15 s past due at the hub's time `nowMs` (epoch ms); readings come every `sampleInterval` seconds. */
export function isStale(session: LiveSession, nowMs: number, sampleInterval: number): boolean {
  return session.endedAt === null && nowMs - Date.parse(session.lastReadingAt) > (sampleInterval + 15) * 1000;
}

/** Seconds of a session so far, or in all, at the hub's time `nowMs`. */
export function elapsedSeconds(session: LiveSession, nowMs: number): number {
  const end = session.endedAt === null ? nowMs : Date.parse(session.endedAt);
  return Math.max(0, Math.floor((end - Date.parse(session.startedAt)) / 1000));
}
