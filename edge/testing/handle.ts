import type { HubEvent } from "../../shared/events";
import type { Handled, OcppSettings } from "../ocpp/route";
import type { routes } from "../ocpp/routes";
import { routeOf } from "../ocpp/routes";
import type { HubStored } from "../state/fold";
import { fold } from "../state/fold";
import type { HubState } from "../state/state";
import { initialState } from "../state/state";
import { registered } from "./registration";

/** A hub's state that handlers decide on, without store or sockets. */
export class Decider {
  readonly state: HubState = initialState();
  readonly events: HubStored[] = [];
  settings: OcppSettings = { acceptUnknown: false, heartbeatInterval: 45, retryInterval: 60 };
  now = Date.parse("2026-11-21T12:00:00Z");
  /** Used up before the counted ones. */
  readonly randomIds: number[] = [];
  private next = 100;

  constructor(...events: HubEvent[]) {
    this.apply([registered("CP1"), registered("CP2"), ...events]);
  }

  apply(events: HubEvent[]): void {
    for (const event of events) {
      const seq = this.events.length + 1;
      const at = new Date(this.now).toISOString();
      const stored = { ...structuredClone(event), id: uuid(seq), seq, at } as HubStored;
      this.events.push(stored);
      fold(this.state, stored);
    }
  }

  /** Handles a valid request and folds what it gives. Throws where request or answer does not fit its schema. */
  handle(action: keyof typeof routes, payload: unknown, cpId = "CP1"): Handled<Record<string, unknown>> {
    const route = routeOf(action);
    if (!route) throw new Error(`no route ${action}`);
    const handled = route.handle(route.request.parse(payload), {
      cpId,
      state: this.state,
      now: this.now,
      settings: this.settings,
      newId: () => uuid((this.next += 1)),
      randomId: () => this.randomIds.shift() ?? (this.next += 1),
    });
    route.response.parse(handled.reply);
    this.apply(handled.events);
    return handled as Handled<Record<string, unknown>>;
  }
}

function uuid(n: number): string {
  return `01980000-0000-7000-8000-${String(n).padStart(12, "0")}`;
}
