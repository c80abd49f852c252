import type { Grip } from "./grip";
import { storedWorstA, worstA } from "./grip";

/** Upper bounds of what a charger may hold, as the journal has them. */
export interface Held {
  storedA: number;
  ceilingA: number;
}

/** Of one outlet so many writes in so long are exact; after that ceilings are rounded up, so that few follow: the disk may be an SD card. */
export const EXACT_WRITES = 6;
export const WRITES_MS = 600_000;
const STEP_A = 8;

/** What was written last, and when the latest writes were, epoch ms. */
export interface Written extends Held {
  times: readonly number[];
}

/** The record after one more write; what is long ago does not count any more. */
export function writtenNow(written: Written | null, held: Held, now: number): Written {
  return { ...held, times: [...(written?.times ?? []).filter((time) => time > now - WRITES_MS), now] };
}

/**
 * What has to be written before a charger may hold what `grip` says, or can be written now because it holds less; null: nothing.
 * `rewritten`: the stored limit itself is what changes with each new share, so it is rounded too.
 */
export function heldAfter(
  written: Written | null,
  grip: Grip,
  outlet: { ratedA: number; idle: boolean; rewritten: boolean },
  now: number,
): Held | null {
  const { ratedA, idle, rewritten } = outlet;
  // Before anything is confirmed the charger counts with all it can, after a restart too.
  if (grip.storedA === null) return null;
  const storedA = storedWorstA(grip, ratedA);
  const ceilingA = worstA(grip, ratedA);
  const recent = (written?.times ?? []).filter((time) => time > now - WRITES_MS);
  const exact = idle || recent.length < EXACT_WRITES;
  const rounded = (amps: number) => (exact ? amps : Math.min(ratedA, Math.ceil(amps / STEP_A) * STEP_A));
  const next: Held = { storedA: rewritten ? rounded(storedA) : storedA, ceilingA: rounded(ceilingA) };
  if (!written || storedA > written.storedA || ceilingA > written.ceilingA) return next;
  const lower = next.storedA < written.storedA || next.ceilingA < written.ceilingA;
  return lower && (idle || recent.length === 0) ? next : null;
}
