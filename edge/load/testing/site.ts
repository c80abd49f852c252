import type { LoadManagement, LoadManagementOptions } from "../controller";
import { startLoadManagement } from "../controller";
import type { LoadSettings, PerPhase } from "../../../shared/load";
import { loadSettingsSchema } from "../../../shared/load";
import { AppError } from "../../../shared/error";
import type { HubEvent } from "../../../shared/events";
import type { Gateway } from "../../gateway";
import type { HubStored } from "../../state/fold";
import type { HubState } from "../../state/state";
import type { Decision } from "../../store/types";
import { ManualClock, settled } from "../../testing/manual-clock";
import { memoryStore } from "../../testing/memory-store";
import { registered } from "../../testing/registration";
import { SimCharger, usual } from "./charger";
import type { Traits } from "./charger";

/** A site with simulated chargers, run by the real load management. */
export class SimSite {
  readonly clock = new ManualClock("2026-11-23T12:00:00.000Z");
  readonly store = memoryStore(() => this.clock.now());
  readonly chargers = new Map<string, SimCharger>();
  loads!: LoadManagement;
  /** What load management writes does not reach the disk. */
  diskFails = false;
  private kill = () => {};

  constructor(
    readonly siteLimitA: PerPhase | null,
    traits: (Partial<Traits> & { cpId: string })[],
  ) {
    for (const each of traits) this.add(each);
    this.startHub();
  }

  /** A site whose chargers came in five seconds ago. */
  static async connected(...args: ConstructorParameters<typeof SimSite>): Promise<SimSite> {
    const site = new SimSite(...args);
    site.connectAll();
    await site.pass(5);
    return site;
  }

  add(some: Partial<Traits> & { cpId: string }): SimCharger {
    const traits: Traits = { ...usual, ...some };
    const charger = new SimCharger(traits, this.clock, (events) => {
      void this.store.commit(() => ({ reply: undefined, events }));
    });
    this.chargers.set(traits.cpId, charger);
    const events = [registered(traits.cpId, { connectors: 1, maxCurrentA: traits.ratedA })];
    void this.store.commit(() => ({ reply: undefined, events }));
    return charger;
  }

  charger(cpId: string): SimCharger {
    return this.chargers.get(cpId) as SimCharger;
  }

  connectAll(): void {
    for (const charger of this.chargers.values()) charger.connect();
  }

  startHub(): void {
    const process = { alive: true };
    this.kill = () => {
      process.alive = false;
      this.loads.stop();
    };
    // What a process that was killed is told, or wants to write, is lost.
    const ifAlive = <T>(what: Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        what.then(
          (value) => process.alive && resolve(value),
          (error: unknown) => process.alive && reject(error),
        );
      });
    const store: LoadManagementOptions["store"] = {
      state: this.store.state,
      subscribe: (listener) => this.store.subscribe(listener),
      commit: (decide) => (process.alive ? ifAlive(this.write(decide)) : new Promise(() => {})),
    };
    const gateway = {
      isConnected: (cpId: string) => this.chargers.get(cpId)?.connected ?? false,
      call: (cpId: string, action: string, payload: unknown, options?: { timeoutMs?: number }) =>
        ifAlive(this.charger(cpId).call(action, payload, options?.timeoutMs ?? 30_000)),
    } as Pick<Gateway, "call" | "isConnected">;
    const { clock, siteLimitA } = this;
    this.loads = startLoadManagement({ store, gateway, clock, siteLimitA, log: { info() {}, warn() {} } });
  }

  /** The hub's process ends in the middle of whatever it does, and a new one starts from what is written. */
  restartHub(): void {
    this.kill();
    this.startHub();
  }

  private write<R>(decide: (state: Readonly<HubState>) => Decision<R, HubEvent>): Promise<R> {
    return this.store.commit((state) => {
      const decided = decide(state);
      if (!this.diskFails || decided.events.length === 0) return decided;
      throw new AppError("store_unavailable", "The disk refuses.", { status: 503 });
    });
  }

  set(settings: Partial<LoadSettings>): Promise<void> {
    return this.loads.set(loadSettingsSchema.parse(settings));
  }

  async pass(seconds: number, each?: () => void): Promise<void> {
    await settled();
    await this.clock.advance(seconds * 1000, each);
  }

  ofType<T extends HubEvent["type"]>(type: T): Extract<HubStored, { type: T }>[] {
    return this.store.events.filter((event): event is Extract<HubStored, { type: T }> => event.type === type);
  }

  /** What was last confirmed, by charge point. */
  limits(): Record<string, number | null> {
    return Object.fromEntries(this.loads.view().connectors.map((each) => [each.cpId, each.limitA]));
  }

  /** What all chargers may take together, one phase (all cars of the simulation that matter here use all of them). */
  get possibleA(): number {
    return [...this.chargers.values()].reduce((all, charger) => all + charger.possibleA, 0);
  }

  get drawsA(): number {
    return [...this.chargers.values()].reduce((all, charger) => all + Math.max(...charger.drawsA), 0);
  }
}
