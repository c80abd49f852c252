import { sameBytes, wrote } from "./i2c";
import type { I2cBus, Pause } from "./i2c";

/** NXP PCA9685, 16 channels of 12-bit PWM. Registers and bits: data sheet section 7.3. */
const ADDRESS = 0x40; // A0 to A5 low, section 7.1.1
const MODE1 = 0x00;
const LED0_ON_L = 0x06;
const PRE_SCALE = 0xfe;
const SLEEP = 0x10;
const AUTO_INCREMENT = 0x20;
/** Sticky: the clock comes from the EXTCLK pin until power is cycled (section 7.3.1.1). */
const EXTCLK = 0x40;
/** Bit 4 of ON_H switches a channel fully on, bit 4 of OFF_H fully off, which wins (section 7.3.3). */
const FULL = 0x10;
/**
 * 24.576 MHz / (4096 * 1 kHz) - 1 (section 7.3.5). The oscillator on EXTCLK is not optional: the internal one of 25 MHz
 * gives 1017 Hz, and IEC 61851-1 table A.3 wants 1 kHz within 0.5 %.
 */
const PRESCALE_1KHZ = 5;
/** The oscillator needs 500 us after SLEEP is cleared (section 7.3.1.1). */
const WAKE_MS = 1;
/** Steps in a period. */
export const FULL_ON = 4096;
/** Channels in use, from 0 on. */
const CHANNELS = 9;

/** Registers of a channel that is on for `counts` of 4096 steps: 0 is off, FULL_ON is on without a pulse. */
function channelBytes(counts: number): number[] {
  if (counts <= 0) return [0, 0, 0, FULL];
  if (counts >= FULL_ON) return [0, FULL, 0, 0];
  return [0, 0, counts & 255, counts >> 8];
}

/** The outputs of the board: all channels are written together and read back. */
export class Pca9685 {
  /** Was everything as it should be when last looked at? */
  healthy = false;
  private written: number[] = [];

  constructor(
    private bus: I2cBus,
    private pause: Pause,
  ) {}

  /** Brings the chip into its mode, all channels off. False where it does not answer as it should. */
  async start(): Promise<boolean> {
    this.healthy = false;
    // EXTCLK takes effect only together with SLEEP while SLEEP is already set
    const asleep =
      (await wrote(this.bus, ADDRESS, [MODE1, SLEEP | AUTO_INCREMENT])) &&
      (await wrote(this.bus, ADDRESS, [MODE1, SLEEP | EXTCLK | AUTO_INCREMENT])) &&
      (await wrote(this.bus, ADDRESS, [PRE_SCALE, PRESCALE_1KHZ]));
    if (!asleep || !(await this.put([]))) return false;
    if (!(await wrote(this.bus, ADDRESS, [MODE1, EXTCLK | AUTO_INCREMENT]))) return false;
    await this.pause(WAKE_MS);
    this.healthy = await this.check();
    return this.healthy;
  }

  private async put(counts: number[]): Promise<boolean> {
    const bytes: number[] = [];
    for (let i = 0; i < CHANNELS; i++) {
      for (const b of channelBytes(i < counts.length ? (counts[i] as number) : 0)) bytes.push(b);
    }
    this.written = bytes;
    const out = [LED0_ON_L];
    for (const b of bytes) out.push(b);
    return await wrote(this.bus, ADDRESS, out);
  }

  /** Sets the channels from 0 on (those beyond are off) and reads them back. False leaves nothing to rely on. */
  async set(counts: number[]): Promise<boolean> {
    this.healthy = (await this.put(counts)) && (await this.check());
    return this.healthy;
  }

  /** A chip that lost power sleeps, and has forgotten clock and channels. */
  private async check(): Promise<boolean> {
    const mode = await this.bus.transfer(ADDRESS, [MODE1], 1);
    if (!sameBytes(mode, [EXTCLK | AUTO_INCREMENT])) return false;
    if (!sameBytes(await this.bus.transfer(ADDRESS, [PRE_SCALE], 1), [PRESCALE_1KHZ])) return false;
    return sameBytes(await this.bus.transfer(ADDRESS, [LED0_ON_L], this.written.length), this.written);
  }
}
