import { wrote } from "./i2c";
import type { I2cBus } from "./i2c";

/** Analog Devices ADE7953, single-phase energy meter. Registers: data sheet rev. B, tables 13 to 18. */
const ADDRESS = 0x38;
const LCYCMODE = 0x004;
const UNLOCK = 0x0fe;
const RESERVED_120 = 0x120;
const AWATT = 0x212;
const IRMSA = 0x21a;
const VRMS = 0x21c;
const AENERGYA = 0x21e;
/** LCYCMODE without RSTREAD (bit 6), which is set after a reset: reading must not clear the energy (table 17). */
const FREE_RUNNING = 0x00;

/** Readings with 0.5 V peak at an input (section "Root mean square measurement", "Active power calculation"). */
const RMS_FULL_SCALE = 9032007;
const POWER_FULL_SCALE = 4862401;
/** Counts of energy a second with full-scale inputs (section "Active energy calculation"). */
const COUNTS_PER_S = 206900;
/** The reference circuit at full scale: 990 k and 1 k at the mains, and 2000:1 into 10 ohm (docs/hardware.md). */
const FULL_SCALE_MV = 350372;
const FULL_SCALE_MA = 70711;
const FULL_SCALE_W = 24775;
/** Energy of one Wh in counts: COUNTS_PER_S * 3600 / FULL_SCALE_W. */
export const COUNTS_PER_WH = Math.round((COUNTS_PER_S * 3600) / FULL_SCALE_W);
/** Below this the chip measures its own noise. */
const LEAST_MA = 100;
/** Readings that are the same to the last bit, with current flowing: no mains is that even. */
const MAX_SAME = 20;

function signed24(b: number[]): number {
  return (((b[0] as number) << 24) | ((b[1] as number) << 16) | ((b[2] as number) << 8)) >> 8;
}

/** The energy meter. Its count runs on in the chip, so a reading that fails loses nothing. */
export class Ade7953 {
  voltageMv = 0;
  currentMa = 0;
  powerW = 0;
  /** Wh since start-up. */
  energyWh = 0;
  private last: number | undefined;
  private counts = 0;
  private same = 0;
  private sum = 0;

  constructor(private bus: I2cBus) {}

  private async register(address: number, size: number): Promise<number[] | undefined> {
    return await this.bus.transfer(ADDRESS, [address >> 8, address & 255], size);
  }

  private async set(address: number, bytes: number[]): Promise<boolean> {
    const out = [address >> 8, address & 255];
    for (const b of bytes) out.push(b);
    return await wrote(this.bus, ADDRESS, out);
  }

  /** After a reset: the setting that the manufacturer requires (section "ADE7953 power-up procedure"), and our mode. */
  async start(): Promise<boolean> {
    this.last = undefined;
    return (
      (await this.set(UNLOCK, [0xad])) &&
      (await this.set(RESERVED_120, [0x00, 0x30])) &&
      (await this.set(LCYCMODE, [FREE_RUNNING]))
    );
  }

  /** Takes a reading. False where there is none to rely on; the last values stay. To be called at least every 20 s. */
  async read(): Promise<boolean> {
    const mode = await this.register(LCYCMODE, 1);
    if (mode === undefined) return false;
    if (mode[0] !== FREE_RUNNING) {
      await this.start(); // it has been reset, and its count with it
      return false;
    }
    const volts = await this.register(VRMS, 3);
    const amps = await this.register(IRMSA, 3);
    const watts = await this.register(AWATT, 3);
    const energy = await this.register(AENERGYA, 3);
    if (volts === undefined || amps === undefined || watts === undefined || energy === undefined) return false;
    const v = signed24(volts);
    const a = signed24(amps);
    this.voltageMv = Math.round(v * (FULL_SCALE_MV / RMS_FULL_SCALE));
    const ma = Math.round(a * (FULL_SCALE_MA / RMS_FULL_SCALE));
    this.currentMa = ma < LEAST_MA ? 0 : ma;
    const w = Math.round(signed24(watts) * (FULL_SCALE_W / POWER_FULL_SCALE));
    this.powerW = this.currentMa === 0 || w < 0 ? 0 : w;
    this.count(signed24(energy));
    return this.isLive(v ^ (a << 4));
  }

  /** The register has 24 bits and runs over in 40 s at full scale: only differences count. */
  private count(now: number): void {
    if (this.last !== undefined) this.counts += ((now - this.last) << 8) >> 8;
    this.last = now;
    if (this.counts < 0) this.counts = 0; // a car that feeds back is not paid by this register
    const wh = Math.floor(this.counts / COUNTS_PER_WH);
    this.energyWh += wh;
    this.counts -= wh * COUNTS_PER_WH;
  }

  private isLive(sum: number): boolean {
    this.same = sum === this.sum && this.currentMa > 0 ? this.same + 1 : 0;
    this.sum = sum;
    return this.same < MAX_SAME;
  }
}
