import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { SerialPortLike } from "../serial-port";

const END = 0xc0;
const ESC = 0xdb;
const FLASH_BYTES = 4 * 1024 * 1024;
const SECTOR = 4096;
const CHIP_DETECT_REG = 0x40001000;

function slip(data: Uint8Array): Uint8Array {
  const out = [END];
  for (const b of data) {
    if (b === END) out.push(ESC, 0xdc);
    else if (b === ESC) out.push(ESC, 0xdd);
    else out.push(b);
  }
  return Uint8Array.from([...out, END]);
}

/**
 * An ESP32-S3 at the end of a USB cable: the reset circuit behind DTR and RTS, the boot loader in ROM and the flasher that it loads, by
 * Espressif's description of the serial protocol (esptool documentation, "Serial protocol"), and a console while its program runs.
 */
export class Esp32Model implements SerialPortLike {
  /** What the register by which chips are told apart reads: 9 is an ESP32-S3. */
  magic = 9;
  flash = Buffer.alloc(FLASH_BYTES, 0xff);
  /** Does the automatic reset reach the chip? Many cheap boards lack it. */
  autoReset = true;
  /** Writes go wrong in this many bytes. */
  brokenBytes = 0;
  /** Called when the chip starts its program. */
  started: () => void = () => undefined;
  opened = 0;
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  /** In the boot loader. */
  downloading = false;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private dtr = false;
  private rts = false;
  private inReset = false;
  private stub = false;
  private packet: number[] | undefined;
  private escaping = false;
  private blocks: Buffer[] = [];
  private expected = 0;
  private address = 0;

  async open(): Promise<void> {
    this.opened++;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
      // as in Web Serial: a cancelled stream is no longer the port's
      cancel: () => {
        this.readable = null;
        this.controller = undefined;
      },
    });
    this.writable = new WritableStream({ write: (chunk) => this.take(chunk) });
  }

  async close(): Promise<void> {
    this.readable = null;
    this.writable = null;
    this.controller = undefined;
  }

  /** The cable is pulled, or the chip's own USB is reset: what reads fails. */
  unplug(): void {
    this.controller?.error(new Error("The device has been lost."));
    this.controller = undefined;
  }

  getInfo(): { usbVendorId: number; usbProductId: number } {
    return { usbVendorId: 0x10c4, usbProductId: 0xea60 }; // a CP2102 bridge
  }

  /** RTS alone holds EN low; released, the chip starts, into its boot loader where DTR holds IO0 low. */
  async setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void> {
    this.dtr = signals.dataTerminalReady ?? this.dtr;
    this.rts = signals.requestToSend ?? this.rts;
    if (!this.autoReset) return;
    if (this.rts && !this.dtr) this.inReset = true;
    if (this.rts || !this.inReset) return;
    this.inReset = false;
    this.stub = false;
    this.downloading = this.dtr;
    if (this.downloading) this.print("rst:0x1 (POWERON),boot:0x0 (DOWNLOAD(USB/UART0))\r\nwaiting for download\r\n");
    else this.started();
  }

  /** The program, or the boot loader, writes to the console. */
  print(text: string): void {
    this.controller?.enqueue(new TextEncoder().encode(text));
  }

  private take(chunk: Uint8Array): void {
    for (const b of chunk) {
      if (b === END) {
        const whole = this.packet;
        this.packet = [];
        if (whole && whole.length > 0 && this.downloading) this.command(Buffer.from(whole));
      } else if (b === ESC) {
        this.escaping = true;
      } else if (this.packet) {
        this.packet.push(this.escaping ? (b === 0xdc ? END : ESC) : b);
        this.escaping = false;
      }
    }
  }

  private reply(op: number, value: number, data: Uint8Array = Buffer.alloc(0), error = 0): void {
    const status = Buffer.alloc(this.stub ? 2 : 4); // the ROM says four bytes, the flasher two
    status[0] = error ? 1 : 0;
    status[1] = error;
    const head = Buffer.alloc(8);
    head[0] = 1;
    head[1] = op;
    head.writeUInt16LE(data.length + status.length, 2);
    head.writeUInt32LE(value >>> 0, 4);
    this.controller?.enqueue(slip(Buffer.concat([head, data, status])));
  }

  private command(p: Buffer): void {
    const op = p[1] ?? 0;
    const body = p.subarray(8);
    if (p[0] !== 0 || p.readUInt16LE(2) !== body.length) return;
    const word = (index: number): number => body.readUInt32LE(index * 4);
    switch (op) {
      case 0x08: // SYNC: eight times; the ROM answers with a number, the flasher with 0
        for (let i = 0; i < 8; i++) this.reply(op, this.stub ? 0 : 0x20120707);
        return;
      case 0x0a: // READ_REG
        this.reply(op, word(0) === CHIP_DETECT_REG ? this.magic : 0);
        return;
      case 0x06: // MEM_END: jumps into what was loaded
        this.reply(op, 0);
        this.stub = true;
        this.controller?.enqueue(slip(Buffer.from("OHAI")));
        return;
      case 0x07: // MEM_DATA
      case 0x11: // FLASH_DEFL_DATA
        this.block(op, p.readUInt32LE(4), body);
        return;
      case 0x10: // FLASH_DEFL_BEGIN: erases
        this.address = word(3);
        this.expected = word(1);
        this.blocks = [];
        this.flash.fill(0xff, this.address, this.address + Math.ceil(word(0) / SECTOR) * SECTOR);
        this.reply(op, 0);
        return;
      case 0x13: // SPI_FLASH_MD5: text from the ROM, bytes from the flasher
        this.sum(op, word(0), word(1));
        return;
      case 0x02: // FLASH_BEGIN
      case 0x05: // MEM_BEGIN
      case 0x09: // WRITE_REG
      case 0x12: // FLASH_DEFL_END
        this.reply(op, 0);
        return;
      default:
        this.reply(op, 0, Buffer.alloc(0), 5);
    }
  }

  private block(op: number, checksum: number, body: Buffer): void {
    const data = body.subarray(16);
    const sum = data.reduce((x, b) => x ^ b, 0xef);
    if (sum !== (checksum & 255) || data.length !== body.readUInt32LE(0)) {
      this.reply(op, 0, Buffer.alloc(0), 7);
      return;
    }
    this.reply(op, 0);
    if (op !== 0x11) return;
    this.blocks.push(Buffer.from(data));
    if (this.blocks.length < this.expected) return;
    const whole = inflateSync(Buffer.concat(this.blocks));
    whole.fill(0, 0, this.brokenBytes);
    whole.copy(this.flash, this.address);
  }

  private sum(op: number, address: number, size: number): void {
    const md5 = createHash("md5").update(this.flash.subarray(address, address + size));
    if (this.stub) this.reply(op, 0, md5.digest());
    else this.reply(op, 0, Buffer.from(md5.digest("hex")));
  }
}
