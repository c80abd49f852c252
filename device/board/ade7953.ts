import type { I2cBus } from "./i2c";
import {
  EnergyCount,
  FULL_SCALE_MA,
  FULL_SCALE_MV,
  FULL_SCALE_W,
  Liveness,
  realMa,
  Registers,
  signed24,
} from "./meter-chip";
import type { MeterChip } from "./meter-chip";

/** Analog Devices ADE7953, single-phase energy meter. Registers: data sheet rev. B, tables 13 to 18. */
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
/** Energy of one Wh in counts: COUNTS_PER_S * 3600 / FULL_SCALE_W. */
export const COUNTS_PER_WH = Math.round((COUNTS_PER_S * 3600) / FULL_SCALE_W);

/** The meter of a charger with one phase. */
export class Ade7953 implements MeterChip {
  voltageMv = 0;
  currentMa = 0;
  powerW = 0;
  energyWh = 0;
  private energy = new EnergyCount(COUNTS_PER_WH);
  private liveness = new Liveness();
  private chip: Registers;

  constructor(bus: I2cBus) {
    this.chip = new Registers(bus);
  }

  /** After a reset: the setting that the manufacturer requires (section "ADE7953 power-up procedure"), and our mode. */
  async start(): Promise<boolean> {
    this.energy.begin();
    return (
      (await this.chip.write(UNLOCK, [0xad])) &&
      (await this.chip.write(RESERVED_120, [0x00, 0x30])) &&
      (await this.chip.write(LCYCMODE, [FREE_RUNNING]))
    );
  }

  /** The energy register has 24 bits and runs over in 40 s at full scale. */
  async read(): Promise<boolean> {
    const mode = await this.chip.read(LCYCMODE, 1);
    if (mode === undefined) return false;
    if (mode[0] !== FREE_RUNNING) {
      await this.start(); // it has been reset, and its count with it
      return false;
    }
    const volts = await this.chip.read(VRMS, 3);
    const amps = await this.chip.read(IRMSA, 3);
    const watts = await this.chip.read(AWATT, 3);
    const energy = await this.chip.read(AENERGYA, 3);
    if (volts === undefined || amps === undefined || watts === undefined || energy === undefined) return false;
    const v = signed24(volts, 0);
    const a = signed24(amps, 0);
    this.voltageMv = Math.round(v * (FULL_SCALE_MV / RMS_FULL_SCALE));
    this.currentMa = realMa(Math.round(a * (FULL_SCALE_MA / RMS_FULL_SCALE)));
    const w = Math.round(signed24(watts, 0) * (FULL_SCALE_W / POWER_FULL_SCALE));
    this.powerW = this.currentMa === 0 || w < 0 ? 0 : w;
    this.energy.take([signed24(energy, 0)]);
    this.energyWh = this.energy.wh;
    return this.liveness.check(v ^ (a << 4), this.currentMa > 0);
  }
}
