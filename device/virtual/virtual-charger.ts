import fs from "node:fs";
import path from "node:path";
import { createHash, randomInt } from "node:crypto";
import { BOARD_CLASS, BOARD_DEVICE_ID, decodeOutputs, encodeReading } from "./board-bus";
import type { ScaledClock } from "./clock";
import type { Heap } from "./heap";
import { DEFAULT_CAR, Plant } from "./plant";
import type { Car } from "./plant";
import { Uplink } from "./uplink";
import { Vm } from "./vm";
import type { Built } from "./built";

const STEP_MS = 100;
const ANNOUNCE_MS = 500;
/** An unchanged reading is repeated, so that the program knows the front-end is alive. */
const REPEAT_MS = 500;
/** Lines of the program's log that are kept for the bench. */
const LOG_LINES = 200;
const SHOWN_LINES = 40;
/** Settings survive in flash; the program is written anew at each start of the process, so it is not waited for. */
const SETTLE_MS = 300;

/** What a charger is told once, by its installer. */
interface Provisioning {
  cpId: string;
  hubHost: string;
  hubPort: number;
  password: string;
  /** "" where frames are plain. */
  key: string;
  maxCurrentMa: number;
  /** Seconds between meter samples, or undefined for what flash holds. */
  sampleIntervalSec: number | undefined;
  /** Further flash settings, such as the register of a meter that was exchanged. */
  settings?: Record<string, string> | undefined;
}

/** What the bench shows of a charger. */
export interface ChargerView {
  id: string;
  plugged: boolean;
  contactor: boolean;
  lamp: string;
  powerKw: number;
  energyKwh: number;
  emergencyStop: boolean;
  caseOpen: boolean;
  networkCut: boolean;
  connected: boolean;
  panics: number;
  car: { socPercent: number; batteryKwh: number } | null;
  log: string[];
}

const LAMPS = ["off", "ready", "waiting", "charging", "suspended", "fault", "attention"];

/** One virtual charger: a VM with the real program, and the plant behind its board. */
export class VirtualCharger {
  plant = newPlant();
  /** Restarts that the program did not ask for. */
  panics = 0;
  connected = false;
  private vm: Vm | undefined;
  private readonly uplink: Uplink;
  private timer: NodeJS.Timeout | undefined;
  private steppedAt = 0;
  private announcedAt = 0;
  private reportedAt = 0;
  private reported = "";
  private image: Uint8Array = new Uint8Array(0);
  private readonly file: string;
  private readonly lines: string[] = [];

  constructor(
    readonly id: string,
    private readonly built: Built,
    private readonly clock: ScaledClock,
    dataDir: string,
  ) {
    this.file = path.join(dataDir, `${id}.flash`);
    this.uplink = new Uplink(clock, (type, data) => this.vm?.socketEvent(type, data));
  }

  /** First power-on in this process: reads the flash, provisions it, loads the program. */
  async start(provisioning: Provisioning): Promise<void> {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    if (fs.existsSync(this.file)) this.image = fs.readFileSync(this.file);
    // a program of an earlier run starts with the VM; it stays without a network until it has its new settings
    this.uplink.cut(true);
    const vm = await this.boot();
    await vm.provision(settingsOf(provisioning));
    await new Promise<void>((resolve) => {
      this.clock.after(resolve, SETTLE_MS);
    });
    vm.deploy(fs.readFileSync(this.built.bytecode));
    this.uplink.cut(false);
    this.run();
  }

  private async boot(): Promise<Vm> {
    const deviceId = createHash("sha256").update(this.id).digest("hex").slice(0, 16);
    const vm: Vm = await Vm.create(this.built.vm, deviceId, this.clock, this.image, {
      log: (line) => this.note(line),
      panic: (code) => {
        if (code !== 0) this.panics++;
        this.note(`* program stopped (${code})`);
      },
      ended: (reset) => {
        if (!reset) this.panics++;
        this.connected = false;
        setImmediate(() => void this.reboot());
      },
      packet: (packet) => {
        const outputs = decodeOutputs(packet);
        if (outputs) this.plant.obey(outputs);
      },
      save: (image) => this.save(image),
      open: (host, port) => this.uplink.open(host, port),
      write: (data) => this.uplink.write(data),
      close: () => this.uplink.close(),
    });
    this.vm = vm;
    vm.start();
    return vm;
  }

