import { noInputs, PILOT_A, PILOT_C } from "../core/board";
import type { Inputs, Outputs } from "../core/board";
import { Ade7880 } from "./ade7880";
import { Ade7953 } from "./ade7953";
import { Ads1115 } from "./ads1115";
import { Debounce } from "./debounce";
import type { I2cBus, Pause } from "./i2c";
import { lampColour } from "./lamp";
import { LockMotor } from "./lock-motor";
import { Meter } from "./meter-chip";
import { FULL_ON, Pca9685 } from "./pca9685";
import { cableMa, dutyCounts, isHot, pilotMv, pilotState } from "./pilot-signal";
import { Pn532 } from "./pn532";
import { RcdCheck } from "./rcd-check";
import { Tca9534 } from "./tca9534";

/** Pins of the TCA9534. Each reads 1 when its wire breaks, and that is the careful meaning. */
export const PIN_EMERGENCY_STOP = 0x01; // 1: pressed
const PIN_CASE = 0x02; // 1: open
export const PIN_RCD = 0x04; // 1: tripped
const PIN_LOCK = 0x08; // 0: locked
export const PIN_MIRROR = 0x10; // 1: the contactor is closed
const PIN_BUTTON = 0x20; // 0: pressed

/** Inputs of the ADS1115. */
const ADC_PLUS = 0;
const ADC_MINUS = 1;
const ADC_THERMISTOR = 2;
const ADC_PROXIMITY = 3;

/** Older readings close no contactor. One lost reading is borne, three are not. */
const FRESH_MS = 300;
/** The pilot has oscillated for so long before its negative half is judged, and before the contactor may close. */
const SETTLE_MS = 300;
/** A contactor may take this long to open. */
const OPENING_MS = 500;
/** Cable and thermistor are read in turn; what was not read for so long is not known. */
const SLOW_MS = 3000;
const METER_EVERY_MS = 500;
/** A car may draw a little more than it was offered, and anything for a moment (IEC 61851-1 annex A: 5 s to obey). */
const OVER_CURRENT_MS = 10000;
/** Holding the button this long without a car resets a tripped RCD. */
const RESET_HOLD_MS = 3000;

/**
 * The board of docs/hardware.md: PCA9685, ADS1115, TCA9534, ADE7953 or ADE7880, and PN532 on one I2C bus. `read` and `write` are called in
 * turn, about ten times a second. The contactor is asked for only on a fresh and whole reading; the watchdog is
 * fed only when outputs were read back as written.
 */
export class ReferenceBoard {
  outputs: Pca9685;
  switches: Tca9534;
  meter: Meter;
  private pushButton = new Debounce(50);
  private adc: Ads1115;
  private reader: Pn532;
  private lock = new LockMotor();
  private rcd = new RcdCheck();
  private seen: Inputs = noInputs();
  private atMs = 0;
  private oscillatingMs = 0;
  private askedMa = 0;
  private inSession = false;
  private closing = false;
  private openMs = 0;
  private overMs = 0;
  private heldMs = 0;
  private cable = 0;
  private cableAge = SLOW_MS;
  private hotAge = SLOW_MS;
  private meterDue = 0;
  private meterAge = SLOW_MS;
  private turn = false;

  /**
   * `meterEpoch` numbers this run of the program, 1 to 65535. `attachedMa`: what a fixed cable may carry; 0 for a socket,
   * whose plug is read and locked. `hasThreePhases`: an ADE7880 in place of the ADE7953.
   */
  constructor(
    bus: I2cBus,
    pause: Pause,
    meterEpoch: number,
    private attachedMa: number,
    hasThreePhases: boolean,
  ) {
    this.outputs = new Pca9685(bus, pause);
    this.adc = new Ads1115(bus, pause);
    this.switches = new Tca9534(bus);
    this.meter = new Meter(hasThreePhases ? new Ade7880(bus) : new Ade7953(bus));
    this.reader = new Pn532(bus);
    this.seen.meterEpoch = meterEpoch;
    this.seen.locked = attachedMa > 0;
  }

  /** Sets the chips up; one that does not answer is tried again by `read` and `write`. */
  async start(): Promise<void> {
    await this.outputs.start();
    await this.switches.start();
    await this.meter.start();
  }

  /** What the board sees, `ms` after the last time. */
  async read(ms: number): Promise<Inputs> {
    const s = this.seen;
    this.atMs += ms;
    this.age(ms);
    s.tap = "";
    const pins = await this.switches.read();
    if (pins === undefined) return { ...s };
    s.tap = await this.reader.poll(ms);
    await this.readSlow();
    if (this.meterDue <= 0) await this.readMeter();
    const plus = await this.adc.millivolts(ADC_PLUS);
    const minus = plus === undefined ? undefined : await this.adc.millivolts(ADC_MINUS);
    if (plus === undefined || minus === undefined || !this.outputs.healthy) return { ...s };
    s.pilot = pilotState(pilotMv(plus), pilotMv(minus), this.oscillatingMs >= SETTLE_MS);
    this.takePins(pins, ms);
    this.watchCurrent(ms);
    s.ageMs = 0;
    return { ...s };
  }

