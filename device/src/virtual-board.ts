import * as ds from "@devicescript/core";
import { millis } from "@devicescript/core";
import { noInputs } from "../core/board";
import type { Inputs, Outputs } from "../core/board";
import type { Hardware } from "./hardware";

const SET_OUTPUTS = 0x2002;
const LAYOUT = 1;
/** The front-end opens the contactor by itself when it hears nothing for 2 s. */
const REPEAT_MS = 500;

/** The board of `npm run charger`: a service on the VM's packet bus, played by the host (services/charger-board.md). */
export class VirtualBoard implements Hardware {
  private role = new ds.ChargerBoard("board");
  private reading = noInputs();
  private readAt = 0;
  private heard = false;
  private taps = 0;
  private last = Buffer.alloc(4);
  private sentAt = 0;

  async start(): Promise<void> {
    listen(this, this.role);
  }

  take(b: Buffer): void {
    if (b.length < 24 || b[0] !== LAYOUT) return;
    const r = this.reading;
    const flags = b.getAt(2, "u16");
    r.pilot = b[1];
    r.emergencyStop = (flags & 1) !== 0;
    r.caseOpen = (flags & 2) !== 0;
    r.locked = (flags & 4) !== 0;
    r.welded = (flags & 8) !== 0;
    r.overCurrent = (flags & 16) !== 0;
    r.residualCurrent = (flags & 32) !== 0;
    r.overTemperature = (flags & 64) !== 0;
    r.meterFailed = (flags & 128) !== 0;
    r.buttonDown = (flags & 256) !== 0;
    r.voltageMv = b.getAt(4, "u32");
    r.currentMa = b.getAt(8, "u32");
    r.powerW = b.getAt(12, "u32");
    r.energyWh = b.getAt(16, "u32");
    r.meterEpoch = b.getAt(20, "u16");
    if (this.heard && b[22] !== this.taps) r.tap = b.slice(24, 24 + b[23]).toString();
    this.taps = b[22];
    this.heard = true;
    this.readAt = millis();
  }

  async read(): Promise<Inputs> {
    const r = this.reading;
    const copy: Inputs = { ...r };
    copy.ageMs = this.heard ? millis() - this.readAt : 60000;
    r.tap = "";
    return copy;
  }

  async write(out: Outputs): Promise<void> {
    const b = Buffer.alloc(4);
    b[0] = (out.contactor ? 1 : 0) | (out.lock ? 2 : 0);
    b[1] = out.lamp;
    b.setAt(2, "u16", out.currentMa);
    const now = millis();
    const same = b.toString("hex") === this.last.toString("hex");
    // a role without its server would wait: the front-end's own watchdog covers that time
    if (!this.role.isBound || (same && now - this.sentAt < REPEAT_MS)) return;
    this.last = b;
    this.sentAt = now;
    await this.role.sendCommand(SET_OUTPUTS, b);
  }
}

/** Outside the class, since the compiler takes no `this` in an arrow function. */
function listen(board: VirtualBoard, role: ds.ChargerBoard): void {
  role.report().subscribe((pkt) => board.take(pkt.payload));
}
