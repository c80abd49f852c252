import { vi } from "vitest";

/** Waits for a condition as long as a slow, shared machine may need: the time-out only ends a test that has failed anyway. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval: 5 });
