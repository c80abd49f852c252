import type { Fault } from "./safety";
import { steps } from "./status";
import type { Status } from "./status";
import type { WallClock } from "./wall-clock";

/** Unsent status changes that are kept. */
const MAX_NOTICES = 12;

/** A status to report. */
export interface Notice {
  connectorId: number;
  status: string;
  errorCode: string;
  info: string;
  stamp: string;
}

/** The connector's status as the hub is told it (StatusNotification, OCPP 1.6 section 4.9). */
export class Notices {
  /** Status changes that wait to be sent, oldest first. */
  waiting: Notice[] = [];
  status: Status = "Unavailable";
  /** False until the first status is known. */
  begun = false;
  /** What ChangeAvailability has set. */
  operative = true;
  private fault: Fault | undefined;

  constructor(private clock: WallClock) {}

  /** The connector is in this status now; changes are queued, by the steps that OCPP allows. */
  update(next: Status, fault: Fault | undefined): void {
    const before = this.fault === undefined ? "" : this.fault.info;
    const info = fault === undefined ? "" : fault.info;
    this.fault = fault;
    if (!this.begun) {
      this.begun = true;
      this.status = next;
      this.report(0);
      this.report(1);
    } else if (next !== this.status) {
      for (const status of steps(this.status, next)) {
        this.status = status;
        this.report(1);
      }
    } else if (info !== before) this.report(1);
  }

  /** Queues the present status of the charge point (0) or its connector (1). */
  report(connectorId: number): void {
    if (!this.begun) return;
    const whole = this.operative ? "Available" : "Unavailable";
    const { fault } = this;
    const errorCode = fault === undefined ? "NoError" : fault.code;
    const info = fault === undefined ? "" : fault.info;
    const status = connectorId === 1 || this.status === "Faulted" ? this.status : whole;
    this.waiting.push({ connectorId, status, errorCode, info, stamp: this.clock.stamp() });
    if (this.waiting.length > MAX_NOTICES) this.waiting.shift();
  }

  /** One that could not be delivered comes back, to be sent first. */
  putBack(notice: Notice): void {
    this.waiting.unshift(notice);
  }
}
