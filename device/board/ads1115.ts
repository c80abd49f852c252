import { wrote } from "./i2c";
import type { I2cBus, Pause } from "./i2c";

/** Texas Instruments ADS1115, 16-bit converter with four inputs. Registers and bits: data sheet section 8.1. */
const ADDRESS = 0x48; // ADDR at ground, section 7.5.1.1
const CONVERSION = 0x00;
const CONFIG = 0x01;
/** Written: start a conversion. Read: no conversion is running. */
const OS = 0x80;
/** MUX 100: input 0 against ground, and so on. */
const MUX_AIN0 = 0x40;
/** PGA 001: +-4.096 V, 125 uV a step. MODE 1: single shot. */
const RANGE_SINGLE = 0x03;
/** 860 conversions a second, comparator off. */
const RATE_860 = 0xe3;
/** A conversion takes 1.2 ms, and 10 % more with a slow oscillator (section 6.5). */
const CONVERSION_MS = 2;

/** One converter, asked for one input at a time. */
export class Ads1115 {
  constructor(
    private bus: I2cBus,
    private pause: Pause,
  ) {}

  /**
   * Millivolts at an input, 0 to 3; undefined where it is not known. A conversion that did not end, or that was of another
   * input, or one of a chip that has restarted meanwhile, is not a measurement.
   */
  async millivolts(input: number): Promise<number | undefined> {
    const high = MUX_AIN0 | (input << 4) | RANGE_SINGLE;
    if (!(await wrote(this.bus, ADDRESS, [CONFIG, OS | high, RATE_860]))) return undefined;
    await this.pause(CONVERSION_MS);
    const config = await this.bus.transfer(ADDRESS, [CONFIG], 2);
    if (config === undefined || config[0] !== (OS | high) || config[1] !== RATE_860) return undefined;
    const result = await this.bus.transfer(ADDRESS, [CONVERSION], 2);
    if (result === undefined) return undefined;
    const steps = (((result[0] as number) << 24) | ((result[1] as number) << 16)) >> 16;
    return Math.round(steps / 8);
  }
}
