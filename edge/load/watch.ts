import type { PhaseCurrents } from "../../shared/load";
import type { Counts } from "./counts";
import type { Grip } from "./grip";
import { confirmedA, seenDrawing, shown } from "./grip";
import { MIN_A } from "./allocate";
import type { Reading } from "./measure";
import { maskOf } from "./observe";
import type { Outlet } from "./observe";
import { lowest, NONE, on, toGrid } from "./phases";

/** A charger that has just been lowered is given so long before a reading counts. */
export const SETTLE_MS = 5_000;
/** And so long before a reading above the limit means that it does not obey. */
export const OBEY_MS = 15_000;
/** A reading older than this says nothing of now. */
export const FRESH_MS = 90_000;
/** A charger that can measure and is silent for so long is not waited for any more; */
const MUTE_MS = 120_000;
/** one that has never told a reading after a usual sample interval. */
const BLIND_MS = 35_000;
/** A car that makes no use of its current for so long makes room for one that waits. */
export const REST_MS = 120_000;
/** A car that takes less than it may is given so long to ramp up. */
const RAMP_MS = 60_000;
/** Currents below are a sleeping car, or a meter's noise. */
const NOTHING_A = 1;
const UNUSED_A = 0.5;
/** Room above what a car is seen to take. */
const SPARE_A = 2;

/** What was learnt of one outlet by watching its readings during the running transaction. */
export interface Watch {
  reading: Reading | null;
  /** The lower of the last two readings, where both tell of the present limit: what is sure to be drawn. */
  sureA: PhaseCurrents;
  /** Its own phases that its car was seen to use, and by how many readings. */
  used: { phases: PhaseCurrents; readings: number };
  /** The last confirmed lowering. */
  loweredAt: number;
  raisedAt: number;
  /** Readings in a row that were within its limit. */
  obeyed: number;
  /** It drew more than it had confirmed: so much, of so much. null: it obeys, as far as was seen. */
  beyond: { limitA: number; measuredA: number } | null;
  /** More than this its car does not use; null: not known. */
  wantA: number | null;
  /** Its car has taken nothing since. */
  quietSince: number | null;
}

export const newWatch: Watch = {
  reading: null,
  sureA: NONE,
  used: { phases: NONE, readings: 0 },
  loweredAt: 0,
  raisedAt: 0,
  obeyed: 0,
  beyond: null,
  wantA: null,
  quietSince: null,
};

/** Another transaction: its car is another, but whether the charger obeys is known from before. */
export function watchAgain(watch: Watch): Watch {
  const { loweredAt, raisedAt, obeyed, beyond } = watch;
  return { ...newWatch, loweredAt, raisedAt, obeyed, beyond };
}

/**
 * Takes in a reading: whether the charger obeys (a lowering that was confirmed counts as done once a reading shows it), which phases
 * its car uses, and how much it wants. `knownSince`: what was measured before this hub knew the charger says nothing of what it is allowed now.
 */
export function watched(watch: Watch, before: Grip, reading: Reading, knownSince = 0): { watch: Watch; grip: Grip } {
  const draws = Math.max(...reading.amps) >= SPARE_A && reading.at >= knownSince;
  const grip = draws ? seenDrawing(before) : before;
  const seen: Watch = {
    ...watch,
    reading,
    sureA: sureAfter(watch, reading),
    used: usedAfter(watch, reading),
  };
  const limitA = confirmedA(grip);
  if (limitA === null) return { watch: seen, grip };
  const peakA = Math.max(...reading.amps);
  const wanted = { ...seen, ...wantAfter(seen, limitA, peakA) };
  const allowedA = Math.max(limitA, grip.txDoubtA ?? 0, grip.storedDoubtA ?? 0);
  if (peakA <= allowedA + tolerance(allowedA)) {
    if (reading.at < watch.loweredAt + SETTLE_MS) return { watch: wanted, grip };
    const obeyed = watch.obeyed + 1;
    return { watch: { ...wanted, obeyed, beyond: obeyed < 2 ? watch.beyond : null }, grip: shown(grip) };
  }
  if (reading.at < watch.loweredAt + OBEY_MS) return { watch: wanted, grip };
  return { watch: { ...wanted, obeyed: 0, beyond: { limitA, measuredA: peakA } }, grip };
}

