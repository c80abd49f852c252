import fs from "node:fs";
import { AppError } from "../../shared/error";
import type { SerialPortLike } from "./serial-port";

/** A port as serialport lists it. */
interface PortInfo {
  path: string;
  vendorId?: string | undefined;
  productId?: string | undefined;
}

/** Espressif itself, and the makers of the USB bridges on ESP32 boards: Silicon Labs, WCH, FTDI. */
const VENDORS = new Set(["303a", "10c4", "1a86", "0403"]);

/** Chooses the port: the one that is asked for, or the only one that can be an ESP32. Throws AppError `no_port`, `which_port` or `no_permission`. */
export function choosePort(ports: PortInfo[], wanted: string | undefined): PortInfo {
  const found = wanted === undefined ? ports.filter((p) => VENDORS.has((p.vendorId ?? "").toLowerCase())) : [];
  const named = wanted === undefined ? undefined : (ports.find((p) => p.path === wanted) ?? { path: wanted });
  const port = named ?? found[0];
  if (!port || (named && !fs.existsSync(named.path))) {
    const which = wanted === undefined ? "There is no ESP32 at any serial port" : `There is no port ${wanted}`;
    throw new AppError("no_port", `${which}. Is the cable a data cable, and plugged in?`);
  }
  if (!named && found.length > 1) {
    const list = found.map((p) => p.path).join(", ");
    throw new AppError("which_port", `There are several ports: ${list}. Say which with --port.`);
  }
  try {
    fs.accessSync(port.path, fs.constants.R_OK | fs.constants.W_OK);
  } catch (error) {
    const hint = "On Linux: sudo usermod -aG dialout $USER, then sign in again.";
    throw new AppError("no_permission", `This user may not use ${port.path}. ${hint}`, { cause: error });
  }
  return port;
}

/** What of serialport's SerialPort is used: a duplex stream with `open`, `close` and `set`. */
interface NodeSerial extends NodeJS.ReadWriteStream {
  open(done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
  set(signals: { dtr: boolean; rts: boolean }, done: (error: Error | null) => void): void;
}

function fromHex(hex: string | undefined): number | undefined {
  return hex ? Number.parseInt(hex, 16) : undefined;
}

function settled(work: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error ? reject(error) : resolve()));
  });
}

/** A serial port of this machine as the installer sees it. `make` gives a closed SerialPort of the package serialport. */
export class NodePort implements SerialPortLike {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  private serial: NodeSerial | undefined;
  private dtr = false;
  private rts = false;

  constructor(
    private readonly info: PortInfo,
    private readonly make: (path: string, baudRate: number) => NodeSerial,
  ) {}

  /** Throws AppError `port_busy`. */
  async open({ baudRate }: { baudRate: number }): Promise<void> {
    const serial = this.make(this.info.path, baudRate);
    try {
      await settled((done) => serial.open(done));
    } catch (error) {
      throw new AppError("port_busy", `${this.info.path} cannot be opened. Does another program use it?`, {
        cause: error,
      });
    }
    this.serial = serial;
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        serial.on("data", (data: Buffer) => {
          if (this.readable) controller.enqueue(new Uint8Array(data));
        });
        serial.on("close", () => {
          if (!this.readable) return;
          this.readable = null;
          controller.close();
        });
      },
      cancel: () => {
        this.readable = null;
      },
    });
    this.writable = new WritableStream<Uint8Array>({
      write: (chunk) => settled((done) => serial.write(Buffer.from(chunk), done)),
    });
  }

  async close(): Promise<void> {
    const { serial } = this;
    this.serial = undefined;
    this.readable = null;
    this.writable = null;
    if (serial) await settled((done) => serial.close(done));
  }

  async setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void> {
    this.dtr = signals.dataTerminalReady ?? this.dtr;
    this.rts = signals.requestToSend ?? this.rts;
    await settled((done) => this.serial?.set({ dtr: this.dtr, rts: this.rts }, done));
  }

  getInfo(): { usbVendorId?: number | undefined; usbProductId?: number | undefined } {
    return { usbVendorId: fromHex(this.info.vendorId), usbProductId: fromHex(this.info.productId) };
  }
}
