import type { PhaseCurrents } from "../../shared/load";
import type { Grip } from "./grip";
import { storedWorstA, worstA } from "./grip";
import type { PhaseMask } from "./phases";
import { highest } from "./phases";

/** What turns the worst case of a charger's limit into currents of the site's phases. */
export interface Counts {
  ratedA: number;
  /** Phases that any car may use there. */
  wired: PhaseMask;
  /** Phases that the car of the running transaction uses. */
  used: PhaseMask;
  /** What it takes for certain, whatever it was told: its latest reading, or all it can where it does not obey. */
  atLeast: PhaseCurrents;
}

/** The most that one charger may take of each phase. */
export function countedA(counts: Counts, grip: Grip): PhaseCurrents {
  const running = worstA(grip, counts.ratedA);
  const stored = storedWorstA(grip, counts.ratedA);
  const of = (phase: 0 | 1 | 2) => (counts.used[phase] ? running : counts.wired[phase] ? stored : 0);
  return highest([of(0), of(1), of(2)], counts.atLeast);
}
