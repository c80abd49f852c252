/** Attempts before the charger says that it needs attention. */
export const ATTEMPTS = 10;
/** Pause between attempts after that: a site heals by itself. */
export const SLOW_MS = 900000;

/** When to try the hub again: 5 s, doubled each time up to 300 s, ten times, then every 15 minutes. */
export class Backoff {
  /** Attempts that have failed in a row. */
  failures = 0;

  /** An attempt failed; the pause before the next in ms. `random` is 0 to 1 and spreads chargers over a further tenth. */
  failed(random: number): number {
    this.failures++;
    let pause = SLOW_MS;
    if (this.failures <= ATTEMPTS) {
      pause = 5000;
      for (let i = 1; i < this.failures && pause < 300000; i++) pause *= 2;
      pause = Math.min(pause, 300000);
    }
    return pause + Math.floor((pause / 10) * random);
  }

  /** The hub answered. */
  succeeded(): void {
    this.failures = 0;
  }

  /** Ten attempts have failed: light the lamp. */
  needsAttention(): boolean {
    return this.failures >= ATTEMPTS;
  }
}
