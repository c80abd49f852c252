import type { HubEvent } from "../../shared/events";
import type { HubState } from "../state/state";

/** What was there before the cloud listened, as the first event of an epoch. */
export function hubStateEvent(state: Readonly<HubState>): HubEvent {
  const chargePoints = Object.values(state.chargePoints).map(({ registration, online, connectors }) => ({
    ...registration,
    online,
    statuses: Object.entries(connectors).map(([id, { status, at }]) => ({ connectorId: Number(id), status, at })),
  }));
  const sessions = Object.values(state.openSessions).map(({ session }) => session);
  return { type: "hub.state", data: { chargePoints, sessions } };
}
