import { Fiber, sleep, suspend } from "@devicescript/core";
import { settings } from "@devicescript/settings";
import type { Saved, Store } from "../core/store";

interface Write {
  key: string;
  /** undefined removes the key */
  value: string | undefined;
}

/** How long the settings service may take; its answer can be lost when the packet bus is busy. */
const ANSWER_MS = 1000;

/** Reads one setting, undefined where it is missing. Asks until it is answered. */
export async function readText(key: string): Promise<string | undefined> {
  const reader = Fiber.self();
  let answer: Buffer | undefined;
  let answered = false;
  const unsubscribe = settings.report().subscribe((pkt) => {
    const pair = pkt.decode();
    if (!pair || pair[0] !== key) return;
    answer = pair[1];
    answered = true;
    if (reader.suspended) reader.resume(null);
  });
  while (!answered) {
    await settings.get(key);
    if (!answered) await suspend(ANSWER_MS);
  }
  unsubscribe();
  return answer && answer.length > 0 ? answer.toString() : undefined;
}

/** Reads all of these settings; missing ones are left out. */
export async function readAll(keys: string[]): Promise<Saved> {
  const saved: Saved = {};
  for (const key of keys) {
    const text = await readText(key);
    if (text !== undefined) saved[key] = text;
  }
  return saved;
}

/** Settings flash behind the core's store: writes are done in order by one fiber, the newest of a key only. */
export class FlashStore implements Store {
  private writes: Write[] = [];
  private busy = false;

  put(key: string, value: string): void {
    this.add(key, value);
  }

  remove(key: string): void {
    this.add(key, undefined);
  }

  private add(key: string, value: string | undefined): void {
    this.writes.push({ key, value });
    if (!this.busy) {
      this.busy = true;
      this.run.start();
    }
  }

  /** A newer write of the same key waits: this one would only wear the flash. Its place is kept, never the older's. */
  private isStale(key: string): boolean {
    for (const w of this.writes) if (w.key === key) return true;
    return false;
  }

  private async run(): Promise<void> {
    while (this.writes.length > 0) {
      const w = this.writes.shift();
      if (this.isStale(w.key)) continue;
      if (w.value === undefined) await settings.delete(w.key);
      else await settings.set(w.key, Buffer.from(w.value));
    }
    this.busy = false;
  }

  /** Waits until everything is written. */
  async flush(): Promise<void> {
    while (this.busy) await sleep(10);
  }
}
