import { PILOT_A, PILOT_B, PILOT_C } from "../core/board";
import type { BoardOutputs, BoardReading } from "./board-bus";

/** A simulated car. */
export interface Car {
  batteryWh: number;
  /** State of charge, 0 to 1. */
  soc: number;
  /** Limit of the on-board charger, A a phase. */
  maxCurrentA: number;
  phases: number;
}

export const DEFAULT_CAR: Car = { batteryWh: 58000, soc: 0.35, maxCurrentA: 16, phases: 3 };

/** Nominal voltage between phase and neutral, and what each ampere drops of it. */
const MAINS_V = 230;
const DROP_V_PER_A = 0.15;
/** Share of the energy that reaches the battery. */
const EFFICIENCY = 0.92;
/** From this state of charge on the car takes less, down to a tenth when full. */
const TAPER_FROM = 0.8;
/** The car's charger follows its limit this fast. */
const RAMP_A_PER_S = 8;
/** The front-end opens the contactor when the program has been silent for so long. */
const WATCHDOG_MS = 2000;
const MIN_CURRENT_A = 6;
const PRESS_MS = 600;
const STEP_MS = 250;

/** Everything behind the pilot: front-end, contactor, meter, lock, switches, and the car. No clock: `step` brings the time. */
export class Plant {
  car: Car | undefined;
  emergencyStop = false;
  caseOpen = false;
  contactorClosed = false;
  lamp = 0;
  currentA = 0;
  private asked: BoardOutputs = { contactor: false, lock: false, lamp: 0, currentMa: 0 };
  private silentMs = WATCHDOG_MS;
  private energyWh = 0;
  private taps = 0;
  private tag = "";
  private pressedMs = 0;

  /** `meterEpoch` numbers this life of the meter chip, 1 to 65535. */
  constructor(private readonly meterEpoch: number) {}

  /** A car is plugged in. */
  plug(car: Car): void {
    this.car = { ...car };
  }

  /** The cable is pulled out at the car. */
  unplug(): void {
    this.car = undefined;
    this.settle();
  }

  /** A tag is held to the reader. */
  tap(idTag: string): void {
    this.taps = (this.taps + 1) & 255;
    this.tag = idTag;
  }

  /** The button is pressed for a moment. */
  press(): void {
    this.pressedMs = PRESS_MS;
  }

  /** The program has spoken. */
  obey(outputs: BoardOutputs): void {
    this.asked = outputs;
    this.silentMs = 0;
    this.lamp = outputs.lamp;
    this.settle();
  }

  /** Time passes. */
  step(ms: number): void {
    for (let left = ms; left > 0; left -= STEP_MS) this.stepOnce(Math.min(left, STEP_MS));
  }

  private stepOnce(ms: number): void {
    this.silentMs = Math.min(this.silentMs + ms, WATCHDOG_MS);
    this.pressedMs = Math.max(0, this.pressedMs - ms);
    this.settle();
    const target = this.targetA();
    const ramp = (RAMP_A_PER_S * ms) / 1000;
    this.currentA = target < this.currentA ? target : Math.min(target, this.currentA + ramp);
    const wh = (this.powerW() * ms) / 3_600_000;
    this.energyWh += wh;
    if (this.car) this.car.soc = Math.min(1, this.car.soc + (wh * EFFICIENCY) / this.car.batteryWh);
  }

  /** The pilot level that the car's resistor makes. */
  pilot(): number {
    if (!this.car) return PILOT_A;
    return this.offerA() >= MIN_CURRENT_A && this.car.soc < 1 ? PILOT_C : PILOT_B;
  }

  private alive(): boolean {
    return this.silentMs < WATCHDOG_MS;
  }

  private offerA(): number {
    return this.alive() ? this.asked.currentMa / 1000 : 0;
  }

  /** The hardware interlock has the last word over the program's request. */
  private settle(): void {
    const safe = this.alive() && !this.emergencyStop && !this.caseOpen && this.pilot() === PILOT_C;
    this.contactorClosed = safe && this.asked.contactor;
    if (!this.contactorClosed) this.currentA = 0;
  }

  private targetA(): number {
    if (!this.car || !this.contactorClosed) return 0;
    const taper = this.car.soc <= TAPER_FROM ? 1 : 1 - (0.9 * (this.car.soc - TAPER_FROM)) / (1 - TAPER_FROM);
    return Math.min(this.offerA(), this.car.maxCurrentA * taper);
  }

  private voltage(): number {
    return MAINS_V - DROP_V_PER_A * this.currentA;
  }

  /** Power through the meter in W. */
  powerW(): number {
    return this.voltage() * this.currentA * (this.car?.phases ?? 0);
  }

  /** What the meter chip has counted in this life, Wh. */
  countedWh(): number {
    return this.energyWh;
  }

  /** What the front-end tells the program. */
  reading(): BoardReading {
    return {
      pilot: this.pilot(),
      emergencyStop: this.emergencyStop,
      caseOpen: this.caseOpen,
      locked: this.asked.lock && this.alive(),
      voltageMv: Math.round(this.voltage() * 1000),
      currentMa: Math.round(this.currentA * 1000),
      powerW: Math.round(this.powerW()),
      energyWh: Math.floor(this.energyWh),
      meterEpoch: this.meterEpoch,
      button: this.pressedMs > 0,
      taps: this.taps,
      tag: this.tag,
    };
  }
}
