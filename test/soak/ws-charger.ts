import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import type { Charger } from "./charger";

/** The third party's client that carries our chargers on WebSockets. */
interface Rpc {
  connect(): Promise<unknown>;
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  handle(action: string, handler: (call: { params: Record<string, unknown> }) => object): void;
  close(options: { force: boolean }): Promise<unknown>;
}
const { RPCClient } = createRequire(import.meta.url)("ocpp-rpc") as { RPCClient: new (options: object) => Rpc };

interface Transaction {
  id: number | null;
  idTag: string;
  meterStart: number;
  stopped: boolean;
}

/** A transaction that it has told of from start to stop. */
interface Told {
  transactionId: number;
  meterStart: number;
  meterStop: number;
}

interface Message {
  action: string;
  payload: () => object;
  answered: (answer: Record<string, unknown>) => void;
}

const POWER_W = 11_000;
const TICK_MS = 1_000;

/**
 * A charger with one connector on a WebSocket. It keeps what it has to tell of transactions in order, and repeats it until it is answered, as OCPP 1.6
 * section 3.7 says; everything else is lost with the line.
 */
export class WsCharger implements Charger {
  taken = false;
  readonly told: Told[] = [];
  private readonly client: Rpc;
  private readonly queue: Message[] = [];
  private register = 1000;
  private part = 0;
  private plugged = false;
  private transaction: Transaction | null = null;
  private online = false;
  private over = false;
  private readonly loops: Promise<void>[];

  constructor(
    readonly cpId: string,
    port: number,
    password: string,
  ) {
    this.client = new RPCClient({
      endpoint: `ws://127.0.0.1:${port}/ocpp`,
      ...{ identity: cpId, password, protocols: ["ocpp1.6"] },
      ...{ strictMode: false, reconnect: true, maxReconnects: Infinity, callTimeoutMs: 10_000, pingIntervalMs: 5_000 },
      backoff: { initialDelay: 500, maxDelay: 3_000, factor: 1.5, randomisationFactor: 0.5 },
    });
    this.answerCalls();
    this.loops = [this.boot(), this.tell(), this.tick()];
  }

  plug(): Promise<void> {
    this.plugged = true;
    this.status("Preparing");
    return Promise.resolve();
  }

  unplug(): Promise<void> {
    this.stop("EVDisconnected");
    this.plugged = false;
    this.status("Available");
    return Promise.resolve();
  }

  tap(idTag: string): Promise<void> {
    if (this.transaction) this.stop("Local");
    else this.start(idTag);
    return Promise.resolve();
  }

  quiet(): Promise<boolean> {
    return Promise.resolve(!this.transaction && this.queue.length === 0);
  }

  registerWh(): Promise<number> {
    return Promise.resolve(this.register);
  }

  async close(): Promise<void> {
    this.over = true;
    await this.client.close({ force: true }).catch(() => {});
    await Promise.all(this.loops);
  }

  private async boot(): Promise<void> {
    const boot = { chargePointVendor: "Soak", chargePointModel: "WebSocket" };
    while (!this.over) {
      try {
        if (!this.online) {
          await this.client.connect();
          const { status } = await this.client.call("BootNotification", boot);
          this.online = status === "Accepted";
          if (this.online) this.status(this.word);
        } else await this.client.call("Heartbeat", {});
      } catch {
        // The line is down: the client comes back by itself, and the next call says so.
      }
      await pause(this.online ? 5_000 : 1_000);
    }
  }

  private async tell(): Promise<void> {
    while (!this.over) {
      const [message] = this.queue;
      if (!message || !this.online) {
        await pause(200);
        continue;
      }
      try {
        message.answered(await this.client.call(message.action, message.payload()));
        this.queue.shift();
      } catch {
        await pause(500);
      }
    }
  }

  private async tick(): Promise<void> {
    for (let ticks = 1; !this.over; ticks += 1) {
      await pause(TICK_MS);
      const { transaction } = this;
      if (!transaction) continue;
      this.part += (POWER_W * TICK_MS) / 3_600_000;
      this.register += Math.floor(this.part);
      this.part %= 1;
      if (ticks % 5 === 0) this.sample(transaction);
    }
  }

  private get word(): string {
    return this.transaction ? "Charging" : this.plugged ? "Preparing" : "Available";
  }

  private status(status: string): void {
    const payload = { connectorId: 1, errorCode: "NoError", status, timestamp: new Date().toISOString() };
    void this.client.call("StatusNotification", payload).catch(() => {});
  }

  private start(idTag: string): boolean {
    if (this.transaction || !this.plugged) return false;
    const transaction: Transaction = { id: null, idTag, meterStart: this.register, stopped: false };
    this.transaction = transaction;
    const payload = { connectorId: 1, idTag, meterStart: this.register, timestamp: new Date().toISOString() };
    this.queue.push({
      action: "StartTransaction",
      payload: () => payload,
      answered: ({ transactionId, idTagInfo }) => {
        transaction.id = transactionId as number;
        const { status } = idTagInfo as { status: string };
        if (status !== "Accepted" && this.transaction === transaction) this.stop("DeAuthorized");
      },
    });
    this.status("Charging");
    return true;
  }

  private stop(reason: string): boolean {
    const { transaction } = this;
    if (!transaction) return false;
    this.transaction = null;
    const { meterStart } = transaction;
    const ending = { meterStop: this.register, timestamp: new Date().toISOString(), reason };
    this.queue.push({
      action: "StopTransaction",
      payload: () => ({ transactionId: transaction.id, ...ending }),
      answered: () => this.told.push({ transactionId: transaction.id!, meterStart, meterStop: ending.meterStop }),
    });
    this.status(this.plugged ? "Finishing" : "Available");
    return true;
  }

  private sample(transaction: Transaction): void {
    const timestamp = new Date().toISOString();
    const value = { value: String(this.register), measurand: "Energy.Active.Import.Register", unit: "Wh" };
    this.queue.push({
      action: "MeterValues",
      payload: () => ({
        connectorId: 1,
        transactionId: transaction.id,
        meterValue: [{ timestamp, sampledValue: [value] }],
      }),
      answered: () => {},
    });
  }

  private answerCalls(): void {
    const answers: Record<string, (params: Record<string, unknown>) => object> = {
      RemoteStartTransaction: ({ idTag }) => accepted(this.start(idTag as string)),
      RemoteStopTransaction: ({ transactionId }) =>
        accepted(this.transaction?.id === transactionId && this.stop("Remote")),
      GetConfiguration: () => ({ configurationKey: [], unknownKey: [] }),
      ChangeConfiguration: () => accepted(true),
      SetChargingProfile: () => accepted(true),
      ClearChargingProfile: () => accepted(true),
      ReserveNow: () => accepted(true),
      CancelReservation: () => accepted(true),
      TriggerMessage: () => accepted(true),
    };
    for (const [action, answer] of Object.entries(answers)) {
      this.client.handle(action, ({ params }) => answer(params));
    }
  }
}

function accepted(done: boolean): { status: string } {
  return { status: done ? "Accepted" : "Rejected" };
}
