import type { MqttClient } from "mqtt";
import { connect } from "mqtt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import type { HubEvent } from "../../shared/events";
import { hashPassword } from "../password";
import type { TestHub } from "../testing/hub";
import { startTestHub } from "../testing/hub";
import { registration } from "../testing/registration";
import { mqttPassword } from "./seal";
import { SealedCharger } from "./testing/charger";

const KEY = "0123456789abcdef".repeat(4);
let hub: TestHub;
let clients: MqttClient[] = [];

async function withKey(cpId: string, plainFrames: boolean): Promise<HubEvent> {
  const passwordHash = await hashPassword(mqttPassword(KEY, cpId));
  return {
    type: "chargePoint.registered",
    data: registration(cpId, { plainFrames }),
    local: { passwordHash, key: KEY },
  };
}

beforeEach(async () => {
  hub = await startTestHub({ events: await Promise.all([withKey("CP1", false), withKey("CP2", true)]) });
});

afterEach(async () => {
  for (const client of clients) client.end(true);
  clients = [];
  await hub.close();
});

/** A charger with the key at the hub's broker. */
class Line {
  readonly got: Buffer[] = [];
  seal: SealedCharger;

  private constructor(
    readonly cpId: string,
    readonly client: MqttClient,
    key: string,
  ) {
    this.seal = new SealedCharger(key, cpId);
    client.on("message", (_topic, payload) => this.got.push(payload));
  }

  static async open(cpId: string, key = KEY): Promise<Line> {
    const client = connect({
      host: "127.0.0.1",
      port: hub.mqttPort,
      clientId: cpId,
      username: cpId,
      password: mqttPassword(KEY, cpId),
      reconnectPeriod: 0,
    });
    clients.push(client);
    await new Promise((resolve, reject) => client.once("connect", resolve).once("error", reject));
    const line = new Line(cpId, client, key);
    await client.subscribeAsync(`ocpp/cs/${cpId}`, { qos: 1 });
    return line;
  }

  async say(payload: Buffer | string, topic = ""): Promise<void> {
    await this.client.publishAsync(`ocpp/cp/${this.cpId}${topic}`, payload, { qos: 1 });
  }

  /** The next payload from the hub. */
  async next(): Promise<Buffer> {
    return eventually(() => {
      const payload = this.got.shift();
      if (!payload) throw new Error("the hub has said nothing yet");
      return payload;
    });
  }

  async greet(): Promise<void> {
    await this.say(this.seal.hello());
    expect(this.seal.welcomed(await this.next())).toBe(true);
  }

  /** Sends a call and gives its answer. */
  async ask(text: string): Promise<unknown> {
    await this.say(this.seal.seal(text));
    return JSON.parse(this.seal.open(await this.next()));
  }
}

const HEARTBEAT = '[2,"b","Heartbeat",{}]';
const ANSWER = [3, "b", { currentTime: expect.any(String) as string }];

it("speaks OCPP under seal in both directions; what the hub had to say waits for the keys", async () => {
  const line = await Line.open("CP1");
  const call = hub.peers.call("CP1", "ClearCache", {});
  await line.greet();
  const [type, id, action] = JSON.parse(line.seal.open(await line.next())) as unknown[];
  expect([type, action]).toEqual([2, "ClearCache"]);
  await line.say(line.seal.seal(JSON.stringify([3, id, { status: "Accepted" }])), "/Reply");
  expect(await call).toEqual({ status: "Accepted" });
  expect(await line.ask(HEARTBEAT)).toEqual(ANSWER);
  expect(hub.mqtt.sealedRefused).toEqual({ plain: 0, unopened: 0 });
});

it("counts and drops what does not open, and goes on with what does", async () => {
  const line = await Line.open("CP1");
  await line.say(Buffer.from([3, 0, 0, 0, 0, 1, 2]));
  await line.greet();
  const frame = line.seal.seal(HEARTBEAT);
  await line.say(frame.subarray(0, -1));
  await line.say(frame);
  await line.next();
  await line.say(frame);
  await line.say(new SealedCharger(KEY, "CP1").hello());
  await line.say(HEARTBEAT);
  expect(hub.mqtt.sealedRefused).toEqual({ plain: 1, unopened: 4 });
  expect(await line.ask(HEARTBEAT)).toEqual(ANSWER);
  expect(line.got).toEqual([]);
  expect(hub.lines.filter(({ msg }) => msg === "cannot open a sealed frame")).toHaveLength(1);
  expect(JSON.stringify(hub.lines)).not.toContain(KEY.slice(0, 16));
});

it("does not answer a charger with another key", async () => {
  const line = await Line.open("CP1", "ff".repeat(32));
  await line.say(line.seal.hello());
  await line.say(line.seal.seal(HEARTBEAT));
  expect(hub.mqtt.sealedRefused).toEqual({ plain: 0, unopened: 2 });
  expect(line.got).toEqual([]);
});

it("a recorded greeting shows nobody as online: only what opens is the charger's word", async () => {
  const charger = await Line.open("CP1");
  await charger.greet();
  const recorded = charger.seal.hello();
  const thief = await Line.open("CP1");
  await thief.say(recorded);
  await thief.next();
  expect(hub.store.state.chargePoints.CP1?.online).toBe(false);
  const back = await Line.open("CP1");
  await back.greet();
  expect(await back.ask(HEARTBEAT)).toEqual(ANSWER);
  expect(hub.store.state.chargePoints.CP1?.online).toBe(true);
});

it("takes plain frames of a charge point with a key only where its settings allow, and none once a connection is sealed", async () => {
  const strict = await Line.open("CP1");
  await strict.say(HEARTBEAT);
  expect(JSON.parse((await strict.next()).toString())).toEqual([
    4,
    "b",
    "SecurityError",
    "this charge point must seal its frames",
    {},
  ]);
  const lenient = await Line.open("CP2");
  await lenient.say(HEARTBEAT);
  expect(JSON.parse((await lenient.next()).toString())).toEqual(ANSWER);
  await lenient.greet();
  await lenient.say(HEARTBEAT);
  expect(hub.mqtt.sealedRefused).toEqual({ plain: 2, unopened: 0 });
  expect(await lenient.ask(HEARTBEAT)).toEqual(ANSWER);
});

it("a new connection, a charger that was reset, a hub that was restored: each begins anew", async () => {
  const before = await Line.open("CP1");
  await before.greet();
  const old = before.seal.seal(HEARTBEAT);
  before.client.end(true);
  const events = [await withKey("CP1", false)];
  await hub.close();
  hub = await startTestHub({ events });
  const line = await Line.open("CP1");
  await line.say(before.seal.hello()); // recorded: the hub answers, and nobody can read it
  await line.say(old);
  expect(hub.mqtt.sealedRefused).toEqual({ plain: 0, unopened: 1 });
  line.client.end(true);
  const again = await Line.open("CP1");
  await again.greet();
  expect(await again.ask(HEARTBEAT)).toEqual(ANSWER);
});

it("a text that is too long to be sealed is lost, and nothing else", async () => {
  const line = await Line.open("CP1");
  await line.greet();
  const key = "x".repeat(70_000);
  hub.peers.get("CP1")?.link.send(`[4,"${key}","GenericError","",{}]`);
  expect(await line.ask(HEARTBEAT)).toEqual(ANSWER);
});
