import type { Chip } from "./model-bus";

const SLEEP = 0x10;
const EXTCLK = 0x40;
const AUTO_INCREMENT = 0x20;

/** PCA9685 by its data sheet, section 7.3: only what a program can tell apart. */
export class Pca9685Model implements Chip {
  registers: number[] = [];
  private pointer = 0;
  private extClock = false;

  constructor() {
    this.reset();
  }

  /** Power-on values (table 5): asleep, prescaler 1Eh, all channels fully off. */
  reset(): void {
    this.registers = Array.from({ length: 256 }, () => 0);
    this.registers[0] = 0x11;
    this.registers[0xfe] = 0x1e;
    for (let led = 0; led < 16; led++) this.registers[9 + led * 4] = 0x10;
    this.extClock = false;
  }

  private get mode(): number {
    return this.registers[0] ?? 0;
  }

  write(bytes: number[]): boolean {
    this.pointer = bytes[0] ?? 0;
    for (const b of bytes.slice(1)) {
      this.put(this.pointer, b);
      this.next();
    }
    return true;
  }

  read(count: number): number[] {
    return Array.from({ length: count }, () => {
      const b = this.registers[this.pointer] ?? 0;
      this.next();
      return b;
    });
  }

  private next(): void {
    if (this.mode & AUTO_INCREMENT) this.pointer = (this.pointer + 1) & 255;
  }

  private put(register: number, b: number): void {
    if (register === 0) {
      // EXTCLK is taken while asleep only, and then stays until power is cycled
      if (b & EXTCLK && this.mode & SLEEP) this.extClock = true;
      this.registers[0] = (b & ~EXTCLK) | (this.extClock ? EXTCLK : 0);
    } else if (register !== 0xfe || this.mode & SLEEP) {
      this.registers[register] = b; // the prescaler can be written while asleep only
    }
  }

  /** Frequency of the outputs in Hz, 0 while asleep; `external` MHz at EXTCLK. */
  hertz(external = 24.576): number {
    if (this.mode & SLEEP) return 0;
    return ((this.extClock ? external : 25) * 1e6) / (4096 * ((this.registers[0xfe] ?? 0) + 1));
  }

  /** Share of the time that a channel is on, 0 to 1. */
  duty(channel: number): number {
    if (this.mode & SLEEP) return 0;
    const [onLow = 0, onHigh = 0, offLow = 0, offHigh = 0] = this.registers.slice(6 + channel * 4, 10 + channel * 4);
    if (offHigh & 0x10) return 0;
    if (onHigh & 0x10) return 1;
    return ((offLow + (offHigh << 8) - onLow - (onHigh << 8) + 4096) % 4096) / 4096;
  }
}
