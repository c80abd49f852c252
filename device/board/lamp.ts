import { LAMP_ATTENTION, LAMP_CHARGING, LAMP_FAULT, LAMP_READY, LAMP_SUSPENDED, LAMP_WAITING } from "../core/board";
import { FULL_ON } from "./pca9685";

const OFF = [0, 0, 0];
const RED = [FULL_ON, 0, 0];
const GREEN = [0, FULL_ON, 0];
const BLUE = [0, 0, FULL_ON];
const YELLOW = [FULL_ON, FULL_ON / 2, 0];

/** Red, green and blue of the status light, each 0 to FULL_ON; what blinks does so once a second. */
export function lampColour(lamp: number, atMs: number): number[] {
  const on = atMs % 1000 < 500;
  if (lamp === LAMP_READY) return GREEN;
  if (lamp === LAMP_WAITING) return on ? YELLOW : OFF;
  if (lamp === LAMP_CHARGING) return BLUE;
  if (lamp === LAMP_SUSPENDED) return on ? BLUE : OFF;
  if (lamp === LAMP_FAULT) return RED;
  if (lamp === LAMP_ATTENTION) return on ? RED : GREEN;
  return OFF;
}
