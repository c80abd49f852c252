/** Epoch milliseconds that run `scale` times as fast as the wall clock, and timers to match. */
export interface ScaledClock {
  scale: number;
  now(): number;
  /** Like setTimeout, in scaled milliseconds. */
  after(work: () => void, ms: number): NodeJS.Timeout;
  /** Like setInterval, in scaled milliseconds. */
  every(work: () => void, ms: number): NodeJS.Timeout;
}

/** The furthest a faster clock goes between two looks. */
const MAX_STEP_MS = 200;

/**
 * A clock that starts at the wall clock's time; it never goes back, whatever the wall clock does. A scale above 1 would
 * make seconds of silence out of a busy machine's short pause, so there time stands still meanwhile instead.
 */
export function scaledClock(scale: number): ScaledClock {
  const maxStep = scale > 1 ? MAX_STEP_MS : Infinity;
  let last = performance.now();
  let time = performance.timeOrigin + last;
  return {
    scale,
    now: () => {
      const real = performance.now();
      time += Math.min((real - last) * scale, maxStep);
      last = real;
      return Math.floor(time);
    },
    after: (work, ms) => setTimeout(work, ms / scale),
    every: (work, ms) => setInterval(work, ms / scale),
  };
}
