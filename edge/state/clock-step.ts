import type { HubState } from "./state";

/** An instant that came from a clock which was wrong by so much. */
export function movedBy(at: string, byMs: number): string {
  return new Date(Date.parse(at) + byMs).toISOString();
}

/** The hub's clock was set: what waits for a time, or tells since when something is so, moves along. Sessions have events of their own. */
export function followClock(state: HubState, byMs: number): void {
  const moved = (at: string) => movedBy(at, byMs);
  for (const request of Object.values(state.startRequests)) {
    request.requestedAt = moved(request.requestedAt);
    request.acceptedAt = request.acceptedAt && moved(request.acceptedAt);
  }
  for (const open of Object.values(state.openSessions)) {
    open.abandonedSince = open.abandonedSince && moved(open.abandonedSince);
  }
  for (const chargePoint of Object.values(state.chargePoints)) {
    chargePoint.onlineChangedAt = chargePoint.onlineChangedAt && moved(chargePoint.onlineChangedAt);
    for (const connector of Object.values(chargePoint.connectors)) connector.at = moved(connector.at);
  }
}
