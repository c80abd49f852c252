import type { Entry, JournalEvent } from "./record";

/** A commit that waits for the disk. `entry` is null where it has written nothing and only waits for those before it. */
export interface Waiting {
  entry: Entry | null;
  events: JournalEvent[];
  settle: () => void;
  reject: (error: Error) => void;
}

/** What happens with a batch; a rejection of `write` is final. */
interface GroupCommitHooks {
  write(entries: Entry[]): Promise<void>;
  /** After the fsync, before anybody else is told. */
  written(events: JournalEvent[]): void;
  /** The disk refused: gives the error that the waiting commits get. */
  failed(error: unknown): Error;
}

/**
 * Many commits, one fsync: whatever comes while a batch is being written joins the next one. A batch begins one turn of the event loop after
 * its first commit, so that all messages of one turn share it.
 */
export class GroupCommit {
  private readonly hooks: GroupCommitHooks;
  private queue: Waiting[] = [];
  private running: Promise<void> | null = null;
  private refused: Error | null = null;

  constructor(hooks: GroupCommitHooks) {
    this.hooks = hooks;
  }

  add(waiting: Waiting): void {
    if (this.refused) return waiting.reject(this.refused);
    this.queue.push(waiting);
    this.running ??= this.run();
  }

  /** Resolves when all that was added so far is settled, one way or the other. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    await nextTurn();
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        const entries = batch.flatMap((each) => each.entry ?? []);
        if (entries.length > 0) await this.hooks.write(entries);
      } catch (error) {
        this.refused = this.hooks.failed(error);
        for (const waiting of [...batch, ...this.queue]) waiting.reject(this.refused);
        this.queue = [];
        break;
      }
      for (const waiting of batch) waiting.settle();
      const events = batch.flatMap((each) => each.events);
      if (events.length > 0) this.hooks.written(events);
      await nextTurn();
    }
    this.running = null;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
