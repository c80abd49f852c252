/**
 * The seam between the charging program and a board. The virtual board and the real one (EVSE front-end on I2C) each
 * fill `Inputs` and obey `Outputs`; nothing else of the hardware reaches the core.
 */

/** Control pilot states, IEC 61851-1 table A.2. */
export const PILOT_A = 0; // no car
export const PILOT_B = 1; // car plugged in, not ready
export const PILOT_C = 2; // car asks for power
export const PILOT_D = 3; // car asks for power with ventilation, which is not there
export const PILOT_E = 4; // pilot short, or no supply
export const PILOT_F = 5; // front-end not available

/** What the front-end sees. */
export interface Inputs {
  /** Age of this reading in milliseconds; a board that has never spoken reports a large one. */
  ageMs: number;
  /** One of PILOT_A to PILOT_F. */
  pilot: number;
  emergencyStop: boolean;
  caseOpen: boolean;
  /** The plug is held by the lock. */
  locked: boolean;
  /** The contactor is closed although nobody asks for it. */
  welded: boolean;
  overCurrent: boolean;
  residualCurrent: boolean;
  overTemperature: boolean;
  meterFailed: boolean;
  /** Millivolts, mean of the phases. */
  voltageMv: number;
  /** Milliamperes of the phase that carries most: limits are per phase, and so is what a hub compares with them. */
  currentMa: number;
  powerW: number;
  /** The meter chip's own count in Wh, which starts again at 0 in each `meterEpoch`. */
  energyWh: number;
  meterEpoch: number;
  /** The id tag that was held to the reader since the last reading, or "". */
  tap: string;
  /** The button is held down. */
  buttonDown: boolean;
}

/** Lamp patterns. */
export const LAMP_OFF = 0;
export const LAMP_READY = 1;
export const LAMP_WAITING = 2;
export const LAMP_CHARGING = 3;
export const LAMP_SUSPENDED = 4;
export const LAMP_FAULT = 5;
export const LAMP_ATTENTION = 6;

/** What the program asks of the front-end. */
export interface Outputs {
  /** A request: the front-end's own interlock has the last word. */
  contactor: boolean;
  /** Limit that the pilot's duty cycle tells the car, in milliamperes a phase; 0 stops the oscillator. */
  currentMa: number;
  lock: boolean;
  /** One of the LAMP constants. */
  lamp: number;
  /** The program wants to be started again (Reset.req). */
  restart: boolean;
}

/** A reading of a board that has said nothing yet: every doubt at once. */
export function noInputs(): Inputs {
  return {
    ageMs: 60000,
    pilot: PILOT_F,
    emergencyStop: false,
    caseOpen: false,
    locked: false,
    welded: false,
    overCurrent: false,
    residualCurrent: false,
    overTemperature: false,
    meterFailed: false,
    voltageMv: 0,
    currentMa: 0,
    powerW: 0,
    energyWh: 0,
    meterEpoch: 0,
    tap: "",
    buttonDown: false,
  };
}