  private run(): void {
    this.steppedAt = this.clock.now();
    this.timer = this.clock.every(() => this.step(), STEP_MS);
  }

  private step(): void {
    const now = this.clock.now();
    this.plant.step(now - this.steppedAt);
    this.steppedAt = now;
    if (now - this.announcedAt >= ANNOUNCE_MS) {
      this.announcedAt = now;
      this.vm?.announce(BOARD_DEVICE_ID, [BOARD_CLASS]);
    }
    const packet = encodeReading(this.plant.reading());
    const text = packet.payload.toString("hex");
    if (text === this.reported && now - this.reportedAt < REPEAT_MS) return;
    this.reported = text;
    this.reportedAt = now;
    this.vm?.receive(packet);
  }

  private note(line: string): void {
    if (line.includes("hub connected")) this.connected = true;
    if (line.includes("hub away")) this.connected = false;
    if (line.includes("flash sync")) return; // at each write: it would push everything else out
    this.lines.push(line.trim());
    if (this.lines.length > LOG_LINES) this.lines.shift();
  }

  private save(image: Uint8Array): void {
    this.image = image;
    const part = `${this.file}.part`;
    fs.writeFileSync(part, image, { mode: 0o600 }); // it holds the password and the key
    fs.renameSync(part, this.file);
  }

  /** The chip has reset itself: the board behind it never lost power. */
  private async reboot(): Promise<void> {
    if (!this.vm) return; // powered off meanwhile
    this.uplink.close();
    await this.boot();
  }

  /** Power cycle: the VM and the meter chip start anew, the flash and the car stay. */
  async reset(): Promise<void> {
    this.powerOff();
    const { car, emergencyStop, caseOpen } = this.plant;
    this.plant = newPlant();
    this.plant.emergencyStop = emergencyStop;
    this.plant.caseOpen = caseOpen;
    if (car) this.plant.plug(car);
    await this.boot();
    this.run();
  }

  private powerOff(): void {
    clearInterval(this.timer);
    this.vm?.stop();
    this.vm = undefined;
    this.connected = false;
    this.uplink.close();
  }

  plug(car: Partial<Car>): void {
    this.plant.plug({ ...DEFAULT_CAR, ...car });
  }

  cutNetwork(cut: boolean): void {
    this.uplink.cut(cut);
  }

  view(): ChargerView {
    const p = this.plant;
    return {
      id: this.id,
      plugged: p.car !== undefined,
      contactor: p.contactorClosed,
      lamp: LAMPS[p.lamp] ?? "off",
      powerKw: Math.round(p.powerW()) / 1000,
      energyKwh: Math.floor(p.countedWh()) / 1000,
      emergencyStop: p.emergencyStop,
      caseOpen: p.caseOpen,
      networkCut: this.uplink.wasCut,
      connected: this.connected,
      panics: this.panics,
      car: p.car ? { socPercent: Math.round(p.car.soc * 1000) / 10, batteryKwh: p.car.batteryWh / 1000 } : null,
      log: this.lines.slice(-SHOWN_LINES),
    };
  }

  /** The program's heap, undefined while none runs. */
  heap(): Heap | undefined {
    return this.vm?.heap();
  }

  /** From now on the VM collects garbage at each allocation: `heap` then tells what is in use, to the byte. Until its next reset, or `false`. */
  collectAlways(always = true): void {
    this.vm?.collectAlways(always);
  }

  /** Takes so many bytes of the program's heap away until its next start; false where no free block is so large. */
  loadHeap(bytes: number): boolean {
    return this.vm?.load(bytes) ?? false;
  }

  /** Power off for good. */
  stop(): void {
    this.powerOff();
    this.uplink.destroy();
  }
}

function newPlant(): Plant {
  return new Plant(randomInt(1, 65536));
}

function settingsOf(p: Provisioning): Record<string, string> {
  const settings: Record<string, string> = {
    cpId: p.cpId,
    hub: p.hubHost,
    port: `${p.hubPort}`,
    password: p.password,
    key: p.key,
    maxMa: `${p.maxCurrentMa}`,
  };
  // the second of the core's configuration keys
  if (p.sampleIntervalSec !== undefined) settings["c1"] = `${p.sampleIntervalSec}`;
  return { ...settings, ...p.settings };
}
