import type { Chip } from "./model-bus";

const CONVERSION_MS = 1.3;

/** ADS1115 by its data sheet, sections 7 and 8: single-shot conversions that take their time. */
export class Ads1115Model implements Chip {
  /** Millivolts at the four inputs. */
  inputs = [0, 0, 0, 0];
  /** The oscillator has stopped: a conversion never ends. */
  frozen = false;
  private config = 0x8583;
  private result = 0;
  private pointer = 0;
  private endsAt = 0;

  constructor(private readonly now: () => number) {}

  reset(): void {
    this.config = 0x8583;
    this.result = 0;
  }

  write(bytes: number[]): boolean {
    this.pointer = bytes[0] ?? 0;
    if (bytes.length < 3 || this.pointer !== 1) return true;
    this.config = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
    if (this.config & 0x8000) this.endsAt = this.now() + CONVERSION_MS;
    return true;
  }

  read(count: number): number[] {
    const value = this.pointer === 1 ? this.configNow() : this.resultNow();
    return [(value >> 8) & 255, value & 255].slice(0, count);
  }

  private busy(): boolean {
    return this.frozen || this.now() < this.endsAt;
  }

  private configNow(): number {
    return this.busy() ? this.config & 0x7fff : this.config | 0x8000;
  }

  private resultNow(): number {
    if (!this.busy()) {
      const mux = (this.config >> 12) & 7;
      const fullScale = [6144, 4096, 2048, 1024, 512, 256][(this.config >> 9) & 7] ?? 256;
      const mv = mux >= 4 ? (this.inputs[mux - 4] ?? 0) : 0;
      this.result = Math.max(-32768, Math.min(32767, Math.round((mv / fullScale) * 32768)));
    }
    return this.result & 0xffff;
  }
}
