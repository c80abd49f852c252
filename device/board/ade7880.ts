import type { I2cBus } from "./i2c";
import { FULL_SCALE_W, Registers, signed24 } from "./meter-chip";
import type { Counts, MeterChip } from "./meter-chip";

/** Analog Devices ADE7880, three-phase energy meter. Registers: data sheet rev. A, tables 30 to 33. */
/** RMS of current and voltage in turn: A, then two registers on B, then C. 24 bits in 32. */
const AIRMS = 0x43c0;
const AVRMS = 0x43c1;
const RUN = 0xe228;
const AWATTHR = 0xe400;
const AWATT = 0xe513;
const LCYCMODE = 0xe702;
const PROTECT_SET = 0xe7e3;
const PROTECT_KEY = 0xe7fe;
const CONFIG2 = 0xec01;
/** A register of the DSP's memory that may be written with its value of power-up, to flush the chip's write queue. */
const VLEVEL = 0x439f;
/** LCYCMODE without RSTREAD (bit 6), which is set after a reset (0x78): reading must not clear the energy. */
const FREE_RUNNING = 0x38;
const I2C_LOCK = 0x02;
const PHASES = 3;

/** RMS with a full-scale sine (0.5 V peak) at an input (section "Current rms calculation"). */
const RMS_FULL_SCALE = 5326737;
/** Power with full-scale inputs (PMAX, equation 26): xWATT has it without its lowest 4 bits (figure 74). */
const POWER_MAX = 27059678;
const POWER_FULL_SCALE = POWER_MAX / 16;
/** PMAX is added up at 1.024 MHz, and each WTHR times 2^27 is one count (equation 26, WTHR at power-up). */
const COUNTS_PER_S = Math.round((POWER_MAX / 134217728) * (1024000 / 3));

/** The meter of a charger with three phases. */
export class Ade7880 implements MeterChip {
  rmsFullScale = RMS_FULL_SCALE;
  powerFullScale = POWER_FULL_SCALE;
  countsPerWh = Math.round((COUNTS_PER_S * 3600) / FULL_SCALE_W);
  private chip: Registers;

  constructor(bus: I2cBus) {
    this.chip = new Registers(bus);
  }

  /** After a reset (section "Quick setup as energy meter"): I2C for good, our mode, the write queue flushed, the memory protected, the DSP begun. */
  async start(): Promise<boolean> {
    const ready = (await this.chip.write(CONFIG2, [I2C_LOCK])) && (await this.chip.write(LCYCMODE, [FREE_RUNNING]));
    for (let i = 0; i < 3 && ready; i++) if (!(await this.chip.write(VLEVEL, [0, 0, 0, 0]))) return false;
    return (
      ready &&
      (await this.chip.write(PROTECT_KEY, [0xad])) &&
      (await this.chip.write(PROTECT_SET, [0x80])) &&
      (await this.chip.write(RUN, [0, 1]))
    );
  }

  /** Its energy registers' lowest 24 bits run over in 120 s at full scale. */
  async look(): Promise<Counts | undefined | null> {
    const mode = await this.chip.read(LCYCMODE, 1);
    const run = mode === undefined ? undefined : await this.chip.read(RUN, 2);
    if (mode === undefined || run === undefined) return undefined;
    if (mode[0] !== FREE_RUNNING || run[1] !== 1) return null;
    const v = await this.phases(AVRMS, 2);
    const a = v === undefined ? undefined : await this.phases(AIRMS, 2);
    const w = a === undefined ? undefined : await this.phases(AWATT, 1);
    const energy = w === undefined ? undefined : await this.phases(AWATTHR, 1);
    if (v === undefined || a === undefined || w === undefined || energy === undefined) return undefined;
    const seen: Counts = { volts: 0, amps: 0, watts: 0, energy, sum: 0 };
    for (let i = 0; i < PHASES; i++) {
      seen.volts += (v[i] as number) / PHASES;
      seen.amps = Math.max(seen.amps, a[i] as number);
      seen.watts += w[i] as number;
      seen.sum = seen.sum ^ (v[i] as number) ^ ((a[i] as number) << 4);
    }
    return seen;
  }

  /** The lowest 24 bits of a register of each phase, whose addresses are `apart`; undefined where one does not answer. */
  private async phases(first: number, apart: number): Promise<number[] | undefined> {
    const values: number[] = [];
    for (let i = 0; i < PHASES; i++) {
      const bytes = await this.chip.read(first + i * apart, 4);
      if (bytes === undefined) return undefined;
      values.push(signed24(bytes, 1));
    }
    return values;
  }
}
