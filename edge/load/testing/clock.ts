import type { Clock } from "../../clock";

/** A clock that stands still until a test moves it. What is due runs in order, each with everything that follows from it at once. */
export class TestClock implements Clock {
  private time: number;
  private count = 0;
  private readonly waiting = new Map<number, { at: number; run: () => void }>();

  constructor(start: number) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const id = this.count++;
    this.waiting.set(id, { at: this.time + Math.max(0, ms), run });
    return () => this.waiting.delete(id);
  }

  /** Lets time pass; `each` looks at the world after everything that happened. */
  async pass(ms: number, each: () => void = () => {}): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (;;) {
      const next = [...this.waiting].reduce<[number, { at: number; run: () => void }] | null>(
        (first, one) => (!first || one[1].at < first[1].at ? one : first),
        null,
      );
      if (!next || next[1].at > end) break;
      this.waiting.delete(next[0]);
      this.time = next[1].at;
      next[1].run();
      await settled();
      each();
    }
    this.time = end;
  }
}

/** After all promises that can be kept now. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
