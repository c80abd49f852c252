/**
 * Lets so many through at a time and the rest wait in order: batches that wait are bytes, batches under way are objects, and a process must not
 * hold a hundred of those.
 */
export class Gate {
  private free: number;
  private waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.free = limit;
  }

  /** Runs `work` when it is its turn; gives or throws what that does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
