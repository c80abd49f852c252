/**
 * The charger's energy register: whole Wh over its life, as OCPP's Energy.Active.Import.Register wants it. The meter chip
 * forgets its count when it loses power; the register adds up what each life of the chip has counted.
 */
export class EnergyRegister {
  constructor(
    /** Wh, int32: exact above 2^24, where the VM's floats are not. */
    public totalWh: number,
    private lastWh: number,
    private epoch: number,
  ) {}

  /** Takes the chip's count in Wh and the number of its current life. A count that runs back starts a new life. */
  update(countWh: number, epoch: number): void {
    const base = epoch === this.epoch && countWh >= this.lastWh ? this.lastWh : 0;
    this.totalWh = (this.totalWh + countWh - base) | 0;
    this.lastWh = countWh;
    this.epoch = epoch;
  }

  /** For flash: `total,count,epoch`. */
  encode(): string {
    return `${this.totalWh},${this.lastWh},${this.epoch}`;
  }
}

function part(parts: string[], index: number): number {
  const value = index < parts.length ? parseInt(`${parts[index]}`) : 0;
  return value >= 0 ? value : 0; // also where it is not a number
}

/** The register as flash has it; a fresh one starts at 0. A damaged part counts as 0, never as a negative. */
export function decodeRegister(text: string | undefined): EnergyRegister {
  const parts = text === undefined ? [] : text.split(",");
  return new EnergyRegister(part(parts, 0), part(parts, 1), part(parts, 2));
}
