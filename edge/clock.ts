/** The hub's time: the only place that reads it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs once after `ms` milliseconds; gives the way to cancel it. A pending run does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** Where time comes from; the machine's, but for tests. */
export interface TimeSource extends Clock {
  /** Milliseconds that have passed since some moment, whatever is done to the clock. */
  elapsed(): number;
}

/** setTimeout runs at once for more than this. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_MS)).unref();
    return () => clearTimeout(timer);
  },
};

/** The machine's clock, and what it counts besides. */
export const systemTime: TimeSource = { ...systemClock, elapsed: () => performance.now() };

/** Milliseconds of the clock as an ISO 8601 instant in UTC. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}
