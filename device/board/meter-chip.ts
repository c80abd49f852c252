import { wrote } from "./i2c";
import type { I2cBus } from "./i2c";

/** Both meters' place on the bus. */
const ADDRESS = 0x38;

/** One look at the chip: what its registers say, in counts of its own. */
export interface Counts {
  /** Mean of the phases. */
  volts: number;
  /** Of the phase that carries most: limits are per phase. */
  amps: number;
  /** Of all phases. */
  watts: number;
  /** Lowest 24 bits of the energy registers, one a phase. */
  energy: number[];
  /** Made of all that was measured. */
  sum: number;
}

/** A chip that measures. Its energy is counted in the chip, so that a reading that fails loses nothing. */
export interface MeterChip {
  /** RMS and power with full-scale inputs. */
  rmsFullScale: number;
  powerFullScale: number;
  countsPerWh: number;
  /** Sets the chip up; false where it does not answer. */
  start(): Promise<boolean>;
  /** Undefined where it does not answer; null where it has been reset. */
  look(): Promise<Counts | undefined | null>;
}

/** The reference circuit with 0.5 V peak at an input: 990 k and 1 k at the mains, and 2000:1 into 10 ohm (docs/hardware.md). */
const FULL_SCALE_MV = 350372;
const FULL_SCALE_MA = 70711;
export const FULL_SCALE_W = 24775;
/** Below this a chip measures its own noise. */
const LEAST_MA = 100;
/** Readings that are the same to the last bit, with current flowing: no mains is that even. */
const MAX_SAME = 20;

/** The registers of an ADE78xx or ADE79xx: 16 bits of address, the highest byte first, and then those of the value. */
export class Registers {
  constructor(private bus: I2cBus) {}

  /** A register's `size` bytes; undefined where the chip does not answer. */
  async read(address: number, size: number): Promise<number[] | undefined> {
    return await this.bus.transfer(ADDRESS, [address >> 8, address & 255], size);
  }

  /** Writes a register; false where the chip does not answer. */
  async write(address: number, bytes: number[]): Promise<boolean> {
    const out = [address >> 8, address & 255];
    for (const b of bytes) out.push(b);
    return await wrote(this.bus, ADDRESS, out);
  }
}

/** The number in three bytes from `at` on, twos complement, the first the highest. */
export function signed24(b: number[], at: number): number {
  return (((b[at] as number) << 24) | ((b[at + 1] as number) << 16) | ((b[at + 2] as number) << 8)) >> 8;
}

/** An energy meter: a chip in the reference circuit. */
export class Meter {
  /** Mean of the phases. */
  voltageMv = 0;
  /** Of the phase that carries most. */
  currentMa = 0;
  /** Of all phases. */
  powerW = 0;
  /** Wh of all phases since start-up. */
  energyWh = 0;
  /** Energy registers run over: only differences count. */
  private last: number[] = [];
  private counts = 0;
  private sum = 0;
  private same = 0;

  constructor(private chip: MeterChip) {}

  /** Sets the chip up; false where it does not answer. */
  async start(): Promise<boolean> {
    this.last = [];
    return await this.chip.start();
  }

  /** Takes a reading. False where there is none to rely on; the last values stay. To be called at least every 20 s. */
  async read(): Promise<boolean> {
    const { chip } = this;
    const seen = await chip.look();
    if (seen === null) await this.start(); // its count is gone too
    if (!seen) return false;
    this.voltageMv = Math.round(seen.volts * (FULL_SCALE_MV / chip.rmsFullScale));
    const ma = Math.round(seen.amps * (FULL_SCALE_MA / chip.rmsFullScale));
    this.currentMa = ma < LEAST_MA ? 0 : ma;
    const power = Math.round(seen.watts * (FULL_SCALE_W / chip.powerFullScale));
    this.powerW = this.currentMa === 0 || power < 0 ? 0 : power;
    this.count(seen.energy);
    // Measurements may stand still while the chip goes on answering; nothing needs to change where no current flows.
    this.same = seen.sum === this.sum && this.currentMa > 0 ? this.same + 1 : 0;
    this.sum = seen.sum;
    return this.same < MAX_SAME;
  }

  private count(now: number[]): void {
    for (let i = 0; i < this.last.length; i++) {
      this.counts += (((now[i] as number) - (this.last[i] as number)) << 8) >> 8;
    }
    this.last = now;
    if (this.counts < 0) this.counts = 0; // a car that feeds back is not paid by this register
    const wh = Math.floor(this.counts / this.chip.countsPerWh);
    this.energyWh += wh;
    this.counts -= wh * this.chip.countsPerWh;
  }
}
