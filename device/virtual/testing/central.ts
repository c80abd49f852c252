import net from "node:net";
import type { AddressInfo } from "node:net";
import { Aedes } from "aedes";
import type { AedesPublishPacket, Client } from "aedes";
import { until } from "../../../shared/testing/until";
import { Seal } from "../../../edge/sealed/seal";

type Payload = Record<string, unknown>;

/** A call that a charger made. */
interface Call {
  cpId: string;
  id: string;
  action: string;
  payload: Payload;
}

/** A small scripted central system over a real Aedes broker. */
export class Central {
  calls: Call[] = [];
  /** Replies by message id. */
  replies = new Map<string, unknown[]>();
  /** Passwords by charge point; none: all are welcome. */
  passwords: Record<string, string> | undefined;
  port = 0;
  /** Keys of sealed frames by charge point; the others speak plainly. */
  keys: Record<string, string> = {};
  /** The hub's nonces, random where there are none left. */
  nonces: Buffer[] = [];
  /** Everything that chargers published, as it was. */
  published: Buffer[] = [];
  /** What goes out instead of a sealed frame: an attacker on the line. */
  onTheLine: (frame: Buffer) => Buffer[] = (frame) => [frame];
  /** Payloads of chargers with a key that do not open. */
  refused = 0;
  private seals = new Map<string, Seal>();
  /** Answers by action; undefined stays silent, an Error becomes a CALLERROR. */
  script: Record<string, (call: Call) => Payload | Error | undefined> = {};
  private broker: Aedes | undefined;
  private server: net.Server | undefined;
  private nextId = 1;

  constructor(private readonly now: () => number) {
    const accepted = { idTagInfo: { status: "Accepted" } };
    let transactionId = 2_000_000_000;
    const currentTime = (): string => new Date(this.now()).toISOString();
    this.script = {
      BootNotification: () => ({ status: "Accepted", currentTime: currentTime(), interval: 45 }),
      Heartbeat: () => ({ currentTime: currentTime() }),
      Authorize: () => accepted,
      StartTransaction: () => ({ transactionId: ++transactionId, ...accepted }),
    };
  }

  /** Opens the broker, at the port it had before if it had one. */
  async start(): Promise<void> {
    const broker = await Aedes.createBroker({});
    broker.authenticate = (client, _user, password, done) => {
      done(null, !this.passwords || this.passwords[client.id] === password?.toString());
    };
    broker.on("clientReady", (client) => {
      const key = this.keys[client.id];
      if (key !== undefined) this.seals.set(client.id, new Seal(key, client.id, this.nonces.shift()));
    });
    broker.on("publish", (packet, client) => {
      if (client) this.took(packet, client);
    });
    this.broker = broker;
    this.server = net.createServer(broker.handle);
    await new Promise<void>((resolve) => {
      this.server?.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** The hub is gone. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      this.broker?.close(() => resolve());
    });
    await new Promise<void>((resolve) => {
      server?.close(() => resolve());
    });
  }

  private took(packet: AedesPublishPacket, client: Client): void {
    const payload = Buffer.from(packet.payload);
    this.published.push(payload);
    const seal = this.seals.get(client.id);
    const welcome = seal?.greet(payload);
    if (welcome) return this.sendRaw(client.id, Buffer.from(welcome));
    const text = seal ? seal.open(payload) : payload.toString();
    if (text === null) {
      this.refused++;
      return;
    }
    const frame = JSON.parse(text) as unknown[];
    if (packet.topic === `ocpp/cp/${client.id}/Reply`) {
      this.replies.set(String(frame[1]), frame);
      return;
    }
    const call = { cpId: client.id, id: String(frame[1]), action: String(frame[2]), payload: frame[3] as Payload };
    this.calls.push(call);
    const script = this.script[call.action];
    const answer = script ? script(call) : {};
    if (answer instanceof Error) this.send(client.id, [4, call.id, "InternalError", "", {}]);
    else if (answer) this.send(client.id, [3, call.id, answer]);
  }

  /** Sends anything to a charger: a frame, or raw bytes. */
  send(cpId: string, frame: unknown): void {
    if (Buffer.isBuffer(frame)) return this.sendRaw(cpId, frame);
    const text = JSON.stringify(frame);
    const seal = this.seals.get(cpId);
    if (!seal) return this.sendRaw(cpId, Buffer.from(text));
    const sealed = seal.seal(text);
    if (sealed) for (const payload of this.onTheLine(Buffer.from(sealed))) this.sendRaw(cpId, payload);
  }

  private sendRaw(cpId: string, payload: Buffer): void {
    this.broker?.publish(
      { cmd: "publish", topic: `ocpp/cs/${cpId}`, payload, qos: 1, dup: false, retain: false },
      () => undefined,
    );
  }

  /** Calls a charger and waits for its reply's third element: a result, or an error code. `again`: as often as it takes. */
  async call(cpId: string, action: string, payload: Payload, again = false): Promise<unknown> {
    const id = `h${this.nextId++}`;
    const send = (): void => this.send(cpId, [2, id, action, payload]);
    send();
    const repeat = again ? setInterval(send, 100) : undefined;
    try {
      return (await until(`reply to ${action}`, () => this.replies.get(id)))[2];
    } finally {
      clearInterval(repeat);
    }
  }

  sent(action: string): Call[] {
    return this.calls.filter((c) => c.action === action);
  }

  /** Waits for the nth call of an action. */
  async expectCall(action: string, count = 1): Promise<Payload> {
    return (await until(`${action} number ${count}`, () => this.sent(action)[count - 1])).payload;
  }

  /** Waits until connector 1 reports a status, looking at calls from `from` on. */
  async expectStatus(status: string, from = 0): Promise<void> {
    await until(`status ${status}`, () =>
      this.calls
        .slice(from)
        .some(
          (c) => c.action === "StatusNotification" && c.payload["connectorId"] === 1 && c.payload["status"] === status,
        ),
    );
  }
}
