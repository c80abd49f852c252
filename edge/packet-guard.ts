import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/**
 * Watches the MQTT packets that pass (MQTT 3.1.1 section 2.2): the sizes that they announce, since the broker's parser would first collect up to 256 MB, and
 * their number, since the broker takes in megabytes of small ones before anybody else has a turn.
 */
export class Packets {
  private readonly max: number;
  private readonly allow: () => boolean;
  /** Bytes of the current packet's body that are still to come; null: its header is being read. */
  private left: number | null = null;
  private header: number[] = [];

  /** `allow` is asked for each packet. */
  constructor(max: number, allow: () => boolean) {
    this.max = max;
    this.allow = allow;
  }

  /** False: a packet is larger than allowed, its length cannot be read, or there are too many. */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.left === null) {
        this.header.push(chunk[at] as number);
        at += 1;
        if (!this.readLength()) return false;
      } else {
        const taken = Math.min(this.left, chunk.length - at);
        at += taken;
        this.left -= taken;
      }
      if (this.left === 0) this.left = null;
    }
    return true;
  }

  private readLength(): boolean {
    const [, ...bytes] = this.header;
    const last = bytes.at(-1);
    if (last === undefined) return true;
    if (last & 0x80) return bytes.length < 4;
    const length = bytes.reduce((sum, byte, index) => sum + (byte & 0x7f) * 128 ** index, 0);
    this.header = [];
    this.left = length;
    return length <= this.max && this.allow();
  }
}

/** A socket that ends with an error when a packet of more than `max` bytes is announced, or one that `allow` refuses. */
export function guardPackets(socket: Socket, max: number, allow: () => boolean): Duplex {
  return new GuardedSocket(socket, new Packets(max, allow));
}

class GuardedSocket extends Duplex {
  private readonly socket: Socket;

  constructor(socket: Socket, sizes: Packets) {
    super();
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      if (!sizes.accept(chunk)) this.destroy(new Error("MQTT packets are too large or too many"));
      else if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, encoding, done);
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: (error?: Error | null) => void): void {
    this.socket.write(Buffer.concat(chunks.map(({ chunk, encoding }) => asBuffer(chunk, encoding))), done);
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}

function asBuffer(chunk: Buffer | string, encoding: BufferEncoding): Buffer {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
}
