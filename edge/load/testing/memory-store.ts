import type { HubEvent } from "../../../shared/events";
import type { Clock } from "../../clock";
import type { HubStored } from "../../state/fold";
import { fold } from "../../state/fold";
import type { HubState } from "../../state/state";
import { initialState } from "../../state/state";
import type { Decision } from "../../store/types";
import { AppError } from "../../../shared/error";

/** The hub's state in memory: decide, fold and tell, as the real store does, without a disk. */
export class MemoryStore {
  readonly state: HubState = initialState();
  readonly events: HubStored[] = [];
  /** The disk refuses what load management writes. */
  refusesLoad = false;
  private readonly listeners = new Set<(events: HubStored[]) => void>();

  constructor(private readonly clock: Clock) {}

  async commit<R>(decide: (state: Readonly<HubState>) => Decision<R, HubEvent>): Promise<R> {
    const { reply, events } = decide(this.state);
    if (this.refusesLoad && events.some(({ type }) => type.startsWith("load."))) {
      throw new AppError("store_unavailable", "The disk refuses.", { status: 503 });
    }
    const stored = events.map((event): HubStored => {
      const seq = this.events.length + 1;
      const made = { ...event, id: `e${seq}`, seq, at: new Date(this.clock.now()).toISOString() } as HubStored;
      this.events.push(made);
      fold(this.state, made);
      return made;
    });
    await Promise.resolve();
    for (const listener of this.listeners) listener(stored);
    return reply;
  }

  subscribe(listener: (events: HubStored[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  ofType<T extends HubEvent["type"]>(type: T): Extract<HubStored, { type: T }>[] {
    return this.events.filter((event): event is Extract<HubStored, { type: T }> => event.type === type);
  }
}