/** Whether a lowering counts as obeyed though no reading shows it: nothing can show it, or nothing comes. */
export function settledUnseen(grip: Grip, measures: boolean, now: number): boolean {
  return grip.settling !== null && now >= grip.settling.since + (measures ? MUTE_MS : BLIND_MS);
}

/** How an outlet counts, given what was seen of it. */
export function countsOf(outlet: Outlet, watch: Watch, now: number): Counts {
  const { ratedA, wired, rotation, session } = outlet;
  const { reading } = watch;
  const used = session && rotation && watch.used.readings >= 2 ? maskOf(toGrid(rotation, watch.used.phases)) : wired;
  const peakA = reading && session && now < reading.at + FRESH_MS ? Math.max(...reading.amps) : 0;
  const drawn = reading?.perPhase && rotation && peakA > 0 ? toGrid(rotation, reading.amps) : on(used, peakA);
  const atLeast = watch.beyond ? on(wired, Math.max(ratedA, peakA)) : drawn;
  return { ratedA, wired, used, atLeast };
}

/** What its car makes use of, at most what the charger can. */
export function wantedA(outlet: Outlet, watch: Watch): number {
  if (outlet.suspendedSince !== null) return MIN_A;
  return Math.min(outlet.ratedA, watch.wantA ?? outlet.ratedA);
}

/** Whether its car has made no use of its current for long enough. `servedSince` is when it got it. */
export function isResting(outlet: Outlet, watch: Watch, servedSince: number | null, now: number): boolean {
  const quietSince = outlet.suspendedSince ?? watch.quietSince;
  return servedSince !== null && quietSince !== null && now >= Math.max(servedSince, quietSince) + REST_MS;
}

/** A meter's error and a charger's rounding: 1 A, and 10 % above that. */
function tolerance(limitA: number): number {
  return Math.max(1, limitA * 0.1);
}

/** One reading is enough once limits have stood still; the car may be ramping up or down before. */
function sureAfter({ reading: previous, raisedAt, loweredAt }: Watch, reading: Reading): PhaseCurrents {
  const since = Math.max(raisedAt, loweredAt) + SETTLE_MS;
  if (reading.at >= since && (!previous || previous.at < since)) return reading.amps;
  return lowest(previous?.amps ?? NONE, reading.amps);
}

function usedAfter({ used }: Watch, reading: Reading): Watch["used"] {
  if (!reading.perPhase) return { phases: [1, 1, 1], readings: used.readings };
  if (Math.max(...reading.amps) < SPARE_A) return used;
  const [l1, l2, l3] = reading.amps.map((amps, phase) => (amps > UNUSED_A ? 1 : (used.phases[phase] as number))) as [
    number,
    number,
    number,
  ];
  return { phases: [l1, l2, l3], readings: used.readings + 1 };
}

function wantAfter(watch: Watch, limitA: number, peakA: number): Pick<Watch, "wantA" | "quietSince"> {
  const at = (watch.reading as Reading).at;
  const quietSince = limitA >= MIN_A && peakA < NOTHING_A ? (watch.quietSince ?? at) : null;
  if (peakA >= limitA - 1) return { wantA: null, quietSince };
  const ramped = at >= watch.raisedAt + RAMP_MS && limitA >= MIN_A;
  if (!ramped || peakA >= limitA - SPARE_A - 1) return { wantA: watch.wantA, quietSince };
  return { wantA: Math.max(MIN_A, Math.ceil(peakA) + SPARE_A), quietSince };
}

/** What a charger is sure to draw of each phase of the site. */
export function sureOf({ session, rotation }: Outlet, { reading, sureA }: Watch, now: number): PhaseCurrents {
  if (!reading || !session || now >= reading.at + FRESH_MS) return NONE;
  return rotation ? toGrid(rotation, sureA) : on([true, true, true], Math.min(...sureA));
}
