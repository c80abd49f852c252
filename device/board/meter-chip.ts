import { wrote } from "./i2c";
import type { I2cBus } from "./i2c";

/** Both meters' place on the bus. */
const ADDRESS = 0x38;

/** What the board wants of an energy meter. Its count runs on in the chip, so that a reading that fails loses nothing. */
export interface MeterChip {
  /** Mean of the phases. */
  voltageMv: number;
  /** Of the phase that carries most: limits are per phase. */
  currentMa: number;
  /** Of all phases. */
  powerW: number;
  /** Wh of all phases since start-up. */
  energyWh: number;
  /** Sets the chip up; false where it does not answer. */
  start(): Promise<boolean>;
  /** Takes a reading. False where there is none to rely on; the last values stay. To be called at least every 20 s. */
  read(): Promise<boolean>;
}

/** The reference circuit with 0.5 V peak at an input: 990 k and 1 k at the mains, and 2000:1 into 10 ohm (docs/hardware.md). */
export const FULL_SCALE_MV = 350372;
export const FULL_SCALE_MA = 70711;
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

/** A current that is one, not noise. */
export function realMa(ma: number): number {
  return ma < LEAST_MA ? 0 : ma;
}

/** Wh from the lowest 24 bits of energy registers that run over: only differences count. */
export class EnergyCount {
  wh = 0;
  private last: number[] = [];
  private counts = 0;

  constructor(private countsPerWh: number) {}

  /** The chip has been reset, and its registers with it. */
  begin(): void {
    this.last = [];
  }

  /** Takes a look at the registers, one a phase. */
  take(now: number[]): void {
    for (let i = 0; i < this.last.length; i++) {
      this.counts += (((now[i] as number) - (this.last[i] as number)) << 8) >> 8;
    }
    this.last = now;
    if (this.counts < 0) this.counts = 0; // a car that feeds back is not paid by this register
    const wh = Math.floor(this.counts / this.countsPerWh);
    this.wh += wh;
    this.counts -= wh * this.countsPerWh;
  }
}

/** Tells measurements that live from those that stand still while the chip goes on answering. */
export class Liveness {
  private same = 0;
  private sum = 0;

  /** `sum` is made of what was measured; nothing needs to change where no current flows. */
  check(sum: number, flows: boolean): boolean {
    this.same = sum === this.sum && flows ? this.same + 1 : 0;
    this.sum = sum;
    return this.same < MAX_SAME;
  }
}
