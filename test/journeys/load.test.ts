import mqtt from "mqtt";
import WebSocket from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadView } from "../../shared/load";
import { until } from "../../shared/testing/until";
import { LoneHub } from "../support/hub";

/** Load management of the real hub with chargers on real sockets: one on MQTT, one on WebSocket, 16 A for both. */

const SITE_A = 16;

/** Moves text frames to and from the hub. */
interface Line {
  send(text: string): void;
  close(): Promise<void>;
}

type Dial = (cpId: string, receive: (text: string) => void) => Promise<Line>;

interface Profile {
  chargingProfilePurpose: string;
  transactionId?: number;
  chargingSchedule: { chargingRateUnit: string; chargingSchedulePeriod: { limit: number }[] };
}

/** A charger that keeps to its charging profiles, with a car that takes all it may. */
class Charger {
  defaultA: number | null = null;
  txA: number | null = null;
  transactionId: number | null = null;
  private line: Line | null = null;
  private beat: NodeJS.Timeout | undefined;
  private next = 1;
  private readonly waiting = new Map<string, (payload: Record<string, unknown>) => void>();

  constructor(
    readonly cpId: string,
    private readonly dial: Dial,
    private readonly changed: () => void,
  ) {}

  /** What any car may take there now, in a transaction or about to begin one; null: nobody has limited it yet. */
  get limitA(): number | null {
    if (this.defaultA === null) return null;
    return Math.max(this.txA ?? this.defaultA, this.defaultA);
  }

  async connect(): Promise<void> {
    this.line = await this.dial(this.cpId, (text) => this.receive(text));
    const { interval } = await this.call("BootNotification", {
      chargePointVendor: "Vendor",
      chargePointModel: "Model",
    });
    this.beat = setInterval(() => void this.call("Heartbeat", {}), Number(interval) * 1000);
    await this.report(this.transactionId === null ? "Available" : "Charging");
  }

  async disconnect(): Promise<void> {
    clearInterval(this.beat);
    await this.line?.close();
    this.line = null;
  }

  async start(): Promise<void> {
    const timestamp = new Date().toISOString();
    const { transactionId } = await this.call("StartTransaction", {
      connectorId: 1,
      idTag: "TAG",
      meterStart: 0,
      timestamp,
    });
    this.transactionId = transactionId as number;
    await this.report("Charging");
  }

  async stop(): Promise<void> {
    const { transactionId } = this;
    this.transactionId = null;
    this.txA = null;
    this.changed();
    await this.call("StopTransaction", { transactionId, meterStop: 100, timestamp: new Date().toISOString() });
    await this.report("Available");
  }

  private report(status: string): Promise<unknown> {
    return this.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status });
  }

  private meter(): void {
    const value = String(this.txA ?? this.defaultA ?? 32);
    const sampledValue = ["L1", "L2", "L3"].map((phase) => ({ value, phase, measurand: "Current.Import", unit: "A" }));
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
    void this.call("MeterValues", { connectorId: 1, transactionId: this.transactionId, meterValue });
  }

  private call(action: string, payload: object): Promise<Record<string, unknown>> {
    const id = `${this.cpId}-${this.next++}`;
    const answer = new Promise<Record<string, unknown>>((resolve) => this.waiting.set(id, resolve));
    this.line?.send(JSON.stringify([2, id, action, payload]));
    return answer;
  }

  private receive(text: string): void {
    const [type, id, action, payload] = JSON.parse(text) as [number, string, unknown, unknown];
    if (type === 2) this.line?.send(JSON.stringify([3, id, this.obey(action as string, payload)]));
    else {
      this.waiting.get(id)?.(action as Record<string, unknown>);
      this.waiting.delete(id);
    }
  }

  private obey(action: string, payload: unknown): object {
    switch (action) {
      case "SetChargingProfile":
        return { status: this.take((payload as { csChargingProfiles: Profile }).csChargingProfiles) };
      case "TriggerMessage":
        setImmediate(() => this.meter());
        return { status: "Accepted" };
      case "GetConfiguration":
        return { configurationKey: [], unknownKey: [] };
      default:
        return { status: "Rejected" };
    }
  }

  private take({ chargingProfilePurpose, transactionId, chargingSchedule }: Profile): string {
    const limitA = chargingSchedule.chargingSchedulePeriod[0]?.limit ?? 0;
    if (chargingSchedule.chargingRateUnit !== "A") return "Rejected";
    if (chargingProfilePurpose === "TxDefaultProfile") this.defaultA = limitA;
    else if (this.transactionId === null || transactionId !== this.transactionId) return "Rejected";
    else this.txA = limitA;
    this.changed();
    return "Accepted";
  }
}

