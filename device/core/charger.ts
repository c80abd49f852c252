import type { Inputs, Outputs } from "./board";
import { Client } from "./client";
import { ConfigKeys } from "./config-keys";
import { MessageQueue } from "./message-queue";
import type { Identity } from "./registration";
import { Station } from "./station";
import type { Saved, Store } from "./store";
import { WallClock } from "./wall-clock";

/** The whole charging program without its socket, its flash and its pins. */
export class Charger {
  station: Station;
  client: Client;
  /** Set by the binding when the hub has been out of reach for long. */
  needsAttention = false;
  private clock: WallClock;
  private config: ConfigKeys;
  private held = false;
  private pressed = false;

  /** `saved` is what flash held at start-up; `store` takes what shall be there at the next. */
  constructor(identity: Identity, store: Store, saved: Saved) {
    const last = saved["boot"] === undefined ? NaN : parseInt(`${saved["boot"]}`);
    const boot = last > 0 ? last + 1 : 1;
    store.put("boot", `${boot}`);
    this.clock = new WallClock(boot);
    const config = new ConfigKeys(store, saved);
    this.config = config;
    const queue = new MessageQueue(store, saved);
    this.station = new Station(store, saved, this.clock, config, queue, identity.maxCurrentMa);
    this.client = new Client(identity, boot, store, saved, this.clock, config, queue, this.station);
  }

  /** `ms` milliseconds have passed (at most some seconds) and the board says `inputs`; what the board should do. */
  tick(ms: number, inputs: Inputs): Outputs {
    this.clock.tick(ms);
    if (inputs.buttonDown && !this.held) this.pressed = true;
    this.held = inputs.buttonDown;
    if (inputs.tap.length > 0) this.client.tapped(inputs.tap);
    const outputs = this.station.tick(ms, inputs);
    this.client.tick(ms, inputs);
    outputs.lamp = this.station.lampFor(outputs, this.needsAttention);
    outputs.restart = this.client.restartDue();
    return outputs;
  }

  /** After ten attempts without the hub: wait for the button (ReconnectAfterLimit)? */
  reconnectsByHand(): boolean {
    return this.config.textOf("ReconnectAfterLimit") === "Manual";
  }

  /** Has the button been pressed since this was asked last? */
  takePress(): boolean {
    const pressed = this.pressed;
    this.pressed = false;
    return pressed;
  }
}
