import type { Clock, TimeSource } from "./clock";
import type { HubEvent } from "../shared/events";
import type { Log } from "./log";
import { leapEvents } from "./clock-doubt";
import type { HubStore } from "./state/domain";

/** No machine runs this program earlier: 1970 is a Pi without a battery. */
const PLAUSIBLE = Date.UTC(2026, 0, 1);
/** What a machine without a battery remembers (fake-hwclock) may be so old; a journal that is ahead by more was written by a wrong clock. */
const REMEMBERED_MS = 7 * 86_400_000;
/** Less is NTP's fine work, and is followed as it is. */
const STEP_MS = 2000;
/** A step of less moves no session. */
const NOTICED_MS = 60_000;
const ROUNDING_MS = 5;
const LOOK_MS = 1000;

/**
 * The hub's clock. Between two looks at the machine's clock it only counts, so nothing jumps in the middle of a decision.
 * - A machine that starts before its own journal goes on from there, uncertain, until somebody sets its clock: NTP or a person.
 * - A clock that is set while the hub runs is followed, in the commit that moves the running sessions along: they last no longer and no shorter for it.
 * - A clock that is set to before 2026 is not believed.
 */
export class HubClock implements Clock {
  private readonly source: TimeSource;
  /** What to add to the elapsed time: ours, and the machine's when we last looked. */
  private offset: number;
  private seen: number;
  private certain: boolean;
  private stopLooking: (() => void) | null = null;

  /** `lastAt`: instant of the journal's last event, ISO 8601; null: there is none. */
  constructor(source: TimeSource, lastAt: string | null) {
    this.source = source;
    this.seen = this.machine();
    const now = source.now();
    const behind = lastAt === null ? 0 : Date.parse(lastAt) - now;
    this.certain = now >= PLAUSIBLE && (behind <= 0 || behind > REMEMBERED_MS);
    // A journal that begins in 1970 would order nothing: then 2026 begins.
    const from = this.certain ? now : Math.max(lastAt === null ? 0 : Date.parse(lastAt), PLAUSIBLE);
    this.offset = from - source.elapsed();
  }

  readonly now = (): number => Math.round(this.offset + this.source.elapsed());

  after(ms: number, run: () => void): () => void {
    return this.source.after(ms, run);
  }

  /** Whether the hour can be relied on: for passes, and prices by the time of day. */
  credible(): boolean {
    return this.certain;
  }

  /** By how much the clock would move if `follow` were called now, milliseconds; 0: not noticeably. */
  step(): number {
    const step = this.next(this.machine()) - this.offset;
    return Math.abs(step) >= NOTICED_MS ? Math.round(step) : 0;
  }

  /** Takes up the machine's time. */
  follow(): void {
    const machine = this.machine();
    const next = this.next(machine);
    this.certain ||= next === machine;
    this.seen = machine;
    // The machine tells whole milliseconds only: to follow each of its roundings would be to run backwards now and then.
    if (Math.abs(next - this.offset) > ROUNDING_MS) this.offset = next;
  }

  /** Looks at the machine's clock every second. */
  watch(store: HubStore, log: Log): void {
    this.stopLooking = this.source.after(LOOK_MS, () => {
      void this.look(store, log)
        .catch((error: unknown) => log.error({ err: error }, "the clock could not be followed"))
        .finally(() => this.stopLooking && this.watch(store, log));
    });
  }

  stop(): void {
    this.stopLooking?.();
    this.stopLooking = null;
  }

  /** Follows the machine's clock; where that was set, in one commit with what it does to what runs. */
  async look(store: HubStore, log: Log): Promise<void> {
    if (this.step() === 0) return this.follow();
    const byMs = await store.commit((state) => {
      const step = this.step();
      const events: HubEvent[] = step === 0 ? [] : [{ type: "clock.stepped", data: { byMs: step } }];
      for (const { session, arrivedAt } of Object.values(state.openSessions)) {
        const { id, cpId, connectorId, startedAt } = session;
        // One that was kept by the charger until it was online again has its times from there.
        if (step === 0 || !arrivedAt || Date.parse(arrivedAt) - Date.parse(startedAt) > 5 * NOTICED_MS) continue;
        events.push({ type: "session.shifted", data: { id, cpId, connectorId, byMs: step } });
      }
      if (this.certain) events.push(...leapEvents(state, step));
      this.follow();
      return { reply: step, events };
    });
    log.warn({ byMs }, "the machine's clock was set, and the hub follows");
  }

  private machine(): number {
    return this.source.now() - this.source.elapsed();
  }

  /** Our offset after a look: the machine's where that is certain, was just set, or has caught up with us. */
  private next(machine: number): number {
    if (this.source.now() < PLAUSIBLE) return this.offset;
    const wasSet = Math.abs(machine - this.seen) > STEP_MS;
    return this.certain || wasSet || machine >= this.offset ? machine : this.offset;
  }
}
