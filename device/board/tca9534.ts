import { sameBytes, wrote } from "./i2c";
import type { I2cBus } from "./i2c";

/** Texas Instruments TCA9534, eight pins. Registers: data sheet section 8.6. After power-up all pins are inputs. */
const ADDRESS = 0x20; // A0 to A2 low
const INPUT = 0x00;
const OUTPUT = 0x01;
const CONFIGURATION = 0x03;
/** Pin 7 is an output, the others are inputs. */
const DIRECTIONS = 0x7f;
const KICK = 0x80;

/** The switches of the board, and the line that keeps its watchdog from opening the contactor. */
export class Tca9534 {
  private level = 0;

  constructor(private bus: I2cBus) {}

  /** Sets the directions. */
  async start(): Promise<boolean> {
    return (
      (await wrote(this.bus, ADDRESS, [OUTPUT, this.level])) &&
      (await wrote(this.bus, ADDRESS, [CONFIGURATION, DIRECTIONS]))
    );
  }

  /** The seven inputs as bits, undefined where they cannot be trusted: no answer, restarted, or the kick line is stuck. */
  async read(): Promise<number | undefined> {
    if (!sameBytes(await this.bus.transfer(ADDRESS, [CONFIGURATION], 1), [DIRECTIONS])) {
      await this.start();
      return undefined;
    }
    const pins = await this.bus.transfer(ADDRESS, [INPUT], 1);
    if (pins === undefined || ((pins[0] as number) & KICK) !== this.level) return undefined;
    return (pins[0] as number) & DIRECTIONS;
  }

  /** Gives the watchdog the edge it waits for. */
  async kick(): Promise<boolean> {
    this.level ^= KICK;
    return await wrote(this.bus, ADDRESS, [OUTPUT, this.level]);
  }
}
