import { PILOT_A, PILOT_B, PILOT_C, PILOT_D, PILOT_E, PILOT_F } from "../core/board";
import { FULL_ON } from "./pca9685";

/**
 * Duty cycle in 4096ths for a limit in mA (IEC 61851-1 table A.7): 6 to 51 A are 0.6 A a percent, up to 80 A it is
 * (percent - 64) * 2.5 A. Less than 6 A cannot be said: the pilot stands still at +12 V. Rounded down, never more than allowed.
 */
export function dutyCounts(currentMa: number): number {
  if (currentMa < 6000) return FULL_ON;
  const ma = Math.min(currentMa, 80000);
  const percent = ma <= 51000 ? ma / 600 : Math.max(85, ma / 2500 + 64);
  return Math.floor((percent * FULL_ON) / 100);
}

/** The converter sees 1.65 V + pilot / 10. */
const MIDDLE_MV = 1650;
const SCALE = 10;

/** Pilot voltage in mV from what the converter measures. */
export function pilotMv(adcMv: number): number {
  return (adcMv - MIDDLE_MV) * SCALE;
}

/** Negative half of a pilot that a car's diode lets through, -12 V within 1 V (IEC 61851-1 table A.4), and what the converter errs. */
const DIODE_LEAST_MV = -13300;
const DIODE_MOST_MV = -10700;

/**
 * Pilot state from the held peaks in mV (IEC 61851-1 table A.4). The levels are 12, 9, 6, 3 and 0 V within 1 V; between two of them
 * the one counts that asks for less. `oscillating`: the generator runs, so that the negative half must be there: without it
 * (no diode, or a short) it is state E.
 */
export function pilotState(positiveMv: number, negativeMv: number, oscillating: boolean): number {
  if (positiveMv < -10000) return PILOT_F;
  if (positiveMv < -1500) return PILOT_E;
  if (oscillating && (negativeMv < DIODE_LEAST_MV || negativeMv > DIODE_MOST_MV)) return PILOT_E;
  if (positiveMv > 13500) return PILOT_E;
  if (positiveMv > 10000) return PILOT_A;
  if (positiveMv > 7200) return PILOT_B;
  if (positiveMv > 4200) return PILOT_C;
  return positiveMv > 1800 ? PILOT_D : PILOT_E;
}

/**
 * What the cable may carry, mA, from the voltage at the proximity contact (IEC 61851-1 table B.2: 1500, 680, 220 and 100 ohm are 13, 20, 32 and 63 A;
 * here against 1 kOhm at 3.3 V). 0: no plug, or none that can be read.
 */
export function cableMa(adcMv: number): number {
  if (adcMv > 2600 || adcMv < 150) return 0;
  if (adcMv > 1650) return 13000;
  if (adcMv > 950) return 20000;
  return adcMv > 440 ? 32000 : 63000;
}

/** 85 degrees at the thermistor (10 kOhm, B 3950, against 10 kOhm at 3.3 V), and 75 where it counts as cooled down. */
const HOT_MV = 330;
const COOLED_MV = 430;

/** Is it too hot? A broken or shorted thermistor is, too: what is not known is not cool. */
export function isHot(adcMv: number, wasHot: boolean): boolean {
  if (adcMv < 30 || adcMv > 3250) return true;
  return adcMv < (wasHot ? COOLED_MV : HOT_MV);
}
