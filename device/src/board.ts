import { millis, sleep } from "@devicescript/core";
import { settings } from "@devicescript/settings";
import type { I2cBus } from "../board/i2c";
import { ReferenceBoard } from "../board/reference-board";
import { SelfTest } from "../board/self-test";
import type { StepResult } from "../board/self-test";
import type { Inputs, Outputs } from "../core/board";
import { openBus } from "./board-i2c";
import { readText } from "./flash";
import type { Hardware } from "./hardware";

/** A pause of the program that is longer than this counts as this long. */
const MAX_STEP_MS = 5000;

async function pause(ms: number): Promise<void> {
  await sleep(ms);
}

/** One line a step, as the installer's tool reads it from the serial port. */
function report(r: StepResult): void {
  console.log(`selftest ${r.step} ${r.state}: ${r.info}`);
}

/** The real board behind the program: device/board on the I2C bus. */
export class Board implements Hardware {
  private board: ReferenceBoard;
  private readAt = 0;
  private wroteAt = 0;

  async start(): Promise<void> {
    const bus: I2cBus = await openBus();
    const fixed = await readText("cableMa");
    const epoch = 1 + Math.floor(Math.random() * 65534);
    const hasThreePhases = (await readText("phases")) === "3";
    this.board = new ReferenceBoard(bus, pause, epoch, fixed === undefined ? 0 : parseInt(fixed), hasThreePhases);
    if ((await readText("selftest")) !== undefined) {
      const test = new SelfTest(this.board, pause, report);
      console.log(`selftest ${(await test.run()) ? "passed" : "not passed"}`);
      await settings.delete("selftest");
    }
    await this.board.start();
    this.readAt = millis();
    this.wroteAt = this.readAt;
  }

  async read(): Promise<Inputs> {
    const now = millis();
    const ms = Math.min(now - this.readAt, MAX_STEP_MS);
    this.readAt = now;
    return await this.board.read(ms);
  }

  async write(out: Outputs): Promise<void> {
    const now = millis();
    const ms = Math.min(now - this.wroteAt, MAX_STEP_MS);
    this.wroteAt = now;
    await this.board.write(out, ms);
  }
}
