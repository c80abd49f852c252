import type { Chip } from "./model-bus";

const RMS_FULL_SCALE = 5_326_737;
const POWER_MAX = 27_059_678;
const COUNTS_PER_S = (POWER_MAX * 1_024_000) / (3 * 2 ** 27);
const RSTREAD = 0x40;
/** Registers that can be written, with their length and value of power-up (data sheet rev. A, tables 30 to 33). */
const WRITABLE: Record<number, [number, number]> = {
  0x439f: [4, 0],
  0xe228: [2, 0],
  0xe702: [1, 0x78],
  0xe7e3: [1, 0],
  0xe7fe: [1, 0],
  0xec01: [1, 0],
};

/** ADE7880 by its data sheet: rms, power and energy of three phases, each register of its own length, a DSP that stands still until RUN, read-with-reset. */
export class Ade7880Model implements Chip {
  /** At the chip's inputs, as shares of full scale, by phase. */
  voltage = [0, 0, 0];
  current = [0, 0, 0];
  /** The measuring core stands still, while the registers answer. */
  frozen = false;
  private values = new Map<number, number>();
  private energy = [0, 0, 0];
  private register = 0;
  private noise = 0;
  private held: number[][] = [];

  constructor() {
    this.reset();
  }

  reset(): void {
    this.values = new Map(Object.entries(WRITABLE).map(([address, [, value]]) => [Number(address), value]));
    this.energy = [0, 0, 0];
    this.held = [];
  }

  private get runs(): boolean {
    return this.values.get(0xe228) === 1;
  }

  /** Time passes. */
  step(ms: number): void {
    if (this.frozen || !this.runs) return;
    this.energy = this.energy.map(
      (e, i) => e + ((this.voltage[i] ?? 0) * (this.current[i] ?? 0) * COUNTS_PER_S * ms) / 1000,
    );
  }

  write(bytes: number[]): boolean {
    const [high = 0, low = 0, ...data] = bytes;
    this.register = (high << 8) | low;
    if (data.length === 0) return true;
    const [length] = WRITABLE[this.register] ?? [];
    if (length !== data.length) return false;
    this.values.set(
      this.register,
      data.reduce((sum, b) => sum * 256 + b, 0),
    );
    return true;
  }

  private measured(): number[][] {
    if (!this.frozen && this.runs) {
      this.noise = (this.noise + 1) % 7;
      this.held = this.voltage.map((v, i) => {
        const a = this.current[i] ?? 0;
        return [
          Math.round(a * RMS_FULL_SCALE),
          Math.round(v * RMS_FULL_SCALE) + (v > 0 ? this.noise : 0),
          Math.round((v * a * POWER_MAX) / 16),
        ];
      });
    }
    return this.held;
  }

  private value(): number {
    const at = this.register;
    if (at >= 0x43c0 && at <= 0x43c5) return (this.measured()[(at - 0x43c0) >> 1]?.[(at - 0x43c0) & 1] ?? 0) & 0xffffff;
    if (at >= 0xe513 && at <= 0xe515) return this.measured()[at - 0xe513]?.[2] ?? 0;
    if (at < 0xe400 || at > 0xe402) return this.values.get(at) ?? 0;
    const energy = Math.floor(this.energy[at - 0xe400] ?? 0);
    if ((this.values.get(0xe702) ?? 0) & RSTREAD) this.energy[at - 0xe400] = 0;
    return energy;
  }

  read(count: number): number[] | undefined {
    if (count !== (WRITABLE[this.register]?.[0] ?? 4)) return undefined;
    const value = this.value();
    return Array.from({ length: count }, (_, i) => (value >> (8 * (count - 1 - i))) & 255);
  }
}
