import type { Pause } from "./i2c";
import { FULL_ON } from "./pca9685";
import { PIN_EMERGENCY_STOP, PIN_MIRROR, PIN_RCD } from "./reference-board";
import type { ReferenceBoard } from "./reference-board";

/** What a step has found. `wait`: somebody has to do something now. */
export interface StepResult {
  step: string;
  state: "ok" | "failed" | "wait";
  info: string;
}

const CONTACTOR = 4;
const RCD_TEST = 7;
const RCD_RESET = 8;
const LEAST_MV = 180000;
const MOST_MV = 270000;
/** How long somebody has for the emergency stop. */
const HAND_MS = 60000;
const STEP_MS = 50;

/**
 * The installer's test of a board, without a car and before the charging program runs: contactor and interlock, meter, emergency stop,
 * RCD. Every step ends with all outputs off. IEC 61851-1 wants more than this of an installation: docs/hardware.md.
 */
export class SelfTest {
  private failures = 0;

  constructor(
    private board: ReferenceBoard,
    private pause: Pause,
    private report: (result: StepResult) => void,
  ) {}

  /** True where every step is fine. */
  async run(): Promise<boolean> {
    await this.board.start();
    await this.contactor();
    await this.meter();
    await this.emergencyStop();
    await this.residualCurrent();
    return this.failures === 0;
  }

  private tell(step: string, ok: boolean, info: string): void {
    if (!ok) this.failures++;
    this.report({ step, state: ok ? "ok" : "failed", info });
  }

  /** All off but one channel, for `ms`, the watchdog fed; true as soon as the pins in `mask` read `wanted`. */
  private async hold(channel: number, ms: number, mask: number, wanted: number): Promise<boolean> {
    const counts: number[] = [];
    for (let i = 0; i <= RCD_RESET; i++) counts.push(i === channel || i === 0 ? FULL_ON : 0);
    let seen = false;
    for (let at = 0; at < ms && !seen; at += STEP_MS) {
      if (await this.board.outputs.set(counts)) await this.board.switches.kick();
      await this.pause(STEP_MS);
      const pins = await this.board.switches.read();
      seen = pins !== undefined && (pins & mask) === wanted;
    }
    await this.board.outputs.set([FULL_ON]);
    return seen;
  }

  private async contactor(): Promise<void> {
    if (!(await this.hold(0, 500, PIN_MIRROR, 0))) {
      this.tell("relay", false, "the contactor does not read as open");
      return;
    }
    const closed = await this.hold(CONTACTOR, 500, PIN_MIRROR, PIN_MIRROR);
    this.tell("relay", !closed, closed ? "the interlock let it close without a car" : "stays open without a car");
  }

  private async meter(): Promise<void> {
    let read = false;
    for (let i = 0; i < 5 && !read; i++) {
      await this.pause(STEP_MS);
      read = await this.board.meter.read();
    }
    const mv = this.board.meter.voltageMv;
    if (read) this.tell("meter", mv >= LEAST_MV && mv <= MOST_MV, `${Math.round(mv / 1000)} V`);
    else this.tell("meter", false, "does not answer");
  }

  private async emergencyStop(): Promise<void> {
    const step = "emergency-stop";
    this.report({ step, state: "wait", info: "press it" });
    const pressed = await this.hold(0, HAND_MS, PIN_EMERGENCY_STOP, PIN_EMERGENCY_STOP);
    if (!pressed) {
      this.tell(step, false, "was not pressed");
      return;
    }
    this.report({ step, state: "wait", info: "release it" });
    const released = await this.hold(0, HAND_MS, PIN_EMERGENCY_STOP, 0);
    this.tell(step, released, released ? "pressed and released" : "was not released");
  }

  private async residualCurrent(): Promise<void> {
    if (!(await this.hold(0, 500, PIN_RCD, 0))) {
      this.tell("rcd", false, "reads as tripped");
      return;
    }
    if (!(await this.hold(RCD_TEST, 1000, PIN_RCD, PIN_RCD))) {
      this.tell("rcd", false, "does not trip at its test input");
      return;
    }
    const reset = await this.hold(RCD_RESET, 2000, PIN_RCD, 0);
    this.tell("rcd", reset, reset ? "trips and resets" : "does not reset");
  }
}
