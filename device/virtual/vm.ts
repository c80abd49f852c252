import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import type { ScaledClock } from "./clock";
import { findHeap, heapAt, loadHeap } from "./heap";
import type { Heap } from "./heap";
import { announcement, CMD_ANNOUNCE, decodePackets, encodePacket, serviceIndexOf } from "./jacdac";
import type { Packet } from "./jacdac";

/** What the Emscripten module of the VM offers its host (cut from @devicescript/cli at build time). */
interface VmModule {
  HEAPU8: Uint8Array;
  flashSize: number;
  log: (text: string) => void;
  error: (...args: unknown[]) => void;
  dmesg: (text: string) => void;
  sendPacket: (frame: Uint8Array) => void;
  flashLoad: () => Uint8Array;
  flashSave: (image: Uint8Array) => void;
  panicHandler: (code: number) => void;
  sockOpen: (hostPointer: number, port: number) => number;
  sockWrite: (pointer: number, length: number) => number;
  sockClose: () => number;
  sockIsAvailable: () => boolean;
  devsSetDeviceId: (id: string) => void;
  devsStart: () => void;
  devsStop: () => void;
  devsDeploy: (bytecode: Uint8Array) => number;
  devsGcStress: (on: boolean) => void;
  handlePacket: (frame: Uint8Array) => void;
  _malloc: (size: number) => number;
  _free: (pointer: number) => void;
  _jd_em_tcpsock_on_event: (type: number, pointer: number, length: number) => void;
}

type Factory = (
  date: { now: () => number },
  setTimeout: (work: () => void, ms: number) => NodeJS.Timeout,
  clearInterval: (timer: NodeJS.Timeout) => void,
  console: Pick<Console, "log" | "debug" | "warn" | "error">,
  require: (name: string) => unknown,
  process: unknown,
) => (options: object) => Promise<VmModule>;

/** What the firmware of ESP32, C3 and S3 keeps for program and settings: 64 pages of 4 KiB, of which settings have 16 KiB, twice. */
export const FLASH_SIZE = 256 * 1024;
const SETTINGS_CLASS = 0x1107dc4a;
const SETTINGS_SET = 0x81;

export const SOCKET_OPEN = 1;
export const SOCKET_CLOSE = 2;
export const SOCKET_ERROR = 3;
export const SOCKET_DATA = 4;

/** What a VM asks of its host. */
export interface VmHost {
  /** The program prints a line. */
  log(line: string): void;
  /** The program has stopped with a panic code; 0 where it asked for the restart itself. */
  panic(code: number): void;
  /** The chip resets itself (`reset` true, Reset.req), or the VM has died of an error that no program should cause. */
  ended(reset: boolean): void;
  /** A packet that is not the VM's own housekeeping. */
  packet(packet: Packet): void;
  /** The flash has changed; `image` is the whole of it, without the empty end. */
  save(image: Uint8Array): void;
  /** The program opens its socket. */
  open(host: string, port: number): void;
  write(data: Buffer): void;
  close(): void;
}

/** One DeviceScript VM: the ESP32's program, with the host's clock, flash, packet bus and socket. */
export class Vm {
  private running = false;

  private constructor(
    private readonly module: VmModule,
    private readonly deviceId: string,
  ) {}

  /** Makes a VM over a flash image of at most `FLASH_SIZE` bytes. It runs nothing until `start`. */
  static async create(
    factoryPath: string,
    deviceId: string,
    clock: ScaledClock,
    image: Uint8Array,
    host: VmHost,
  ): Promise<Vm> {
    const factory = createRequire(import.meta.url)(factoryPath) as Factory;
    const line = (...args: unknown[]): void => host.log(args.map(String).join(" "));
    const quiet = { log: line, debug: line, warn: line, error: line };
    // fs and path are looked up at start, and used only to load files
    const lent: Record<string, unknown> = { crypto: { randomBytes }, fs: {}, path: {} };
    const module = await factory(
      { now: clock.now },
      clock.after,
      clearInterval,
      quiet,
      (name) => lent[name],
      process,
    )({});
    module.flashSize = FLASH_SIZE;
    const vm = new Vm(module, deviceId);
    vm.bind(image, host);
    return vm;
  }

