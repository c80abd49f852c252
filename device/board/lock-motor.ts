/** A lock motor runs this long for one stroke. */
const STROKE_MS = 600;
/** Rest between two tries, so that a blocked motor does not burn. */
const REST_MS = 1500;

/** The motor of the plug's lock: a stroke until the switch says so, then nothing; tried again for as long as it is wanted. */
export class LockMotor {
  /** 1: drive towards locked, -1: towards open, 0: stand. */
  drive = 0;
  private runMs = 0;
  private restMs = 0;

  /** `ms` have passed; `locked` is what the switch says, `wanted` what the lock should be. */
  update(ms: number, wanted: boolean, locked: boolean): void {
    const direction = wanted ? 1 : -1;
    if (wanted === locked) {
      this.drive = 0;
      this.restMs = 0;
      return;
    }
    this.restMs = Math.max(0, this.restMs - ms);
    if (this.drive !== direction) {
      // it stands first before it turns the other way
      this.drive = this.drive === 0 && this.restMs === 0 ? direction : 0;
      this.runMs = 0;
      return;
    }
    this.runMs += ms;
    if (this.runMs < STROKE_MS) return;
    this.drive = 0;
    this.restMs = REST_MS;
  }
}
