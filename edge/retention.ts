import type { Clock } from "./clock";
import type { Log } from "./log";
import type { Archive } from "./store/types";

export interface RetentionOptions {
  archive: Pick<Archive, "files" | "dropBefore">;
  /** Bytes of an archive file. */
  sizeOf: (file: string) => Promise<number>;
  clock: Clock;
  log: Log;
  /** Months of meter samples and of status history that are kept. */
  keepMonths: number;
  /** What the archives may take; the oldest samples, then the oldest history go for it. */
  maxBytes: number;
}

/** The books of a business are kept for ten years in most of Europe, and the running one (such as AO 147 in Germany). */
const SESSION_MONTHS = 132;
/** However little room there is: the month that runs, and the one before it. */
const LEAST_MONTHS = 2;
const EVERY_MS = 6 * 3_600_000;

/**
 * The end of what the archives keep. Months are counted by the files that there are, not by the clock: one that jumps ahead by years must not cost
 * anything but its own month. Sessions go by their age alone, never for room.
 */
export class Retention {
  private readonly options: RetentionOptions;
  private cancel: (() => void) | null = null;

  constructor(options: RetentionOptions) {
    this.options = options;
  }

  /** Now, and every six hours. */
  start(): void {
    this.cancel = this.options.clock.after(0, () => {
      void this.apply()
        .catch((error: unknown) => this.options.log.error({ err: error }, "old archives could not be removed"))
        .finally(() => {
          if (this.cancel) this.cancel = this.options.clock.after(EVERY_MS, () => this.start());
        });
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  async apply(): Promise<void> {
    const { keepMonths, maxBytes } = this.options;
    await this.keep("sessions", SESSION_MONTHS);
    await this.keep("samples", keepMonths);
    await this.keep("status", keepMonths);
    for (const prefix of ["samples", "status"]) {
      while ((await this.bytes()) > maxBytes) {
        const months = (await this.options.archive.files(prefix)).length;
        if (months <= LEAST_MONTHS) break;
        await this.keep(prefix, months - 1);
      }
    }
  }

  /** Keeps so many of the newest months of a prefix. */
  private async keep(prefix: string, months: number): Promise<void> {
    const { archive, log } = this.options;
    const files = await archive.files(prefix);
    const oldest = files[months - 1];
    if (!oldest || files.length <= months) return;
    await archive.dropBefore(prefix, oldest.slice(prefix.length + 1));
    log.info({ prefix, removed: files.slice(months) }, "archives past their time were removed");
  }

  private async bytes(): Promise<number> {
    const { archive, sizeOf } = this.options;
    let bytes = 0;
    for (const prefix of ["sessions", "samples", "status"]) {
      for (const file of await archive.files(prefix)) bytes += await sizeOf(file);
    }
    return bytes;
  }
}
