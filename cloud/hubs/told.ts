import type { HubIdentity } from "./token";

/** Columns of the hub's row that follow what it says of itself. */
export function toldColumns({ told }: HubIdentity): { version?: string; clock_skew_ms?: number } {
  return told ? { version: told.version, clock_skew_ms: told.clockSkewMs } : {};
}
