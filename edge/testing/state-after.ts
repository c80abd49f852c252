import type { HubEvent } from "../../shared/events";
import { idOf } from "../http/testing/events";
import type { HubStored } from "../state/fold";
import { fold } from "../state/fold";
import type { HubState } from "../state/state";
import { initialState } from "../state/state";

/** When the events of `stateAfter` begin, epoch ms. */
export const start = Date.parse("2026-11-21T12:00:00Z");
export const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** What a hub knows after events, each at the start or so many seconds after it. */
export function stateAfter(...events: (HubEvent | [seconds: number, HubEvent])[]): HubState {
  const state = initialState();
  events.forEach((each, index) => {
    const [seconds, event] = Array.isArray(each) ? each : [0, each];
    fold(state, { ...event, id: idOf(index), seq: index + 1, at: at(seconds) } as HubStored);
  });
  return state;
}
