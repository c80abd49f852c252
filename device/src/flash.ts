import { Fiber, sleep, suspend } from "@devicescript/core";
import { settings } from "@devicescript/settings";
import type { Saved, Store } from "../core/store";
import { WriteList } from "../core/write-list";
import type { Write } from "../core/write-list";

/** How long the settings service may take; its answer can be lost when the packet bus is busy. */
const ANSWER_MS = 1000;
/** Pauses after a write that did not arrive: a full flash erases its pages at each attempt, so later ones are rare. */
const SOON_MS = 1000;
const LATER_MS = 600000;

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

/** Settings flash behind the core's store: one fiber writes in order and reads each back, since the firmware tells nobody that it has no room. */
export class FlashStore implements Store {
  private list = new WriteList();
  private busy = false;

  /** The flash is full, or worn out: what is in RAM now may not outlive a power cut. */
  failed(): boolean {
    return this.list.failed();
  }

  put(key: string, value: string): void {
    this.add(key, value);
  }

  remove(key: string): void {
    this.add(key, undefined);
  }

  private add(key: string, value: string | undefined): void {
    this.list.add(key, value);
    if (!this.busy) {
      this.busy = true;
      this.run.start();
    }
  }

  private async run(): Promise<void> {
    while (!this.list.empty()) {
      const w = this.list.next();
      if (w.value === undefined) await settings.delete(w.key);
      else await settings.set(w.key, Buffer.from(w.value));
      if (this.list.checked(w, await readText(w.key))) continue;
      console.log(`flash does not hold ${w.key}`);
      const pause = this.list.failed() ? LATER_MS : SOON_MS;
      await sleep(SOON_MS);
      for (let waited = SOON_MS; waited < pause && !this.mayGoOn(w); waited += SOON_MS) await sleep(SOON_MS);
    }
    this.busy = false;
  }

  /** Has something come up that would make room, other than what was just refused? */
  private mayGoOn(refused: Write): boolean {
    const relief = this.list.relief();
    return this.list.failed() && relief !== undefined && relief !== refused;
  }

  /** Waits until everything is written, as far as the flash takes it. */
  async flush(): Promise<void> {
    while (this.busy && !this.list.failed()) await sleep(10);
  }
}
