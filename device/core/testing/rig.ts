import { textIn } from "../answer";
import { noInputs, PILOT_A, PILOT_B, PILOT_C } from "../board";
import type { Inputs, Outputs } from "../board";
import { Charger } from "../charger";
import type { Outgoing } from "../answer";
import type { Identity } from "../registration";
import type { Payload } from "../frame";
import type { Saved, Store } from "../store";

/** Flash in memory, which a test can hand to the next life of the charger. */
export class MemoryStore implements Store {
  saved: Saved = {};
  writes = 0;
  private readonly removed = new Set<string>();

  put(key: string, value: string): void {
    if (key.length > 13 || Buffer.byteLength(value) > 224 || value.length === 0) {
      throw new Error(`flash cannot hold ${key}=${value}`);
    }
    this.saved[key] = value;
    this.writes++;
  }

  remove(key: string): void {
    delete this.saved[key];
    this.removed.add(key);
    this.writes++;
  }

  /** Bytes in the firmware's store: 24 for each key and its value in steps of 8; a removed key keeps an empty value for good. */
  bytes(): number {
    const keys = new Set([...this.removed, ...Object.keys(this.saved)]);
    return [...keys].reduce((sum, key) => sum + 24 + Math.max(8, Math.ceil((this.saved[key] ?? "").length / 8) * 8), 0);
  }
}

/** A call that the charger sent. */
interface SentCall {
  id: string;
  action: string;
  payload: Payload;
}

export const IDENTITY: Identity = { vendor: "V", model: "M", serial: "S", firmware: "1", maxCurrentMa: 16000 };

/** A frame as it goes over the line. */
function textOf({ text, pieces }: Outgoing): string {
  return pieces ? textIn(text, pieces) : text;
}

/** A charger on a desk: board, flash and central system are the test's. */
export class Rig {
  charger: Charger;
  inputs: Inputs = { ...noInputs(), ageMs: 0, pilot: PILOT_A, meterEpoch: 7, voltageMv: 230000 };
  outputs: Outputs | undefined;
  calls: SentCall[] = [];
  /** Answers to the hub's calls, by message id. */
  replies = new Map<string, unknown[]>();
  /** Answers by action; a function may answer with undefined to stay silent, or an Error for a CALLERROR. */
  central: Record<string, (call: SentCall) => Payload | Error | undefined> = {
    BootNotification: () => ({ status: "Accepted", currentTime: "2026-03-01T12:00:00Z", interval: 45 }),
    Heartbeat: () => ({ currentTime: "2026-03-01T12:00:00Z" }),
    StatusNotification: () => ({}),
    MeterValues: () => ({}),
    Authorize: () => ({ idTagInfo: { status: "Accepted" } }),
    StartTransaction: () => ({ transactionId: 2147483647, idTagInfo: { status: "Accepted" } }),
    StopTransaction: () => ({}),
  };
  private lastCall = 0;
  private flowedMs = 0;

  constructor(
    readonly store = new MemoryStore(),
    identity: Identity = IDENTITY,
  ) {
    this.charger = new Charger(identity, store, { ...store.saved });
  }

  /** Time passes in steps; 1 whole Wh a second flows while the contactor is closed, and locks follow. */
  run(ms: number, step = 100): void {
    for (let left = ms; left > 0; left -= step) {
      this.outputs = this.charger.tick(step, this.inputs);
      this.inputs.tap = "";
      this.inputs.locked = this.outputs.lock;
      if (this.inputs.pilot === PILOT_C && this.outputs.currentMa < 6000) this.inputs.pilot = PILOT_B;
      if (this.outputs.contactor) this.flowedMs += step;
      this.inputs.energyWh = Math.floor(this.flowedMs / 1000);
      this.pump();
    }
  }

  private pump(): void {
    for (let out = this.charger.client.takeFrame(); out; out = this.charger.client.takeFrame()) {
      const frame = JSON.parse(textOf(out)) as unknown[];
      if (out.reply) {
        this.replies.set(String(frame[1]), frame);
        continue;
      }
      const call = { id: String(frame[1]), action: String(frame[2]), payload: frame[3] as Payload };
      this.calls.push(call);
      const answer = this.central[call.action]?.(call);
      if (answer instanceof Error) this.receive([4, call.id, "InternalError", "", {}]);
      else if (answer) this.receive([3, call.id, answer]);
    }
  }

  receive(frame: unknown): void {
    this.charger.client.received(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The hub calls; gives the payload of the result, or the error's code. */
  call(action: string, payload: Payload): unknown {
    const id = `h${++this.lastCall}`;
    this.receive([2, id, action, payload]);
    this.pump();
    const reply = this.replies.get(id);
    return reply?.[2];
  }

  /** Boots and connects. */
  online(): this {
    this.charger.client.connected();
    this.run(2000);
    return this;
  }

  plug(): void {
    this.inputs.pilot = PILOT_B;
    this.run(1000);
  }

  /** A car that charges, started from the hub. */
  charging(): this {
    this.online();
    this.plug();
    this.call("RemoteStartTransaction", { idTag: "TAG1", connectorId: 1 });
    this.run(500);
    this.inputs.pilot = PILOT_C;
    this.run(1000);
    return this;
  }

  sent(action: string): SentCall[] {
    return this.calls.filter((c) => c.action === action);
  }

  /** The last call of this action. */
  last(action: string): Payload {
    return this.sent(action).at(-1)?.payload ?? {};
  }

  statuses(): unknown[] {
    return this.sent("StatusNotification")
      .filter((c) => c.payload["connectorId"] === 1)
      .map((c) => c.payload["status"]);
  }

  /** The power goes and comes back: the same flash, a new meter life unless `keepsMeter`. */
  powerCycle(keepsMeter = false): Rig {
    const next = new Rig(this.store);
    next.central = this.central;
    next.inputs = { ...this.inputs, locked: false };
    if (keepsMeter) next.flowedMs = this.flowedMs;
    else next.inputs.meterEpoch++;
    next.inputs.energyWh = Math.floor(next.flowedMs / 1000);
    return next;
  }
}
