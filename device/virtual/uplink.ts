import net from "node:net";
import type { ScaledClock } from "./clock";
import { SOCKET_CLOSE, SOCKET_DATA, SOCKET_ERROR, SOCKET_OPEN } from "./vm";

/**
 * The firmware's socket (sock.c of devicescript-esp32) reads 128 bytes at a time, one event each, until there are no more, and then lets the program run: here 1 KiB
 * each 10 ms, about 100 KB/s, as over its Wi-Fi.
 */
const PIECE = 128;
const PIECES = 8;
const PIECE_MS = 10;

/** How long a closed socket may wait for the other side, real time. */
const LINGER_MS = 2000;

interface SocketEvent {
  type: number;
  data: Uint8Array;
}

/** The network under a VM: one TCP socket, and a cable that can be cut. */
export class Uplink {
  private socket: net.Socket | undefined;
  private isCut = false;
  private waiting: SocketEvent[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** `event` takes one of vm.ts's SOCKET constants, with data or the error's text. */
  constructor(
    private readonly clock: ScaledClock,
    private readonly event: (type: number, data: Uint8Array) => void,
  ) {}

  /** Opens the socket, dropping one that was open. */
  open(host: string, port: number): void {
    this.drop();
    if (this.isCut) {
      this.push(SOCKET_ERROR, Buffer.from("network unreachable"));
      return;
    }
    const socket = net.createConnection({ host, port, noDelay: true });
    this.socket = socket;
    const current = (): boolean => this.socket === socket;
    socket.on("connect", () => current() && this.push(SOCKET_OPEN, Buffer.alloc(0)));
    socket.on("data", (data) => {
      if (!current()) return;
      for (let at = 0; at < data.length; at += PIECE) this.push(SOCKET_DATA, data.subarray(at, at + PIECE));
      socket.pause(); // until the VM has taken it, as a full receive window does
    });
    socket.on("error", (error) => {
      if (!current()) return;
      this.socket = undefined;
      this.push(SOCKET_ERROR, Buffer.from(error.message));
    });
    socket.on("close", () => {
      if (!current()) return;
      this.socket = undefined;
      this.push(SOCKET_CLOSE, Buffer.alloc(0));
    });
  }

  private push(type: number, data: Uint8Array): void {
    this.waiting.push({ type, data });
    this.timer ??= this.clock.after(() => this.deliver(), 0);
  }

  private deliver(): void {
    this.timer = undefined;
    if (this.waiting.length === 0) {
      this.socket?.resume();
      return;
    }
    this.timer = this.clock.after(() => this.deliver(), PIECE_MS);
    for (const next of this.waiting.splice(0, PIECES)) this.event(next.type, next.data);
  }

  write(data: Buffer): void {
    this.socket?.write(data);
  }

  /** The program closes its socket: what was written still goes out. */
  close(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.forget();
    socket?.resume();
    socket?.end();
    socket?.setTimeout(LINGER_MS, () => socket.destroy());
  }

  private forget(): void {
    this.waiting = [];
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.forget();
    socket?.destroy();
  }

  /** Cuts the cable, or mends it. A cut one is noticed as a broken connection. */
  cut(isCut: boolean): void {
    this.isCut = isCut;
    if (!isCut || !this.socket) return;
    this.drop();
    this.push(SOCKET_ERROR, Buffer.from("network unreachable"));
  }

  /** Is the cable cut? */
  get wasCut(): boolean {
    return this.isCut;
  }

  /** Ends for good. */
  destroy(): void {
    this.drop();
  }
}
