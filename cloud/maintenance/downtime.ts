/** A time of something, epoch ms; `to` null: it goes on. */
interface Stretch {
  from: number;
  to: number | null;
}

/** Whole seconds of `within` that the stretches cover together, however they overlap; what goes on is counted up to `now` (epoch ms). */
export function downtimeSeconds(stretches: readonly Stretch[], within: Stretch, now: number): number {
  const end = within.to ?? now;
  const sorted = stretches
    .map(({ from, to }) => ({ from: Math.max(from, within.from), to: Math.min(to ?? now, end) }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => a.from - b.from);
  let total = 0;
  let covered = -Infinity;
  for (const { from, to } of sorted) {
    total += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return Math.floor(total / 1000);
}
