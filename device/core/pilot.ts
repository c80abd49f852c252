import { PILOT_A, PILOT_B, PILOT_C, PILOT_D, PILOT_F } from "./board";

/** How long a pilot state must stand before the program believes it. */
export const DEBOUNCE_MS = 250;

/** Filters the pilot: a state counts when it has stood for `DEBOUNCE_MS`. */
export class Pilot {
  /** The state that is believed. */
  state = PILOT_F;
  /** What the last reading said, not yet debounced. */
  raw = PILOT_F;
  /** False until the first state has been believed. */
  settled = false;
  private stood = 0;

  /** Takes a reading and the milliseconds since the one before. */
  update(raw: number, ms: number): void {
    if (raw !== this.raw) {
      this.raw = raw;
      this.stood = 0;
      return;
    }
    this.stood = Math.min(this.stood + ms, DEBOUNCE_MS);
    if (this.stood < DEBOUNCE_MS) return;
    this.state = raw;
    this.settled = true;
  }

  /** A car is plugged in: B, C or D. */
  plugged(): boolean {
    return this.state === PILOT_B || this.state === PILOT_C || this.state === PILOT_D;
  }

  /** The car has been pulled out: only a believed A counts, a broken pilot does not. */
  empty(): boolean {
    return this.state === PILOT_A;
  }

  /** Both the believed and the latest state ask for power; the contactor needs both, so that it opens at the first doubt. */
  wantsPower(): boolean {
    return this.state === PILOT_C && this.raw === PILOT_C;
  }

  /** The car charges only where the place is ventilated (state D). Nobody tells this charger that it is: IEC 61851-1 then keeps the supply off. */
  needsVentilation(): boolean {
    return this.state === PILOT_D;
  }
}
