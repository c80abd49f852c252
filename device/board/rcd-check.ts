/** Rounds of `read` and `write`, ten a second, in which the RCD has to trip at its test input, and to be ready again. */
const TRIP_ROUNDS = 10;
const READY_ROUNDS = 20;

/**
 * The test of the residual current device before each session (IEC 62955 section 8.17 has the test input; the standard of the wallbox says how often):
 * with the contactor open it is made to trip, and reset. A device that does not is out of use until somebody resets it by hand.
 */
export class RcdCheck {
  /** It has tripped and come back in this session: the contactor may close. */
  passed = false;
  /** It did not. */
  failed = false;
  /** 1: hold the test input, -1: the reset input, 0: none. */
  drive = 0;
  private rounds = 0;

  /** A fresh look: `wanted` while a session runs, `tripped` what the device says. */
  update(wanted: boolean, tripped: boolean): void {
    if (!wanted) {
      this.passed = false;
      this.drive = 0;
    }
    if (!wanted || this.passed || this.failed) return;
    if (this.drive === 0) {
      if (!tripped) this.turn(1); // tripped already: that is no test, but a fault
      return;
    }
    this.rounds++;
    if (tripped === this.drive > 0) {
      this.passed = this.drive < 0;
      this.turn(this.passed ? 0 : -1);
      return;
    }
    this.failed = this.rounds >= (this.drive > 0 ? TRIP_ROUNDS : READY_ROUNDS);
    if (this.failed) this.turn(0);
  }

  private turn(drive: number): void {
    this.drive = drive;
    this.rounds = 0;
  }

  /** Somebody has reset the device by hand. */
  reset(): void {
    this.failed = false;
  }
}
