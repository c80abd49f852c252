import type { Chip } from "./model-bus";

const RMS_FULL_SCALE = 9032007;
const POWER_FULL_SCALE = 4862401;
const COUNTS_PER_S = 206900;
const RSTREAD = 0x40;

/** ADE7953 by its data sheet: rms, power and energy of channel A in 24 bits, the lock of register 120h, read-with-reset. */
export class Ade7953Model implements Chip {
  /** At the chip's inputs, as a share of full scale. */
  voltage = 0;
  current = 0;
  /** The measuring core stands still, while the registers answer. */
  frozen = false;
  /** What register 120h holds; the chip measures within its specification only with 30h. */
  required = 0;
  private lcycmode = RSTREAD;
  private unlocked = false;
  private energy = 0;
  private register = 0;
  private noise = 0;
  private held = [0, 0, 0];

  reset(): void {
    this.lcycmode = RSTREAD;
    this.energy = 0;
    this.required = 0;
  }

  /** Time passes. */
  step(ms: number): void {
    if (!this.frozen) this.energy += (this.voltage * this.current * COUNTS_PER_S * ms) / 1000;
  }

  write(bytes: number[]): boolean {
    const [high = 0, low = 0, ...data] = bytes;
    this.register = (high << 8) | low;
    if (data.length === 0) return true;
    const value = data.reduce((sum, b) => sum * 256 + b, 0);
    if (this.register === 0x120 && this.unlocked) this.required = value;
    this.unlocked = this.register === 0x0fe && value === 0xad;
    if (this.register === 0x004) this.lcycmode = value;
    return true;
  }

  private value(): number {
    if (!this.frozen) {
      this.noise = (this.noise + 1) % 7;
      this.held = [
        Math.round(this.voltage * RMS_FULL_SCALE) + (this.voltage > 0 ? this.noise : 0),
        Math.round(this.current * RMS_FULL_SCALE),
        Math.round(this.voltage * this.current * POWER_FULL_SCALE),
      ];
    }
    if (this.register === 0x004) return this.lcycmode;
    if (this.register === 0x21c) return this.held[0] ?? 0;
    if (this.register === 0x21a) return this.held[1] ?? 0;
    if (this.register === 0x212) return this.held[2] ?? 0;
    if (this.register !== 0x21e) return 0;
    const energy = Math.floor(this.energy);
    if (this.lcycmode & RSTREAD) this.energy -= energy;
    return energy;
  }

  read(count: number): number[] {
    const value = this.value();
    return Array.from({ length: count }, (_, i) => (value >> (8 * (count - 1 - i))) & 255);
  }
}
