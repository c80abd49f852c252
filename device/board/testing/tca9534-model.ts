import type { Chip } from "./model-bus";

/** TCA9534 by its data sheet, section 8.6. */
export class Tca9534Model implements Chip {
  private output = 0xff;
  private configuration = 0xff;
  private pointer = 0;

  /** `levels` gives what is outside at the pins; `driven` hears of each change of the output pins. */
  constructor(
    private readonly levels: () => number,
    private readonly driven: (pins: number) => void,
  ) {}

  reset(): void {
    this.output = 0xff;
    this.configuration = 0xff;
  }

  write(bytes: number[]): boolean {
    this.pointer = (bytes[0] ?? 0) & 3;
    const value = bytes[1];
    if (value === undefined) return true;
    if (this.pointer === 1) this.output = value;
    if (this.pointer === 3) this.configuration = value;
    this.driven(this.pins());
    return true;
  }

  private pins(): number {
    return (this.levels() & this.configuration) | (this.output & ~this.configuration & 255);
  }

  read(): number[] {
    return [[this.pins(), this.output, 0, this.configuration][this.pointer] ?? 0];
  }
}
