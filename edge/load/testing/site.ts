import type { LoadManagement, LoadManagementOptions } from "../controller";
import { startLoadManagement } from "../controller";
import type { LoadSettings, PerPhase } from "../../../shared/load";
import { loadSettingsSchema } from "../../../shared/load";
import type { Gateway } from "../../gateway";
import { SimCharger, usual } from "./charger";
import type { Traits } from "./charger";
import { TestClock } from "./clock";
import { MemoryStore } from "./memory-store";

/** A site with simulated chargers, run by the real load management. */
export class SimSite {
  readonly clock = new TestClock(Date.UTC(2026, 10, 23, 12));
  readonly store = new MemoryStore(this.clock);
  readonly chargers = new Map<string, SimCharger>();
  loads!: LoadManagement;
  private kill = () => {};

  constructor(
    readonly siteLimitA: PerPhase | null,
    traits: (Partial<Traits> & { cpId: string })[],
  ) {
    for (const each of traits) this.add(each);
    this.startHub();
  }

  add(some: Partial<Traits> & { cpId: string }): SimCharger {
    const traits: Traits = { ...usual, ...some };
    const charger = new SimCharger(traits, this.clock, (events) => {
      void this.store.commit(() => ({ reply: undefined, events }));
    });
    this.chargers.set(traits.cpId, charger);
    const registration = {
      cpId: traits.cpId,
      name: null,
      connectors: 1,
      tariffId: null,
      securityProfile: 1,
      plainFrames: true,
      maxCurrentA: traits.ratedA,
      vendor: null,
      model: null,
      serialNumber: null,
    };
    void this.store.commit(() => ({
      reply: undefined,
      events: [{ type: "chargePoint.registered", data: registration }],
    }));
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
      commit: (decide) => (process.alive ? ifAlive(this.store.commit(decide)) : new Promise(() => {})),
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

  set(settings: Partial<LoadSettings>): Promise<void> {
    return this.loads.set(loadSettingsSchema.parse(settings));
  }

  pass(seconds: number, each?: () => void): Promise<void> {
    return this.clock.pass(seconds * 1000, each);
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
