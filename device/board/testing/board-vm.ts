import fs from "node:fs";
import { findBuilt } from "../../virtual/built";
import type { ScaledClock } from "../../virtual/clock";
import type { Packet } from "../../virtual/jacdac";
import { Uplink } from "../../virtual/uplink";
import { Vm } from "../../virtual/vm";
import type { VmHost } from "../../virtual/vm";
import { Circuit } from "./circuit";

/** The Jacdac I2C service: one command, transaction, "u8 address, u8 bytes to read, bytes to write". */
const I2C_CLASS = 0x1c18ca43;
const ADAPTER_ID = "12c012c012c012c0";
const TRANSACTION = 0x80;
const STATUS_OK = 0;
const STATUS_NO_ACK = 1;
const STEP_MS = 20;
const ANNOUNCE_MS = 100;

/** The board's bytecode in a VM, its I2C bus led to the models of the chips. */
export class BoardVm {
  circuit = new Circuit();
  lines: string[] = [];
  panics = 0;
  transactions = 0;
  private vm: Vm | undefined;
  private readonly uplink: Uplink;
  private timer: NodeJS.Timeout | undefined;
  private steppedAt = 0;
  private announcedAt = 0;
  /** What the flash holds; survives `stop`. */
  image: Uint8Array = new Uint8Array(0);

  constructor(private readonly clock: ScaledClock) {
    this.uplink = new Uplink(clock, (type, data) => this.vm?.socketEvent(type, data));
  }

  /** Power on with these settings in flash, and the program of `npm run build`. */
  async start(settings: Record<string, string>): Promise<void> {
    const vm = await this.boot();
    await vm.provision(settings);
    vm.deploy(fs.readFileSync(findBuilt().board));
  }

  /** Power on with what the flash holds. */
  async boot(): Promise<Vm> {
    const built = findBuilt();
    const host: VmHost = {
      log: (line) => this.note(line.trim()),
      panic: (code) => {
        if (code !== 0) this.panics++;
      },
      ended: () => {
        this.panics++;
      },
      packet: (packet) => void this.serve(packet),
      save: (image) => {
        this.image = image;
      },
      open: (host, port) => this.uplink.open(this.route(host), port),
      write: (data) => this.uplink.write(data),
      close: () => this.uplink.close(),
    };
    const vm = await Vm.create(built.vm, "b0a4db0a4db0a4d0", this.clock, this.image, host);
    this.vm = vm;
    vm.start();
    this.steppedAt = this.clock.now();
    this.timer = this.clock.every(() => this.announce(), STEP_MS);
    return vm;
  }

  /** Where in the test's network a hub's address leads. */
  route: (host: string) => string = (host) => host;
  /** Hears each line of the console. */
  heard: (line: string) => void = () => undefined;

  private note(line: string): void {
    this.lines.push(line);
    this.heard(line);
  }

  private step(): void {
    const now = this.clock.now();
    this.circuit.step(now - this.steppedAt);
    this.steppedAt = now;
  }

  private announce(): void {
    this.step();
    const now = this.clock.now();
    if (now - this.announcedAt < ANNOUNCE_MS) return;
    this.announcedAt = now;
    this.vm?.announce(ADAPTER_ID, [I2C_CLASS]);
  }

  private async serve(packet: Packet): Promise<void> {
    if (packet.deviceId !== ADAPTER_ID || !packet.command || packet.serviceCommand !== TRANSACTION) return;
    const [address = 0, count = 0, ...out] = packet.payload;
    this.transactions++;
    this.step();
    const answer = await this.circuit.bus.transfer(address, out, count);
    const payload = Buffer.from([answer ? STATUS_OK : STATUS_NO_ACK, ...(answer ?? [])]);
    this.vm?.receive({
      deviceId: ADAPTER_ID,
      command: false,
      serviceIndex: packet.serviceIndex,
      serviceCommand: TRANSACTION,
      payload,
    });
  }

  heap(): number | undefined {
    return this.vm?.heap()?.free;
  }

  /** Power off. */
  stop(): void {
    clearInterval(this.timer);
    this.vm?.stop();
    this.vm = undefined;
    this.uplink.destroy();
  }
}
