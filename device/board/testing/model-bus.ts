import type { I2cBus } from "../i2c";

/** A chip on the bus. */
export interface Chip {
  /** Takes the bytes of a write, register address first; false where it does not acknowledge. */
  write(bytes: number[]): boolean;
  /** Gives the bytes of a read, undefined where it does not acknowledge. */
  read(count: number): number[] | undefined;
}

/** An I2C bus with register models on it, and what can go wrong there. */
export class ModelBus implements I2cBus {
  chips = new Map<number, Chip>();
  /** Addresses that do not acknowledge. */
  silent = new Set<number>();
  /** A line is held low: nothing works. */
  stuck = false;
  /** Answers are replaced by what this gives. */
  corrupt: ((address: number, answer: number[]) => number[]) | undefined;
  transfers = 0;
  /** So many transfers from now one is lost; -1: none. */
  loses = -1;

  async transfer(address: number, out: number[], count: number): Promise<number[] | undefined> {
    this.transfers++;
    const chip = this.chips.get(address);
    const isLost = this.loses-- === 0;
    if (isLost || this.stuck || !chip || this.silent.has(address)) return undefined;
    if (out.length > 0 && !chip.write(out)) return undefined;
    if (count === 0) return [];
    const answer = chip.read(count);
    return answer && this.corrupt ? this.corrupt(address, answer) : answer;
  }
}
