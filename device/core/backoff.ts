/** Attempts before the charger says that it needs attention. */
export const ATTEMPTS = 10;
/** Pause between attempts after that: a site heals by itself. */
export const SLOW_MS = 900000;

/** A pause without end: somebody has to come. */
export const BY_HAND = -1;

/** When to try the hub again: 5 s, doubled each time up to 300 s, ten times, then every 15 minutes or when somebody says so. */
export class Backoff {
  /** Attempts that have failed in a row. */
  failures = 0;

  /** An attempt failed; the pause before the next in ms, BY_HAND after the tenth where `manual`. `random` is 0 to 1 and spreads chargers over a further tenth. */
  failed(random: number, manual: boolean): number {
    this.failures = Math.min(this.failures + 1, ATTEMPTS + 1);
    if (manual && this.needsAttention()) return BY_HAND;
    let pause = SLOW_MS;
    if (this.failures <= ATTEMPTS) {
      pause = 5000;
      for (let i = 1; i < this.failures && pause < 300000; i++) pause *= 2;
      pause = Math.min(pause, 300000);
    }
    return pause + Math.floor((pause / 10) * random);
  }

  /** The hub answered, or somebody has pressed the button: the count begins anew. */
  begin(): void {
    this.failures = 0;
  }

  /** Ten further attempts have failed: light the lamp. */
  needsAttention(): boolean {
    return this.failures > ATTEMPTS;
  }
}