const hub = new LoneHub();
let ports = { http: "0", mqtt: "0" };

const startHub = async () => {
  await hub.start({ HUB_HTTP_PORT: ports.http, HUB_MQTT_PORT: ports.mqtt, HUB_SITE_LIMIT_A: String(SITE_A) });
  ports = { http: String(hub.program.ready.http), mqtt: String(hub.program.ready.mqtt) };
};

const overMqtt: Dial = async (cpId, receive) => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, {
    clientId: cpId,
    username: cpId,
    password: "a password",
    reconnectPeriod: 0,
  });
  client.on("message", (_, message) => receive(message.toString()));
  await client.subscribeAsync(`ocpp/cs/${cpId}`, { qos: 1 });
  return {
    send: (text) => {
      const topic = text.startsWith("[2") ? `ocpp/cp/${cpId}` : `ocpp/cp/${cpId}/Reply`;
      client.publish(topic, text, { qos: 1 });
    },
    close: () => client.endAsync(true),
  };
};

const overWebSocket: Dial = async (cpId, receive) => {
  const authorization = `Basic ${Buffer.from(`${cpId}:a password`).toString("base64")}`;
  const socket = new WebSocket(`ws://127.0.0.1:${ports.http}/ocpp/${cpId}`, ["ocpp1.6"], {
    headers: { authorization },
  });
  socket.on("message", (data) => receive(String(data)));
  socket.on("error", () => {});
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
    close: async () => socket.terminate(),
  };
};

const chargers: Charger[] = [];
/** The sum of the chargers' limits at each of its changes, from when both had one. */
const sums: number[] = [];
const look = () => {
  const limits = chargers.map((charger) => charger.limitA);
  if (limits.every((limit) => limit !== null)) sums.push(limits.reduce<number>((sum, limit) => sum + Number(limit), 0));
};
const first = new Charger("CP1", overMqtt, look);
const second = new Charger("CP2", overWebSocket, look);
chargers.push(first, second);

beforeAll(async () => {
  await startHub();
  await hub.admin("PUT", "/api/id-tags/TAG", { status: "Accepted" });
  for (const { cpId } of chargers) {
    await hub.admin("PUT", `/api/charge-points/${cpId}`, {
      password: "a password",
      plainFrames: true,
      maxCurrentA: 16,
    });
  }
});

afterAll(async () => {
  for (const charger of chargers) await charger.disconnect();
  await hub.end();
});

const limitsAre = (what: string, firstA: number, secondA: number) =>
  until(what, () => first.limitA === firstA && second.limitA === secondA);

describe("16 A for two chargers", () => {
  it("are never exceeded by the sum of their limits, while they start, stop, go away and the hub is killed", async () => {
    await first.connect();
    await second.connect();
    await limitsAre("both hold the safe current", 6, 6);

    await first.start();
    await limitsAre("the first gets what the second does not need", 10, 6);
    await second.start();
    await limitsAre("both share", 8, 8);
    const view = await hub.admin<LoadView>("GET", "/api/load");
    expect(view).toMatchObject({ active: true, limitA: [16, 16, 16], worstCaseA: [16, 16, 16], safeCurrentA: 6 });

    await second.stop();
    await limitsAre("the first gets it back", 10, 6);
    await first.disconnect();
    await second.start();
    await until("the first counts as it is", async () => {
      const { connectors } = await hub.admin<LoadView>("GET", "/api/load");
      return connectors.find((each) => each.cpId === "CP1")?.state === "unreachable";
    });

    await hub.program.kill();
    await second.disconnect();
    await startHub();
    await second.connect();
    await until("the second is known again", async () => {
      const view = await hub.admin<LoadView>("GET", "/api/load");
      const limitA = view.connectors.find((each) => each.cpId === "CP2")?.limitA;
      if (limitA !== 6 || view.worstCaseA[0] > SITE_A) throw new Error(JSON.stringify(view));
      return true;
    });
    expect([first.limitA, second.limitA]).toEqual([10, 6]);

    await first.connect();
    await limitsAre("both share again", 8, 8);
    expect(sums.length).toBeGreaterThan(6);
    expect(Math.max(...sums)).toBeLessThanOrEqual(SITE_A);
  });
});
