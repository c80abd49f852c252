import type { ConfigKeys } from "./config-keys";
import { integerOf, isAscii, textOf } from "./frame";
import type { Payload } from "./frame";
import type { WallClock } from "./wall-clock";

/** Seconds to the next BootNotification where the central system gives none. */
const BOOT_RETRY_SEC = 60;

/** Who the charger says it is (BootNotification, OCPP 1.6 section 6.1), and how it is built. */
export interface Identity {
  vendor: string;
  model: string;
  serial: string;
  firmware: string;
  maxCurrentMa: number;
}

/** BootNotification and Heartbeat: what the central system thinks of us, and when each is due (OCPP 1.6 sections 4.2, 4.6). */
export class Registration {
  /** What the central system said to our BootNotification: "", Accepted, Pending or Rejected. */
  status = "";
  private bootAtSec = 0;
  private heartbeatAtSec = 0;

  constructor(
    private identity: Identity,
    private clock: WallClock,
    private config: ConfigKeys,
  ) {}

  /** The line is up: what is due may be sent at once. */
  connected(): void {
    this.bootAtSec = this.clock.upSec;
    this.heartbeatAtSec = this.clock.upSec;
  }

  bootDue(): boolean {
    return this.clock.upSec >= this.bootAtSec;
  }

  heartbeatDue(): boolean {
    return this.clock.upSec >= this.heartbeatAtSec;
  }

  /** A BootNotification goes out: its payload. */
  boot(): Payload {
    this.bootAtSec = this.clock.upSec + BOOT_RETRY_SEC;
    const { vendor, model, serial, firmware } = this.identity;
    return {
      chargePointVendor: vendor,
      chargePointModel: model,
      // its id is the installer's to choose
      chargePointSerialNumber: isAscii(serial) ? serial.slice(0, 25) : "?",
      firmwareVersion: firmware,
    };
  }

  /** A Heartbeat goes out. */
  heartbeat(): void {
    this.heartbeatAtSec = this.clock.upSec + this.config.numberOf("HeartbeatInterval");
  }

  /** Takes the central system's time from an answer. */
  syncClock(payload: Payload): void {
    const now = textOf(payload, "currentTime", 40);
    if (now !== undefined) this.clock.sync(now);
  }

  /** The answer to a BootNotification; true where it made us accepted. */
  booted(payload: Payload): boolean {
    this.syncClock(payload);
    const status = textOf(payload, "status", 20);
    const given = integerOf(payload, "interval");
    const interval = given !== undefined && given > 0 ? given : 0;
    if (status === "Accepted") {
      const first = this.status !== "Accepted";
      this.status = "Accepted";
      if (interval > 0) this.config.change("HeartbeatInterval", `${interval}`);
      this.heartbeat();
      return first;
    }
    this.status = status === "Pending" ? "Pending" : "Rejected";
    this.bootAtSec = this.clock.upSec + (interval > 0 ? interval : BOOT_RETRY_SEC);
    return false;
  }
}
