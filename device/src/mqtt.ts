import * as ds from "@devicescript/core";
import { millis, sleep } from "@devicescript/core";
import { field, id16, packet } from "./mqtt-packet";

/** The longest packet that is taken in; a longer one is acknowledged and skipped. The longest that the profiles need, a start with a full charging profile, has 1 KB. */
const BUFFER = 1280;
/** A payload up to this goes out in one piece with its packet's head. */
const SHORT = 400;
/** What the ESP32's socket takes at once. */
const PIECE = 1024;
const KEEP_ALIVE_S = 60;
const PING_MS = 25000;
const ANSWER_MS = 10000;
const TRIES = 3;
/** Packets in one piece of the socket: more than a hub sends, less than the VM takes for an endless loop. */
const MAX_PACKETS = 48;
/** Acknowledgements that may wait to be sent. */
const MAX_ACKS = 64;

/** The VM's socket without the queue of @devicescript/net, which grows without bound while a burst comes in. */
type SocketVm = typeof ds & {
  _socketOpen(host: string, port: number): number;
  _socketClose(): number;
  _socketWrite(buf: Buffer): number;
  _socketOnEvent(event: string, arg?: Buffer | string): void;
};

interface MqttOptions {
  host: string;
  port: number;
  clientId: string;
  password: string;
  topic: string;
  /** Called with where each message's payload lies; must not wait, nor keep the buffer. */
  onMessage: (buffer: Buffer, from: number, to: number) => void;
  /** The same for one that is too long: only its beginning is there. */
  onTooLong: (buffer: Buffer, from: number) => void;
}

/** MQTT 3.1.1 (OASIS standard) with what a charger needs: clean session, one subscription, QoS 1, keep-alive. */
export class Mqtt {
  /** The session stands: nothing has failed since it was opened. */
  up = false;
  /** Why the last session ended. */
  reason = "";
  private buffer = Buffer.alloc(BUFFER);
  private filled = 0;
  private skipping = 0;
  private packets = 0;
  private acks: number[] = [];
  private opened = false;
  private connected = false;
  private subscribed = false;
  private nextId = 1;
  private awaited = 0;
  private sentAt = 0;
  private pingAt = 0;

  constructor(private options: MqttOptions) {
    listen(this);
  }

  /** Opens a session; false where the hub is out of reach or refuses. */
  async open(): Promise<boolean> {
    const o = this.options;
    this.filled = 0;
    this.skipping = 0;
    this.acks = [];
    this.opened = false;
    this.connected = false;
    this.subscribed = false;
    this.pingAt = 0;
    this.reason = "";
    this.up = true;
    if ((ds as SocketVm)._socketOpen(o.host, o.port) !== 0) this.fail("no socket");
    for (let waited = 0; this.up && !this.opened && waited < ANSWER_MS; waited += 20) await sleep(20);
    if (this.up && this.opened) {
      const withPassword = o.password.length > 0;
      const head = Buffer.from([4, withPassword ? 0xc2 : 0x82, 0, KEEP_ALIVE_S]);
      const secret = withPassword ? field(o.password) : Buffer.alloc(0);
      await this.write(packet(0x10, 0, field("MQTT"), head, field(o.clientId), field(o.clientId), secret));
    }
    for (let waited = 0; this.up && !this.connected && waited < ANSWER_MS; waited += 20) await sleep(20);
    if (this.up && this.connected) {
      await this.write(packet(0x82, 0, id16(this.takeId()), field(o.topic), Buffer.from([1])));
      for (let waited = 0; this.up && !this.subscribed && waited < ANSWER_MS; waited += 20) await sleep(20);
    }
    if (this.up && this.subscribed) return true;
    this.fail("no answer");
    return false;
  }

  private takeId(): number {
    const id = this.nextId;
    this.nextId = id === 65535 ? 1 : id + 1;
    return id;
  }

  /** Gives the session up. */
  fail(reason: string): void {
    if (!this.up) return;
    this.up = false;
    this.reason = reason;
    (ds as SocketVm)._socketClose();
  }

  /** Only the fiber that opened the session writes, so that packets never mix. */
  private async write(b: Buffer): Promise<void> {
    for (let at = 0; at < b.length; at += PIECE) {
      const end = Math.min(at + PIECE, b.length);
      const piece = at === 0 && end === b.length ? b : b.slice(at, end);
      let full = true;
      for (let waited = 0; this.up && full && waited < ANSWER_MS; waited += 10) {
        const code = (ds as SocketVm)._socketWrite(piece);
        full = code === -1; // the send buffer has no room yet
        if (full) await sleep(10);
        else if (code !== 0) this.fail("send failed");
      }
      if (full) this.fail("send stuck");
      if (!this.up) return;
    }
    this.sentAt = millis();
  }

  private async sendAcks(): Promise<void> {
    while (this.up && this.acks.length > 0) await this.write(packet(0x40, 0, id16(this.acks.shift())));
  }

