import * as ds from "@devicescript/core";
import { Fiber, sleep, suspend } from "@devicescript/core";
import type { I2cBus } from "../board/i2c";

/** The VM's call behind @devicescript/i2c, which would throw an error for each byte that nobody acknowledges. */
type NativeI2c = typeof ds & {
  _i2cTransaction(address: number, out: Buffer, answer?: Buffer): Promise<number>;
};

/** The `transaction` command of the Jacdac I2C service, and its status for what went well. */
const TRANSACTION = 0x80;
const STATUS_OK = 0;
/** How long an answer over the packet bus may take. */
const ANSWER_MS = 1000;
/** Answers carry no number: after one that did not come in time, the bus must be quiet for so long. */
const QUIET_MS = 300;

/** The chip's own I2C pins. A hanging bus is given up by the firmware after some milliseconds. */
class PinBus implements I2cBus {
  async transfer(address: number, out: number[], count: number): Promise<number[] | undefined> {
    const answer = count > 0 ? Buffer.alloc(count) : undefined;
    const code = await (ds as NativeI2c)._i2cTransaction(address, Buffer.from(out), answer);
    if (code !== 0) return undefined;
    const bytes: number[] = [];
    for (let i = 0; i < count; i++) bytes.push(answer[i]);
    return bytes;
  }
}

/** An I2C adapter on the packet bus: where the VM has no pins of its own, such as on a desk. */
class AdapterBus implements I2cBus {
  private role = new ds.I2C("i2c");
  private waiting: Fiber = null;
  private answer: Buffer = null;
  private late = false;
  private heard = false;

  async start(): Promise<void> {
    listen(this, this.role);
    while (!this.role.isBound) await sleep(100);
  }

  take(pkt: ds.Packet): void {
    if (pkt.serviceCommand !== TRANSACTION || pkt.payload.length < 1) return;
    this.answer = pkt.payload;
    this.heard = true;
    if (this.waiting !== null && this.waiting.suspended) this.waiting.resume(null);
  }

  /** Lets answers go by that nobody waits for any more, or each would be taken for that of the next transfer. */
  private async settle(): Promise<void> {
    while (this.late) {
      this.heard = false;
      await sleep(QUIET_MS);
      this.late = this.heard;
    }
  }

  async transfer(address: number, out: number[], count: number): Promise<number[] | undefined> {
    if (!this.role.isBound) return undefined;
    await this.settle();
    const head = [address, count];
    for (const b of out) head.push(b);
    this.answer = null;
    this.waiting = Fiber.self();
    await this.role.sendCommand(TRANSACTION, Buffer.from(head));
    if (this.answer === null) await suspend(ANSWER_MS);
    this.waiting = null;
    const b = this.answer;
    this.late = b === null;
    if (b === null || b[0] !== STATUS_OK || b.length < 1 + count) return undefined;
    const bytes: number[] = [];
    for (let i = 0; i < count; i++) bytes.push(b[1 + i]);
    return bytes;
  }
}

/** Outside the class, since the compiler takes no `this` in an arrow function. */
function listen(bus: AdapterBus, role: ds.I2C): void {
  role.report().subscribe((pkt) => bus.take(pkt));
}

/** The I2C bus of this machine: its pins, or an adapter where it has none. */
export async function openBus(): Promise<I2cBus> {
  try {
    await (ds as NativeI2c)._i2cTransaction(0x7f, Buffer.alloc(0));
    return new PinBus();
  } catch (e) {
    console.log(`${(e as Error).message}; waiting for an adapter`);
  }
  const adapter = new AdapterBus();
  await adapter.start();
  return adapter;
}
