import type { I2cBus } from "./i2c";
import { FULL_SCALE_W, Registers, signed24 } from "./meter-chip";
import type { Counts, MeterChip } from "./meter-chip";

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

/** The meter of a charger with one phase. */
export class Ade7953 implements MeterChip {
  rmsFullScale = RMS_FULL_SCALE;
  powerFullScale = POWER_FULL_SCALE;
  countsPerWh = Math.round((COUNTS_PER_S * 3600) / FULL_SCALE_W);
  private chip: Registers;

  constructor(bus: I2cBus) {
    this.chip = new Registers(bus);
  }

  /** After a reset: the setting that the manufacturer requires (section "ADE7953 power-up procedure"), and our mode. */
  async start(): Promise<boolean> {
    return (
      (await this.chip.write(UNLOCK, [0xad])) &&
      (await this.chip.write(RESERVED_120, [0x00, 0x30])) &&
      (await this.chip.write(LCYCMODE, [FREE_RUNNING]))
    );
  }

  /** The energy register has 24 bits and runs over in 40 s at full scale. */
  async look(): Promise<Counts | undefined | null> {
    const mode = await this.chip.read(LCYCMODE, 1);
    if (mode === undefined) return undefined;
    if (mode[0] !== FREE_RUNNING) return null;
    const v = await this.chip.read(VRMS, 3);
    const a = await this.chip.read(IRMSA, 3);
    const w = await this.chip.read(AWATT, 3);
    const e = await this.chip.read(AENERGYA, 3);
    if (v === undefined || a === undefined || w === undefined || e === undefined) return undefined;
    const volts = signed24(v, 0);
    const amps = signed24(a, 0);
    return { volts, amps, watts: signed24(w, 0), energy: [signed24(e, 0)], sum: volts ^ (amps << 4) };
  }
}