  /** Sends with QoS 1 and waits for the PUBACK, repeating; false where the session broke over it. */
  async publish(topic: string, payload: Buffer[]): Promise<boolean> {
    const [front, rest] = payload;
    const id = this.takeId();
    this.awaited = id;
    for (let attempt = 0; attempt < TRIES && this.up; attempt++) {
      const kind = attempt === 0 ? 0x32 : 0x3a;
      if (rest.length <= SHORT) await this.write(packet(kind, 0, field(topic), id16(id), front, rest));
      else {
        await this.write(packet(kind, rest.length, field(topic), id16(id), front));
        await this.write(rest);
      }
      for (let waited = 0; this.up && this.awaited === id && waited < ANSWER_MS; waited += 10) {
        await this.sendAcks();
        await sleep(10);
      }
      if (this.awaited !== id) return this.up;
    }
    this.fail("no PUBACK");
    return false;
  }

  /** To be called often: acknowledges, keeps the session alive, or finds it dead. */
  async keepAlive(): Promise<void> {
    await this.sendAcks();
    const now = millis();
    if (this.pingAt > 0 && now - this.pingAt > ANSWER_MS) this.fail("no PINGRESP");
    else if (this.pingAt === 0 && now - this.sentAt > PING_MS) {
      this.pingAt = now;
      await this.write(packet(0xc0, 0));
    }
  }

  /** Ends the session in good order. */
  async close(): Promise<void> {
    if (this.up) await this.write(packet(0xe0, 0));
    this.fail("closed");
  }

  /** An event of the socket. Handled in one go and kept nowhere: a burst costs no memory but for what it says. */
  socketEvent(event: string, arg: Buffer | string): void {
    if (!this.up) return;
    if (event === "open") this.opened = true;
    else if (event === "data") this.take(arg as Buffer);
    else this.fail(event === "close" ? "closed by the hub" : `socket ${arg}`);
  }

  private take(piece: Buffer): void {
    let at = 0;
    this.packets = 0;
    while (at < piece.length && this.up) {
      if (this.skipping > 0) {
        const skipped = Math.min(this.skipping, piece.length - at);
        this.skipping -= skipped;
        at += skipped;
        continue;
      }
      const room = Math.min(BUFFER - this.filled, piece.length - at);
      this.buffer.blitAt(this.filled, piece, at, room);
      this.filled += room;
      at += room;
      while (this.up && this.takePacket()) this.packets++;
      if (this.packets > MAX_PACKETS) this.fail("too many packets");
    }
  }

  /** Handles the packet at the head of the buffer, if it is whole. */
  private takePacket(): boolean {
    if (this.packets > MAX_PACKETS) return false;
    let length = 0;
    let shift = 0;
    let body = 1;
    for (;;) {
      if (body >= this.filled) return false;
      const b = this.buffer[body++];
      length |= (b & 127) << shift;
      if (b < 128) break;
      shift += 7;
      if (shift > 21) {
        this.fail("malformed packet");
        return false;
      }
    }
    const end = body + length;
    if (end > BUFFER) {
      if (this.filled < BUFFER) return false;
      this.skipping = end - this.filled;
      this.filled = 0;
      this.skip(body);
      return true;
    }
    if (end > this.filled) return false;
    this.handle(this.buffer[0], body, end);
    this.buffer.blitAt(0, this.buffer, end, this.filled - end);
    this.filled -= end;
    return true;
  }

  private id16At(at: number): number {
    return (this.buffer[at] << 8) | this.buffer[at + 1];
  }

  /** A packet is too long, and only its beginning is there. */
  private skip(body: number): void {
    if (this.buffer[0] >> 4 !== 3) return;
    const isQos1 = (this.buffer[0] & 6) === 2;
    const at = body + 2 + this.id16At(body);
    if (at + 2 > BUFFER) return;
    if (isQos1) this.acknowledge(this.id16At(at));
    this.options.onTooLong(this.buffer, isQos1 ? at + 2 : at);
  }

  private acknowledge(id: number): void {
    if (id === 0) return;
    if (this.acks.length < MAX_ACKS) this.acks.push(id);
    else this.fail("too many messages");
  }

  private handle(head: number, body: number, end: number): void {
    const type = head >> 4;
    const length = end - body;
    if (type === 2) {
      if (length === 2 && this.buffer[body + 1] === 0) this.connected = true;
      else this.fail("refused by the hub");
    } else if (type === 9) {
      if (length === 3 && this.buffer[body + 2] < 3) this.subscribed = true;
      else this.fail("subscription refused");
    } else if (type === 4) {
      if (length === 2 && this.id16At(body) === this.awaited) this.awaited = 0;
    } else if (type === 13) this.pingAt = 0;
    else if (type === 3) this.message(head, body, end);
    else this.fail("unexpected packet");
  }

  private message(head: number, body: number, end: number): void {
    const qos = (head >> 1) & 3;
    const idAt = end - body < 2 ? end + 1 : body + 2 + this.id16At(body);
    const at = idAt + (qos > 0 ? 2 : 0);
    if (qos > 1 || at > end) {
      this.fail("malformed packet");
      return;
    }
    if (qos === 1) this.acknowledge(this.id16At(idAt));
    this.options.onMessage(this.buffer, at, end);
  }
}

/** Outside the class, since the compiler takes no `this` in an arrow function. */
function listen(mqtt: Mqtt): void {
  (ds as SocketVm)._socketOnEvent = (event, arg) => mqtt.socketEvent(event, arg);
}
