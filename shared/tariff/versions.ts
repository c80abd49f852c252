import type { Tariff } from "./schema";

/** A version of a tariff: it holds for sessions that start from here on (ISO 8601 UTC), until the next one does. */
export interface TariffVersion {
  from: string;
  tariff: Tariff;
}

/** The version that holds at an instant (epoch ms), or undefined before the first; of equal times the later in the list. */
export function versionAt<V extends { from: string }>(versions: readonly V[], at: number): V | undefined {
  let best: V | undefined;
  for (const version of versions) {
    const from = Date.parse(version.from);
    if (from <= at && (!best || from >= Date.parse(best.from))) best = version;
  }
  return best;
}
