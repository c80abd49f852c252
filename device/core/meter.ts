import type { Inputs } from "./board";
import { decodeRegister } from "./energy";
import type { EnergyRegister } from "./energy";
import type { Sample } from "./queue-entry";
import type { Saved, Store } from "./store";
import { isStamp } from "./wall-clock";
import type { WallClock } from "./wall-clock";

/** Seconds between flash writes for readings that somebody asks for; at that pace the flash outlives the charger. */
const ASKED_SEC = 10;
/** The stamp comes after the three parts of the register. */
const STAMP_AT = 3;

/** The charger's meter: its register, what flash knows of it, and readings of it. */
export class Meter {
  /** When the register in flash was taken. */
  savedStamp: string;
  private register: EnergyRegister;
  private savedWh: number;
  private savedAtSec = -ASKED_SEC;

  constructor(
    private store: Store,
    saved: Saved,
    private clock: WallClock,
  ) {
    this.register = decodeRegister(saved["reg"]);
    this.savedWh = this.register.totalWh;
    const parts = `${saved["reg"]}`.split(",");
    this.savedStamp = isStamp(parts[STAMP_AT]) ? `${parts[STAMP_AT]}` : clock.stamp();
  }

  /** Takes the meter chip's count. */
  update(inputs: Inputs): void {
    this.register.update(inputs.energyWh, inputs.meterEpoch);
  }

  /** The register now, Wh. */
  totalWh(): number {
    return this.register.totalWh;
  }

  /** Writes the register to flash. */
  save(): void {
    this.savedWh = this.register.totalWh;
    this.savedAtSec = this.clock.upSec;
    this.savedStamp = this.clock.stamp();
    this.store.put("reg", `${this.register.encode()},${this.savedStamp}`);
  }

  /** The meter now, in a reading context of message-queue. It may leave the charger only once it is in flash. */
  reading(context: string, inputs: Inputs): Sample {
    const { powerW, currentMa, voltageMv } = inputs;
    return { context, stamp: this.clock.stamp(), wh: this.register.totalWh, powerW, currentMa, voltageMv };
  }

  /**
   * A reading that may be told at once. What was told must be in flash, or a stop after a power cut could be lower; a hub
   * that asks again within ASKED_SEC gets the energy of the last write, with the power of now.
   */
  askedReading(context: string, inputs: Inputs): Sample {
    const changed = this.register.totalWh !== this.savedWh;
    if (changed && this.clock.upSec - this.savedAtSec >= ASKED_SEC) this.save();
    const sample = this.reading(context, inputs);
    sample.wh = this.savedWh;
    return sample;
  }
}
