import type { Inputs } from "./board";
import { findFault } from "./safety";
import type { Fault } from "./safety";

/** A fault that may pass ends the transaction after this long. */
const FAULT_PATIENCE_MS = 60000;
/** How long the lock may take. */
const LOCK_PATIENCE_MS = 5000;

/** What is wrong now, and for how long. */
export class FaultWatch {
  /** The gravest fault, undefined where all is well. */
  fault: Fault | undefined;
  /** The reason for which it ends a transaction now, "" where it may still pass. */
  stopReason = "";
  private faultMs = 0;
  private lockMs = 0;

  /** A transaction begins: its lock has its whole time. */
  begin(): void {
    this.lockMs = 0;
  }

  /** Looks at a reading `ms` after the one before; `pilot` is the believed state, `wantsLock` whether the plug should be held. */
  update(ms: number, inputs: Inputs, pilot: number, wantsLock: boolean): void {
    this.fault = findFault({ ...inputs, pilot });
    this.lockMs = wantsLock && !inputs.locked ? this.lockMs + ms : 0;
    if (this.fault === undefined && this.lockMs > LOCK_PATIENCE_MS) {
      this.fault = { code: "ConnectorLockFailure", info: "NotLocked", stops: "Other" };
    }
    this.stopReason = "";
    if (this.fault === undefined) {
      this.faultMs = 0;
      return;
    }
    this.faultMs = Math.min(this.faultMs + ms, FAULT_PATIENCE_MS);
    if (this.fault.stops.length > 0) this.stopReason = this.fault.stops;
    else if (this.faultMs === FAULT_PATIENCE_MS) this.stopReason = "Other";
  }
}