  private bind(image: Uint8Array, host: VmHost): void {
    const m = this.module;
    const text = (pointer: number): string => {
      const end = m.HEAPU8.indexOf(0, pointer);
      return Buffer.from(m.HEAPU8.subarray(pointer, end)).toString("utf8");
    };
    m.log = (line) => host.log(line);
    m.dmesg = (line) => host.log(line);
    m.error = (...args) => {
      host.log(args.map(String).join(" "));
      // the VM's loop hands over what it caught and ends: an ExitStatus where the program asked for a reset
      const thrown = args[0];
      if (typeof thrown !== "object" || thrown === null || !this.running) return;
      this.running = false;
      host.ended("status" in thrown && thrown.status === 0);
    };
    m.panicHandler = (code) => host.panic(code);
    m.flashLoad = () => {
      const flash = new Uint8Array(FLASH_SIZE).fill(0xff); // erased flash reads as ones
      flash.set(image.subarray(0, FLASH_SIZE));
      return flash;
    };
    m.flashSave = (flash) => {
      let end = flash.length;
      while (end > 0 && flash[end - 1] === 0xff) end--;
      host.save(flash.slice(0, end));
    };
    m.sendPacket = (frame) => {
      for (const packet of decodePackets(frame)) this.sent(packet, host);
    };
    m.sockIsAvailable = () => true;
    m.sockOpen = (pointer, port) => {
      host.open(text(pointer), port);
      return 0;
    };
    m.sockWrite = (pointer, length) => {
      host.write(Buffer.from(m.HEAPU8.slice(pointer, pointer + length)));
      return 0;
    };
    m.sockClose = () => {
      host.close();
      return 0;
    };
  }

  private waiting: ((settingsIndex: number) => void) | undefined;

  private sent(packet: Packet, host: VmHost): void {
    const own = packet.deviceId === this.deviceId && !packet.command;
    if (own && packet.serviceIndex === 0 && packet.serviceCommand === CMD_ANNOUNCE) {
      const index = serviceIndexOf(packet, SETTINGS_CLASS);
      if (index > 0) this.waiting?.(index);
    }
    host.packet(packet);
  }

  /** Starts the VM, and with it the program that the flash holds. */
  start(): void {
    this.module.devsSetDeviceId(this.deviceId);
    this.running = true;
    this.module.devsStart();
  }

  /** Puts a program into flash and starts it; an empty one stops the present one. */
  deploy(bytecode: Uint8Array): void {
    const code = this.module.devsDeploy(bytecode);
    if (code !== 0) throw new Error(`the VM refuses the bytecode (${code})`);
  }

  /** Writes settings as an installer's tool does over USB: to the settings service, once the VM has announced it. */
  async provision(settings: Record<string, string>): Promise<void> {
    const index = await new Promise<number>((resolve) => {
      this.waiting = resolve;
    });
    this.waiting = undefined;
    for (const [key, value] of Object.entries(settings)) {
      const payload = Buffer.concat([Buffer.from(`${key}\0`), Buffer.from(value)]);
      this.receive({
        deviceId: this.deviceId,
        command: true,
        serviceIndex: index,
        serviceCommand: SETTINGS_SET,
        payload,
      });
    }
  }

  /** Hands the VM a packet from the bus. */
  receive(packet: Packet): void {
    if (this.running) this.module.handlePacket(encodePacket(packet));
  }

  /** Announces a device on the bus with these services. */
  announce(deviceId: string, serviceClasses: number[]): void {
    this.receive(announcement(deviceId, serviceClasses));
  }

  /** Tells the program about its socket: one of the SOCKET constants, with the data or the error's text. */
  socketEvent(type: number, data: Uint8Array): void {
    if (!this.running) return;
    const m = this.module;
    const pointer = m._malloc(data.length + 1);
    m.HEAPU8.set(data, pointer);
    m.HEAPU8[pointer + data.length] = 0;
    m._jd_em_tcpsock_on_event(type, pointer, data.length);
    m._free(pointer);
  }

  private heapPlace: number | undefined;

  /** The program's heap, undefined while none runs. */
  heap(): Heap | undefined {
    this.heapPlace ??= findHeap(this.module.HEAPU8);
    return this.heapPlace === undefined ? undefined : heapAt(this.module.HEAPU8, this.heapPlace);
  }

  /** Collects garbage at each allocation from now on, or no more, so that `heap` tells what is really in use. Slow. */
  collectAlways(always = true): void {
    this.module.devsGcStress(always);
  }

  /** Takes so many bytes of the heap away until the program starts again; see `loadHeap`. */
  load(bytes: number): boolean {
    this.heap();
    return this.heapPlace !== undefined && loadHeap(this.module.HEAPU8, this.heapPlace, bytes);
  }

  /** Power off: nothing runs any more, the flash stays as it was saved last. */
  stop(): void {
    this.running = false;
    this.module.devsStop();
  }
}
