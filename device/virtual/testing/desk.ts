import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import { temporaryFolder } from "../../../shared/testing/folder";
import { scaledClock } from "../clock";
import type { ScaledClock } from "../clock";
import { startFleet } from "../fleet";
import type { Fleet, FleetOptions } from "../fleet";
import type { VirtualCharger } from "../virtual-charger";
import { buildProgram } from "./build";
import { Central } from "./central";

/** Virtual chargers and their central system on one fast clock, anew for each test; a panic that no test expects fails it. */
export class Desk {
  clock: ScaledClock = scaledClock(1);
  central: Central = new Central(this.clock.now);
  folder = "";
  fleet: Fleet | undefined;
  /** Panics that the test wants. */
  panicsExpected = false;

  constructor(private readonly scale: number) {
    beforeAll(buildProgram);
    beforeEach(() => this.set());
    afterEach(() => this.clear());
  }

  private async set(): Promise<void> {
    this.clock = scaledClock(this.scale);
    this.central = new Central(this.clock.now);
    this.folder = temporaryFolder();
    this.panicsExpected = false;
    await this.central.start();
  }

  private async clear(): Promise<void> {
    const chargers = this.fleet ? [...this.fleet.chargers.values()] : [];
    const panics = chargers.filter((c) => c.panics > 0).map((c) => [c.panics, c.view().log]);
    this.fleet?.stop();
    this.fleet = undefined;
    await this.central.stop();
    if (!this.panicsExpected) expect(panics).toEqual([]);
  }

  /** Powers chargers on, one CP1 by default, and gives the first. */
  async power(options: Partial<FleetOptions> = {}): Promise<VirtualCharger> {
    const fleet = await startFleet({
      ids: ["CP1"],
      hubHost: "127.0.0.1",
      hubPort: this.central.port,
      password: "",
      dataDir: this.folder,
      sampleIntervalSec: 10,
      clock: this.clock,
      ...options,
    });
    this.fleet = fleet;
    return [...fleet.chargers.values()][0] as VirtualCharger;
  }

  /** A charger with a car that charges, started from the hub. */
  async charging(options: Partial<FleetOptions> = {}): Promise<VirtualCharger> {
    const { central } = this;
    const from = central.calls.length;
    const charger = await this.power(options);
    await central.expectStatus("Available", from);
    charger.plug({});
    await central.expectStatus("Preparing", from);
    expect(await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG", connectorId: 1 })).toEqual({
      status: "Accepted",
    });
    await central.expectStatus("Charging", from);
    const earlier = central.calls.slice(0, from).filter((c) => c.action === "StartTransaction").length;
    await central.expectCall("StartTransaction", earlier + 1);
    return charger;
  }

  /** Lets the chargers' time pass. */
  async pass(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.after(resolve, ms);
    });
  }
}
