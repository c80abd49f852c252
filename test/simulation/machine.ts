/** A commit on its way to the disk. */
interface Write<State> {
  state: State;
  /** It is on disk now: nothing that happens later undoes it but a restore. */
  durable: () => void;
  /** What waited for the disk: answers, messages, energy. A crash in between takes it. */
  afterwards: () => void;
}

/** Hears what a machine does to its disk. */
export interface Recorder<State> {
  committed(state: State): void;
  /** So many of the commits under way are on the disk. */
  written(count: number): void;
  /** The power failed: the other commits under way are gone. */
  lost(): void;
  replaced(state: State): void;
}

/**
 * A computer with a store: decisions see the state in memory, the disk follows a little later (group commit), and what leaves the computer waits
 * for it. A crash keeps the first so many of the commits that were under way, and none of what waited for them.
 */
export class Machine<State> {
  up = true;
  /** What its clock is ahead of the true time, ms. */
  skew = 0;
  /** Its memory: what decisions see. States are values, so keeping one is keeping a copy. */
  memory: State;
  private writes: Write<State>[] = [];

  constructor(
    public disk: State,
    private readonly schedule: (flush: () => void) => void,
    private readonly recorder: Recorder<State> | null = null,
  ) {
    this.memory = disk;
  }

  /** Decided: seen by the next decision at once, on disk soon. */
  commit(state: State, durable: () => void, afterwards: () => void): void {
    this.memory = state;
    this.recorder?.committed(state);
    this.writes.push({ state, durable, afterwards });
    if (this.writes.length === 1) this.schedule(() => this.flush());
  }

  /** How many commits are not on disk yet. */
  get pending(): number {
    return this.writes.length;
  }

  /** Power cut: the first `written` of the commits under way are on disk, nobody was told. */
  crash(written: number): void {
    const kept = this.writes.slice(0, written);
    this.writes = [];
    for (const { state, durable } of kept) {
      this.disk = state;
      durable();
    }
    this.memory = this.disk;
    this.up = false;
    this.recorder?.written(kept.length);
    this.recorder?.lost();
  }

  /** The disk is replaced by another state: a restore. The machine is down. */
  replaceDisk(state: State): void {
    this.disk = state;
    this.memory = state;
    this.recorder?.replaced(state);
  }

  private flush(): void {
    const writes = this.writes;
    this.writes = [];
    for (const { state, durable } of writes) {
      this.disk = state;
      durable();
    }
    this.recorder?.written(writes.length);
    for (const { afterwards } of writes) if (this.up) afterwards();
  }
}
