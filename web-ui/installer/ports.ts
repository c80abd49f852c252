import type { SerialPortLike } from "../../device/installer/serial-port";
import { AppError } from "../../shared/error";

/** A port as the browser gives it (Web Serial API, SerialPort). */
export interface BrowserPort extends SerialPortLike {
  /** False while its device is away; undefined in older browsers, which list only what is there. */
  readonly connected?: boolean;
}

/** What of the Web Serial API is used. */
export interface Serial {
  /** Asks the person; rejects where nothing was chosen. Needs a click. */
  requestPort(options: { filters: { usbVendorId: number }[] }): Promise<BrowserPort>;
  /** Ports that the person has chosen before. */
  getPorts(): Promise<BrowserPort[]>;
}

/** Espressif itself, and the makers of the USB bridges on ESP32 boards: Silicon Labs, WCH, FTDI. */
const VENDORS = [0x303a, 0x10c4, 0x1a86, 0x0403];

/** The port of the charger, which may go away and come back as another object when the chip is reset. */
export class BrowserPorts {
  private chosen: BrowserPort | undefined;
  /** What was at other ports when the person chose: another charger, say. */
  private others: BrowserPort[] = [];

  constructor(private readonly serial: Serial) {}

  /** Lets the person choose. Rejects with AppError `no_choice`. */
  async choose(): Promise<void> {
    try {
      const chosen = await this.serial.requestPort({ filters: VENDORS.map((usbVendorId) => ({ usbVendorId })) });
      this.others = (await this.serial.getPorts()).filter((port) => port !== chosen);
      this.chosen = chosen;
    } catch (error) {
      throw new AppError("no_choice", "No port was chosen.", { cause: error });
    }
  }

  /** The port that was chosen: itself, the one of the same make that came in its place, or the only one that can be it. Rejects with AppError `no_port`. */
  async find(): Promise<SerialPortLike> {
    const all = await this.serial.getPorts();
    const there = all.filter((port) => port.connected !== false && !this.others.includes(port));
    const same = there.filter((port) => isAlike(port, this.chosen));
    const port = there.find((each) => each === this.chosen) ?? same[0] ?? (there.length === 1 ? there[0] : undefined);
    if (!port) throw new AppError("no_port", "The charger is not at any port that was chosen.");
    this.chosen = port;
    return saying(port);
  }

  /** Whether a port is there without asking the person. */
  async isKnown(): Promise<boolean> {
    return this.find().then(
      () => true,
      () => false,
    );
  }
}

function isAlike(port: BrowserPort, other: BrowserPort | undefined): boolean {
  if (!other) return false;
  const [a, b] = [port.getInfo(), other.getInfo()];
  return a.usbVendorId === b.usbVendorId && a.usbProductId === b.usbProductId;
}

/** The same port, with an error of ours where it cannot be opened: AppError `port_busy`. */
function saying(port: BrowserPort): SerialPortLike {
  return {
    async open(options) {
      try {
        await port.open(options);
      } catch (error) {
        throw new AppError("port_busy", "The port cannot be opened. Does another program use it?", { cause: error });
      }
    },
    close: () => port.close(),
    get readable() {
      return port.readable;
    },
    get writable() {
      return port.writable;
    },
    setSignals: (signals) => port.setSignals(signals),
    getInfo: () => port.getInfo(),
  };
}
