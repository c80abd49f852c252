import type { TimeSource } from "../clock";

/** A clock that stands still until a test moves it on. Each due timer runs at its own time. */
export class ManualClock implements TimeSource {
  private time: number;
  private jumped = 0;
  private timers: { at: number; run: () => void }[] = [];

  constructor(start = "2026-11-21T12:00:00.000Z") {
    this.time = Date.parse(start);
  }

  now(): number {
    return this.time;
  }

  elapsed(): number {
    return this.time - this.jumped;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  /** Moves on, running what is due in its order; promises that settle meanwhile are let through, and then `each` looks at what came of it. */
  async advance(ms: number, each: () => void = () => {}): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settled();
      each();
    }
    this.time = until;
    await settled();
  }

  /** A jump that no timer notices, as when a clock is set. */
  jump(ms: number): void {
    this.time += ms;
    this.jumped += ms;
    for (const timer of this.timers) timer.at += ms;
  }
}

/** Lets all promises settle that need nothing but one another. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
