import type { PerPhase, PhaseCurrents, PhaseRotation } from "../../shared/load";

/** Arithmetic over L1, L2, L3 of the grid, in amperes. */

export type PhaseMask = readonly [boolean, boolean, boolean];

export const NONE: PhaseCurrents = [0, 0, 0];
export const ALL_PHASES: PhaseMask = [true, true, true];

/** Currents from settings and charger readings differ in the last binary digit; this is far below what any charger resolves. */
export const EPSILON_A = 1e-6;

export function perPhase(amps: PerPhase): PhaseCurrents {
  return typeof amps === "number" ? [amps, amps, amps] : amps;
}

export function combine(a: PhaseCurrents, b: PhaseCurrents, by: (a: number, b: number) => number): PhaseCurrents {
  return [by(a[0], b[0]), by(a[1], b[1]), by(a[2], b[2])];
}

export const add = (a: PhaseCurrents, b: PhaseCurrents) => combine(a, b, (x, y) => x + y);
export const subtract = (a: PhaseCurrents, b: PhaseCurrents) => combine(a, b, (x, y) => x - y);
export const lowest = (a: PhaseCurrents, b: PhaseCurrents) => combine(a, b, Math.min);
export const highest = (a: PhaseCurrents, b: PhaseCurrents) => combine(a, b, Math.max);
export const sum = (all: Iterable<PhaseCurrents>) => [...all].reduce(add, NONE);

/** Whether `a` is nowhere above `b`. */
export function within(a: PhaseCurrents, b: PhaseCurrents): boolean {
  return a.every((amps, phase) => amps <= (b[phase] as number) + EPSILON_A);
}

/** The same current on each phase of the mask, nothing elsewhere. */
export function on(mask: PhaseMask, amps: number): PhaseCurrents {
  return [mask[0] ? amps : 0, mask[1] ? amps : 0, mask[2] ? amps : 0];
}

/** The most that each phase of the mask allows. */
export function least(mask: PhaseMask, amps: PhaseCurrents): number {
  return Math.min(...amps.filter((_, phase) => mask[phase]));
}

/** A charger's own L1, L2, L3 as phases of the grid. */
export function toGrid(rotation: PhaseRotation, own: PhaseCurrents): PhaseCurrents {
  const grid: [number, number, number] = [0, 0, 0];
  for (const [index, letter] of [...rotation].entries()) grid["RST".indexOf(letter)] = own[index] as number;
  return grid;
}
