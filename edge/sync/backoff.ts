const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * How long to wait after so many failures in a row (1 and up), ms: doubling, with half of it at random, so that a thousand hubs do not come back
 * to a restarted cloud at once. `random` gives 0 to below 1.
 */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round(full * (0.5 + random() / 2));
}
