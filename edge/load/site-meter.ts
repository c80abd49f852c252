import type { PhaseCurrents } from "../../shared/load";
import { add, combine, lowest, NONE, subtract } from "./phases";

/** What was left at some time. */
interface Left {
  at: number;
  amps: PhaseCurrents;
}

/** What the site meter told lately. Nothing of it is written down: it changes each second. */
interface SiteMeter {
  recent: readonly Left[];
  /** Current of everything but the chargers, as last known. */
  otherA: PhaseCurrents | null;
}

export const noMeter: SiteMeter = { recent: [], otherA: null };

/** A meter that is silent for this long counts as broken. */
export const SILENT_MS = 60_000;

export interface MeterReport {
  at: number;
  amps: PhaseCurrents;
  fuseA: PhaseCurrents;
  /** The chargers' own latest readings added up, where the meter sees their current too; null: it does not. */
  chargersA: PhaseCurrents | null;
  /** The chargers' limits have not moved for long enough that readings and meter tell of the same time. */
  steady: boolean;
}

/**
 * Takes in one report of the site meter. Where it sees the chargers too, the rest of the site is what it shows less their readings; just after their limits moved
 * the two tell of different times, so the rest stays as it was unless the fuse is overloaded right now.
 */
export function reported(meter: SiteMeter, report: MeterReport): SiteMeter {
  const { at, amps, fuseA, chargersA, steady } = report;
  const overloaded = amps.some((each, phase) => each > (fuseA[phase] as number));
  const rest = chargersA ? combine(subtract(amps, chargersA), NONE, Math.max) : amps;
  const otherA = chargersA && !steady && !overloaded && meter.otherA ? meter.otherA : rest;
  const recent = [...meter.recent.filter((each) => each.at > at - SILENT_MS), { at, amps: subtract(fuseA, otherA) }];
  return { recent, otherA };
}

/**
 * What the meter leaves for charging; null: it is silent. The lowest of the last minute, so that a kettle does not pump
 * every car up and down: less counts at once, more once it has lasted.
 */
export function leftBy(meter: SiteMeter, now: number): PhaseCurrents | null {
  const recent = meter.recent.filter((each) => each.at > now - SILENT_MS);
  if (recent.length === 0) return null;
  return recent.map((each) => add(each.amps, NONE)).reduce(lowest);
}