  private age(ms: number): void {
    this.seen.ageMs = Math.min(this.seen.ageMs + ms, 60000);
    this.cableAge = Math.min(this.cableAge + ms, SLOW_MS);
    this.hotAge = Math.min(this.hotAge + ms, SLOW_MS);
    this.meterAge = Math.min(this.meterAge + ms, SLOW_MS);
    this.meterDue -= ms;
    if (this.cableAge === SLOW_MS) this.cable = 0;
    if (this.hotAge === SLOW_MS) this.seen.overTemperature = true;
    this.seen.meterFailed = this.meterAge === SLOW_MS;
  }

  private takePins(pins: number, ms: number): void {
    const s = this.seen;
    s.emergencyStop = (pins & PIN_EMERGENCY_STOP) !== 0;
    s.caseOpen = (pins & PIN_CASE) !== 0;
    const tripped = (pins & PIN_RCD) !== 0;
    this.rcd.update(this.inSession, tripped);
    s.residualCurrent = this.rcd.failed || (tripped && this.rcd.drive === 0);
    s.locked = this.attachedMa > 0 || (pins & PIN_LOCK) === 0;
    const closed = (pins & PIN_MIRROR) !== 0;
    // what it is asked to be does not count, however long the program has paused since
    this.openMs = this.closing ? 0 : Math.min(this.openMs + ms, OPENING_MS);
    if (closed && this.openMs === OPENING_MS) s.welded = true;
    else if (!closed) s.welded = false;
    s.buttonDown = this.pushButton.update(ms, (pins & PIN_BUTTON) === 0);
    this.heldMs = s.buttonDown && s.pilot === PILOT_A ? Math.min(this.heldMs + ms, RESET_HOLD_MS) : 0;
    if (this.heldMs === RESET_HOLD_MS) this.rcd.reset();
  }

  private async readSlow(): Promise<void> {
    this.turn = !this.turn;
    const mv = await this.adc.millivolts(this.turn ? ADC_THERMISTOR : ADC_PROXIMITY);
    if (mv === undefined) return;
    if (this.turn) {
      this.seen.overTemperature = isHot(mv, this.seen.overTemperature);
      this.hotAge = 0;
    } else {
      this.cable = cableMa(mv);
      this.cableAge = 0;
    }
  }

  private async readMeter(): Promise<void> {
    this.meterDue = METER_EVERY_MS;
    if (!(await this.meter.read())) return;
    this.meterAge = 0;
    this.seen.voltageMv = this.meter.voltageMv;
    this.seen.currentMa = this.meter.currentMa;
    this.seen.powerW = this.meter.powerW;
    this.seen.energyWh = this.meter.energyWh;
  }

  private watchCurrent(ms: number): void {
    const over = this.seen.currentMa > this.askedMa + this.askedMa / 10 + 1000;
    this.overMs = over ? Math.min(this.overMs + ms, OVER_CURRENT_MS) : 0;
    this.seen.overCurrent = this.overMs === OVER_CURRENT_MS;
  }

  private mayClose(limitMa: number): boolean {
    const s = this.seen;
    const asks = s.pilot === PILOT_C;
    const fault = s.emergencyStop || s.caseOpen || s.residualCurrent || s.welded || s.overTemperature;
    const ready = s.locked && this.rcd.passed && this.oscillatingMs >= SETTLE_MS;
    return s.ageMs <= FRESH_MS && asks && !fault && ready && limitMa >= 6000;
  }

  /** Does what the program asks, as far as it is safe. */
  async write(out: Outputs, ms: number): Promise<void> {
    const s = this.seen;
    const limitMa = Math.min(out.currentMa, this.attachedMa > 0 ? this.attachedMa : this.cable);
    this.askedMa = limitMa;
    const duty = dutyCounts(limitMa);
    const contactor = out.contactor && this.mayClose(limitMa);
    this.closing = contactor;
    this.inSession = out.lock;
    if (this.attachedMa === 0) this.lock.update(ms, out.lock && this.cable > 0, s.locked);
    const colour = lampColour(out.lamp, this.atMs);
    if (!this.outputs.healthy) await this.outputs.start();
    const done = await this.outputs.set([
      duty,
      colour[0] as number,
      colour[1] as number,
      colour[2] as number,
      contactor ? FULL_ON : 0,
      this.lock.drive > 0 ? FULL_ON : 0,
      this.lock.drive < 0 ? FULL_ON : 0,
      this.rcd.drive > 0 ? FULL_ON : 0,
      this.rcd.drive < 0 || this.heldMs === RESET_HOLD_MS ? FULL_ON : 0,
    ]);
    this.oscillatingMs = done && duty < FULL_ON ? Math.min(this.oscillatingMs + ms, SETTLE_MS) : 0;
    if (done && s.ageMs <= FRESH_MS) await this.switches.kick();
  }
}
