import { LAMP_READY } from "../../core/board";
import type { Inputs, Outputs } from "../../core/board";
import { ReferenceBoard } from "../reference-board";
import { Circuit } from "./circuit";

/** The board in its circuit, ticked ten times a second. */
export class Rig {
  circuit = new Circuit();
  board: ReferenceBoard;
  seen: Inputs | undefined;
  taps: string[] = [];
  out: Outputs = { contactor: false, currentMa: 0, lock: false, lamp: LAMP_READY, restart: false };

  constructor(attachedMa = 0) {
    this.board = new ReferenceBoard(this.circuit.bus, async (ms) => this.circuit.step(ms), 7, attachedMa, false);
  }

  async start(): Promise<this> {
    await this.board.start();
    await this.run(500);
    return this;
  }

  /** Lets time pass; `each` is called after every tick. */
  async run(ms: number, each: () => void = () => undefined): Promise<Inputs> {
    let seen = await this.board.read(100);
    for (let at = 0; at < ms; at += 100) {
      if (at > 0) seen = await this.board.read(100);
      if (seen.tap !== "") this.taps.push(seen.tap);
      await this.board.write(this.out, 100);
      this.circuit.step(80);
      each();
    }
    this.seen = seen;
    return seen;
  }

  /** A car that charges with 16 A, its plug locked where the board has a lock. */
  async charge(): Promise<void> {
    this.circuit.car = { state: "B", diode: true, currentA: 16 };
    this.out = { ...this.out, lock: true, currentMa: 16000 };
    await this.run(3000);
    this.circuit.car.state = "C";
    await this.run(300);
    this.out.contactor = true;
    await this.run(500);
  }
}
