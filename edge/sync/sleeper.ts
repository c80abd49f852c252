import type { Clock } from "../clock";

/** Lets one loop wait: until it is woken, or a time has passed. A wake while it is busy makes its next sleep end at once. */
export class Sleeper {
  private readonly clock: Clock;
  private woken = false;
  private end: (() => void) | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  wake(): void {
    if (this.end) this.end();
    else this.woken = true;
  }

  /** Takes back a wake that no sleep has had yet. */
  forget(): void {
    this.woken = false;
  }

  /** `ms` null: until it is woken. */
  async sleep(ms: number | null): Promise<void> {
    if (this.woken) {
      this.woken = false;
      return;
    }
    const timer: { cancel?: () => void } = {};
    await new Promise<void>((resolve) => {
      this.end = resolve;
      if (ms !== null) timer.cancel = this.clock.after(ms, resolve);
    });
    this.end = null;
    timer.cancel?.();
  }
}
