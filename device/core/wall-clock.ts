import { isAscii } from "./frame";
import { addSeconds, formatInstant, parseInstant } from "./time";
import type { Instant } from "./time";

/** The longest `stamp`, in characters: ISO 8601 with milliseconds. */
const MAX_STAMP = 24;

/** Could this text from flash be a `stamp`? A longer one would have no room in the queue. */
export function isStamp(text: unknown): boolean {
  return typeof text === "string" && text.length > 0 && text.length <= MAX_STAMP && isAscii(text);
}

/** The time of day, learnt from the central system and carried on by the VM's milliseconds. */
export class WallClock {
  /** True after the first `sync`. */
  synced = false;
  /** Whole seconds since this boot, int32 (68 years). */
  upSec = 0;
  private upMs = 0;
  /** The time of day once `synced`. */
  now: Instant = { day: 0, sec: 0, ms: 0 };

  /** `boot` numbers this start of the program, so that a stamp of an earlier one is not taken for ours. */
  constructor(private boot: number) {}

  /** Time passes: `ms` milliseconds, a small integer. */
  tick(ms: number): void {
    this.upMs += ms;
    while (this.upMs >= 1000) {
      this.upMs -= 1000;
      this.upSec++;
    }
    this.now.ms += ms;
    while (this.now.ms >= 1000) {
      this.now.ms -= 1000;
      this.now.sec++;
      if (this.now.sec === 86400) {
        this.now.sec = 0;
        this.now.day++;
      }
    }
  }

  /** Takes the central system's time (BootNotification and Heartbeat, OCPP 1.6 sections 6.2 and 6.30). */
  sync(text: string): boolean {
    const at = parseInstant(text);
    if (at === undefined) return false;
    this.now = at;
    this.synced = true;
    return true;
  }

  /** A mark of this moment: ISO 8601 once the time is known, else `+boot:seconds`, to be resolved when it is sent. */
  stamp(): string {
    return this.synced ? formatInstant(this.now) : `+${this.boot}:${this.upSec}`;
  }

  /**
   * Turns a mark into ISO 8601. A relative mark of this boot counts back from now. One of an earlier boot has lost its
   * origin: the start of this boot is the latest moment it can mean, and the honest bound.
   */
  resolve(stamp: string): string {
    if (stamp.slice(0, 1) !== "+") return stamp;
    const parts = stamp.slice(1).split(":");
    const then = parts[0] === `${this.boot}` ? parseInt(`${parts[1]}`) : 0;
    return formatInstant(addSeconds(this.now, then - this.upSec));
  }
}
