import type { HubState, StartRequest } from "./state";

/** The request at a connector that has neither failed nor become a session. */
export function pendingOn(state: Readonly<HubState>, cpId: string, connectorId: number): StartRequest | null {
  const here = (each: StartRequest) => each.cpId === cpId && each.connectorId === connectorId && !each.failed;
  return Object.values(state.startRequests).find(here) ?? null;
}
