/**
 * The I2C bus as the drivers see it. Bytes are plain numbers, so that the same drivers run in the charger and under Node.
 * Nothing is thrown: a bus that fails is an ordinary thing to a driver.
 */
export interface I2cBus {
  /**
   * Writes `out` (may be empty) to the 7-bit `address`, then reads `count` bytes (0: none) after a repeated start.
   * Undefined where nobody acknowledged, the bus hangs, or it took too long.
   */
  transfer(address: number, out: number[], count: number): Promise<number[] | undefined>;
}

/** Waits for some milliseconds. */
export type Pause = (ms: number) => Promise<void>;

/** Writes, and says whether it was acknowledged. */
export async function wrote(bus: I2cBus, address: number, out: number[]): Promise<boolean> {
  return (await bus.transfer(address, out, 0)) !== undefined;
}

/** Are these bytes the same? An answer that never came differs. */
export function sameBytes(a: number[] | undefined, b: number[]): boolean {
  if (a === undefined || a.length !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
