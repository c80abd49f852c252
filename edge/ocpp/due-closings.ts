import type { HubEvent } from "../../shared/events";
import { nextReceiptNumber } from "../state/fold";
import type { HubState } from "../state/state";
import { endUntold } from "./settle";

/** How long a charger may take to tell the end of a session that it no longer shows; ms. */
export const GRACE_MS = 5 * 60_000;

/**
 * The ends of sessions whose charger has forgotten them (it booted, or shows the connector as free) and did not send the StopTransaction
 * in the time of grace, though it was online. They end with the last known register, flagged; a StopTransaction that comes later corrects them.
 */
export function dueClosings(state: Readonly<HubState>, now: number): HubEvent[] {
  const ends: HubEvent[] = [];
  for (const open of Object.values(state.openSessions)) {
    const chargePoint = state.chargePoints[open.session.cpId];
    if (open.abandonedSince === null || !chargePoint?.online) continue;
    const abandoned = Date.parse(open.abandonedSince);
    const since = Math.max(abandoned, Date.parse(String(chargePoint.onlineChangedAt)));
    if (now - since < GRACE_MS) continue;
    ends.push(endUntold(open, abandoned, nextReceiptNumber(state.lastReceipt + ends.length)));
  }
  return ends;
}
