import { Ade7880Model } from "./ade7880-model";
import { Ade7953Model } from "./ade7953-model";
import { Ads1115Model } from "./ads1115-model";
import { ModelBus } from "./model-bus";
import { Pca9685Model } from "./pca9685-model";
import { Pn532Model } from "./pn532-model";
import { Tca9534Model } from "./tca9534-model";

const WATCHDOG_MS = 1600;
const STROKE_MS = 400;
const LEVELS = { B: 9000, C: 6000, D: 3000, short: 0 };
/** Full scale of the meter's inputs in this circuit. */
const FULL_SCALE_V = 350.4;
const FULL_SCALE_A = 70.71;

function bit(on: boolean, value: number): number {
  return on ? value : 0;
}

/** The car at the cable: its resistor, and whether its diode is there. */
interface Car {
  state: keyof typeof LEVELS;
  diode: boolean;
  currentA: number;
}

/** The reference circuit of docs/hardware.md around its chips: interlock, watchdog, contactor, lock, RCD, and a car. */
export class Circuit {
  now = 0;
  bus = new ModelBus();
  pca = new Pca9685Model();
  adc = new Ads1115Model(() => this.now);
  switches = new Tca9534Model(
    () => this.levels(),
    (pins) => this.driven(pins),
  );
  meter = new Ade7953Model();
  reader = new Pn532Model();

  car: Car | undefined;
  mainsV = 230;
  /** mV at the proximity contact; a 32 A cable by default. */
  proximityMv = 595;
  thermistorMv = 1650;
  emergencyStop = false;
  caseOpen = false;
  rcdTripped = false;
  rcdWorks = true;
  button = false;
  lockBlocked = false;
  welded = false;
  /** The contactor closes whenever it is asked to: what must never be built. */
  interlockBypassed = false;
  closed = false;
  locked = false;
  /** How often the contactor has closed. */
  closures = 0;
  private kickedAt = -WATCHDOG_MS;
  private kickLevel = 0;
  private strokeMs = 0;

  private threePhases: Ade7880Model | undefined;

  constructor() {
    this.bus.chips.set(0x40, this.pca).set(0x48, this.adc).set(0x20, this.switches);
    this.bus.chips.set(0x38, this.meter).set(0x24, this.reader);
    this.settle();
  }

  /** Puts an ADE7880 in place of the ADE7953; a car takes its current from each phase. */
  useThreePhases(): void {
    this.threePhases = new Ade7880Model();
    this.bus.chips.set(0x38, this.threePhases);
    this.settle();
  }

  /** Time passes. */
  step(ms: number): void {
    for (let left = ms; left > 0; left -= 10) {
      const part = Math.min(left, 10);
      this.now += part;
      this.meter.step(part);
      this.threePhases?.step(part);
      this.moveLock(part);
      this.settle();
    }
  }

  private driven(pins: number): void {
    if ((pins & 0x80) !== this.kickLevel) this.kickedAt = this.now;
    this.kickLevel = pins & 0x80;
  }

  /** Has the watchdog been fed? Without it the outputs of the PCA9685 are off (its OE pin) and the coil has no supply. */
  alive(): boolean {
    return this.now - this.kickedAt < WATCHDOG_MS;
  }

  private duty(channel: number): number {
    return this.alive() ? this.pca.duty(channel) : 0;
  }

  /** The pilot's peaks in mV at the car's end. */
  pilot(): { plus: number; minus: number } {
    const duty = this.duty(0);
    if (duty === 0) return { plus: -12000, minus: -12000 };
    const plus = this.car ? LEVELS[this.car.state] : 12000;
    if (duty === 1) return { plus, minus: plus };
    return { plus, minus: this.car && (!this.car.diode || this.car.state === "short") ? -plus : -12000 };
  }

  private settle(): void {
    const { plus, minus } = this.pilot();
    if (this.rcdWorks && this.duty(7) === 1) this.rcdTripped = true;
    if (this.rcdWorks && this.duty(8) === 1) this.rcdTripped = false;
    const asksPower = plus > 1500 && plus < 7500;
    const allowed = this.interlockBypassed || (!this.emergencyStop && !this.rcdTripped && asksPower);
    const closed = this.welded || (this.duty(4) === 1 && allowed);
    if (closed && !this.closed) this.closures++;
    this.closed = closed;
    this.adc.inputs = [1650 + plus / 10, 1650 + minus / 10, this.thermistorMv, this.proximityMv];
    this.meter.voltage = this.mainsV / FULL_SCALE_V;
    this.meter.current = this.closed && this.car ? this.car.currentA / FULL_SCALE_A : 0;
    if (!this.threePhases) return;
    this.threePhases.voltage.fill(this.meter.voltage);
    this.threePhases.current.fill(this.meter.current);
  }

  private moveLock(ms: number): void {
    const drive = this.duty(5) - this.duty(6);
    if (this.lockBlocked || drive === 0) {
      this.strokeMs = 0;
      return;
    }
    this.strokeMs += ms;
    if (this.strokeMs >= STROKE_MS) this.locked = drive > 0;
  }

  private levels(): number {
    this.settle();
    return (
      bit(this.emergencyStop, 0x01) |
      bit(this.caseOpen, 0x02) |
      bit(this.rcdTripped, 0x04) |
      bit(!this.locked, 0x08) |
      bit(this.closed, 0x10) |
      bit(!this.button, 0x20)
    );
  }

  /** All chips lose their supply for a moment. */
  brownOut(): void {
    for (const chip of [this.pca, this.adc, this.switches, this.meter, this.reader]) chip.reset();
    this.settle();
  }
}
