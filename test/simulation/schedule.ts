interface Task {
  at: number;
  order: number;
  run: () => void;
}

/** Virtual time: what is due, in order of time and, at one time, of its making. A binary heap. */
export class Schedule {
  /** Epoch ms of the step that runs. */
  now: number;
  private heap: Task[] = [];
  private made = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** Runs something at an instant, or at once if that has passed. */
  at(at: number, run: () => void): void {
    this.heap.push({ at: Math.max(at, this.now), order: this.made++, run });
    let child = this.heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.swapIfLater(parent, child)) break;
      child = parent;
    }
  }

  /** Runs something after so many ms. */
  after(ms: number, run: () => void): void {
    this.at(this.now + ms, run);
  }

  /** The next step up to an instant; null: nothing more until then, and it is then. */
  next(until: number): (() => void) | null {
    const first = this.heap[0];
    if (!first || first.at > until) {
      this.now = Math.max(this.now, until);
      return null;
    }
    const last = this.heap.pop() as Task;
    if (this.heap.length > 0) {
      this.heap[0] = last;
      this.sink();
    }
    this.now = first.at;
    return first.run;
  }

  private sink(): void {
    let parent = 0;
    for (;;) {
      const left = parent * 2 + 1;
      const right = left + 1;
      if (left >= this.heap.length) return;
      const child = right < this.heap.length && this.isLater(left, right) ? right : left;
      if (!this.swapIfLater(parent, child)) return;
      parent = child;
    }
  }

  private swapIfLater(parent: number, child: number): boolean {
    if (!this.isLater(parent, child)) return false;
    const task = this.heap[parent] as Task;
    this.heap[parent] = this.heap[child] as Task;
    this.heap[child] = task;
    return true;
  }

  private isLater(a: number, b: number): boolean {
    const one = this.heap[a] as Task;
    const other = this.heap[b] as Task;
    return one.at > other.at || (one.at === other.at && one.order > other.order);
  }
}
