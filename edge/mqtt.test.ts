import { connect as connectTcp } from "node:net";
import type { IClientOptions, MqttClient } from "mqtt";
import { connect } from "mqtt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashPassword } from "./password";
import type { TestHub } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";

let hub: TestHub;
let clients: MqttClient[] = [];

beforeEach(async () => {
  const password = await hashPassword("a long password");
  hub = await startTestHub({
    events: [
      registered("CP1", {}, password),
      registered("CP2"),
      registered("SEALED", { plainFrames: false }),
      { type: "idTag.set", data: { idTag: "TAG", status: "Accepted", expiryDate: null, parentIdTag: null } },
    ],
  });
});

afterEach(async () => {
  for (const client of clients) client.end(true);
  clients = [];
  await hub.close();
});

/** A connection without any magic of the library: no reconnects. Rejects with the CONNACK's code. */
function open(cpId: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = connect({
    host: "127.0.0.1",
    port: hub.mqttPort,
    clientId: cpId,
    username: cpId,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.once("connect", () => resolve(client));
    client.once("error", reject);
  });
}

async function charger(cpId: string, options: IClientOptions = {}) {
  return listen(await open(cpId, options), cpId);
}

async function listen(client: MqttClient, cpId: string) {
  const frames: string[] = [];
  const watchers = new Set<() => void>();
  client.on("message", (_topic, payload) => {
    frames.push(payload.toString());
    for (const watch of watchers) watch();
  });
  await client.subscribeAsync(`ocpp/cs/${cpId}`, { qos: 1 });
  const next = async (test: (frame: string) => boolean): Promise<string> => {
    for (;;) {
      const found = frames.find(test);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => watchers.add(resolve));
    }
  };
  return {
    client,
    frames,
    next,
    ask: async (text: string, id: string) => {
      client.publish(`ocpp/cp/${cpId}`, text, { qos: 1 });
      return JSON.parse(await next((frame) => frame.includes(id))) as unknown;
    },
  };
}

const closed = (client: MqttClient) => new Promise<void>((resolve) => void client.once("close", () => resolve()));

it("CONNACK 5 for a stranger, 4 for a wrong password or another's name, 2 for an id that cannot be", async () => {
  await expect(open("NOBODY")).rejects.toMatchObject({ code: 5 });
  await expect(open("CP1", { password: "wrong" })).rejects.toMatchObject({ code: 4 });
  await expect(open("CP1")).rejects.toMatchObject({ code: 4 });
  expect(hub.pending.refusalOf("CP1")).toMatchObject({ reason: "wrong_password" });
  await expect(open("CP2", { username: "CP1", password: "a long password" })).rejects.toMatchObject({ code: 4 });
  await expect(open("a/b")).rejects.toMatchObject({ code: 2 });
  await open("CP1", { password: "a long password" });
  await open("CP2", { username: undefined } as IClientOptions);
  expect(hub.pending.refusalOf("CP1")).toBeNull();
  expect(hub.pending.list()).toMatchObject([{ cpId: "NOBODY", transport: "mqtt", attempts: 1 }]);
});

it("answers calls in the form in which they came, and calls in that form too", async () => {
  const { ask, next, client } = await charger("CP2");
  const currentTime = "2026-11-21T12:00:00.000Z";
  expect(await ask('[2,"a1","Heartbeat",{}]', "a1")).toEqual([3, "a1", { currentTime }]);
  const object = '{"MessageTypeId":2,"UniqueId":"o1","Action":"Heartbeat","Payload":{}}';
  expect(await ask(object, "o1")).toEqual({ MessageTypeId: 3, UniqueId: "o1", Payload: { currentTime } });
  const wrong = '{"MessageTypeId":2,"UniqueId":"o2","Action":"MakeCoffee","Payload":{}}';
  expect(await ask(wrong, "o2")).toMatchObject({ MessageTypeId: 4, UniqueId: "o2", ErrorCode: "NotImplemented" });

  const cleared = hub.peers.call("CP2", "ClearCache", {});
  const call = JSON.parse(await next((frame) => frame.includes("ClearCache"))) as { UniqueId: string };
  expect(call).toMatchObject({ MessageTypeId: 2, Action: "ClearCache", Payload: {} });
  const answer = { MessageTypeId: 3, UniqueId: call.UniqueId, Payload: { status: "Accepted" } };
  client.publish("ocpp/cp/CP2/Reply", JSON.stringify(answer));
  expect(await cleared).toEqual({ status: "Accepted" });
});

it("a call that timed out before the charger subscribed is never delivered", async () => {
  const client = await open("CP2");
  await client.publishAsync("ocpp/cp/CP2", '[2,"early","Heartbeat",{}]', { qos: 1 });
  const call = hub.peers.call("CP2", "ClearCache", {}, { timeoutMs: 1000 });
  const lost = expect(call).rejects.toMatchObject({ code: "call_timeout" });
  await hub.clock.advance(1000);
  await lost;
  const { ask, frames } = await listen(client, "CP2");
  await ask('[2,"late","Heartbeat",{}]', "late");
  expect(frames.map((frame) => (JSON.parse(frame) as unknown[])[1])).toEqual(["early", "late"]);
});

it("what is no JSON is told so, and harms nobody", async () => {
  const one = await charger("CP2");
  const two = await charger("CP1", { password: "a long password" });
  for (const text of ["hello", '{"MessageTypeId":9,"UniqueId":"x"}', '[2,"x"', "\u0000"]) {
    const before = one.frames.length;
    one.client.publish("ocpp/cp/CP2", text);
    await one.next((frame) => one.frames.indexOf(frame) >= before && frame.includes("FormationViolation"));
    one.frames.length = 0;
  }
  expect(await two.ask('[2,"a1","Heartbeat",{}]', "a1")).toMatchObject([3, "a1", {}]);
});

it.each(["ocpp/cp/CP1", "ocpp/cp/CP1/Reply", "ocpp/cs/CP2", "elsewhere", "$SYS/x", "ocpp/cp/CP2/x"])(
  "a publish to %s ends the connection of CP2, and of nobody else",
  async (topic) => {
    const one = await charger("CP2");
    const two = await charger("CP1", { password: "a long password" });
    one.client.publish(topic, '[2,"a1","Heartbeat",{}]');
    await closed(one.client);
    expect(await two.ask('[2,"a2","Heartbeat",{}]', "a2")).toMatchObject([3, "a2", {}]);
    expect(two.frames).toHaveLength(1);
  },
);

it.each(["ocpp/cs/CP1", "#", "+/cs/CP2", "ocpp/cs/+", "$SYS/#"])("a subscription to %s is refused", async (topic) => {
  const client = await open("CP2");
  const granted = await client.subscribeAsync(topic).catch((error: unknown) => error);
  expect(granted instanceof Error || (granted as { qos: number }[])[0]?.qos === 128).toBe(true);
});

it("nothing is retained, no will is published, no session outlives its connection", async () => {
  const first = await charger("CP2", {
    clean: false,
    will: { topic: "ocpp/cp/CP2", payload: Buffer.from('[2,"w","StatusNotification",{}]'), qos: 0, retain: true },
  });
  first.client.publish("ocpp/cp/CP2", '[2,"r","Heartbeat",{}]', { retain: true });
  await first.next((frame) => frame.includes("r"));
  const { length } = hub.lines;
  first.client.stream.destroy();
  await closed(first.client);
  const again = await open("CP2", { clean: false });
  const messages: string[] = [];
  again.on("message", (topic) => messages.push(topic));
  await again.subscribeAsync("ocpp/cs/CP2");
  const second = await charger("CP1", { password: "a long password" });
  await second.ask('[2,"a2","Heartbeat",{}]', "a2");
  expect(messages).toEqual([]);
  expect(JSON.stringify(hub.lines.slice(length))).not.toContain("StatusNotification");
});

it("answers wait for a charger that asks before it listens", async () => {
  const client = await open("CP2");
  const messages: string[] = [];
  client.on("message", (_topic, payload) => messages.push(payload.toString()));
  await client.publishAsync("ocpp/cp/CP2", '[2,"early","Heartbeat",{}]', { qos: 1 });
  await client.subscribeAsync("ocpp/cs/CP2", { qos: 2 });
  while (messages.length === 0) await new Promise((resolve) => client.once("message", resolve));
  expect(messages[0]).toContain('[3,"early"');
  await client.unsubscribeAsync("ocpp/cs/CP2");
  await client.publishAsync("ocpp/cp/CP2", '[2,"late","Heartbeat",{}]', { qos: 1 });
  await client.subscribeAsync("ocpp/cs/CP2", { qos: 0 });
  while (messages.length === 1) await new Promise((resolve) => client.once("message", resolve));
  expect(messages[1]).toContain('[3,"late"');
});

it("the newest connection wins", async () => {
  const one = await charger("CP2");
  const gone = closed(one.client);
  const two = await charger("CP2");
  await gone;
  expect(await two.ask('[2,"a1","Heartbeat",{}]', "a1")).toMatchObject([3, "a1", {}]);
  expect(hub.peers.isConnected("CP2")).toBe(true);
  hub.peers.disconnect("CP2", "test");
  await closed(two.client);
  expect(hub.peers.isConnected("CP2")).toBe(false);
});

it("a charge point that must seal its frames is told so when it speaks plainly, and its owner too; refused ones are counted", async () => {
  const { client, next, frames } = await charger("SEALED");
  client.publish("ocpp/cp/SEALED", '[2,"p","Heartbeat",{}]');
  expect(JSON.parse(await next((frame) => frame.includes("SecurityError")))).toMatchObject([
    4,
    "p",
    "SecurityError",
    expect.any(String),
    {},
  ]);
  expect(hub.pending.refusalOf("SEALED")).toMatchObject({ reason: "unsealed" });
  await client.publishAsync("ocpp/cp/SEALED", Buffer.from([1, 2, 3]), { qos: 1 });
  expect(hub.pending.refusalOf("SEALED")).toMatchObject({ reason: "other_key" });
  await client.publishAsync("ocpp/cp/SEALED", '[3,"x",{}]', { qos: 1 });
  expect(hub.mqtt.sealedRefused).toEqual({ plain: 2, unopened: 1 });
  expect(frames).toHaveLength(1);
  expect(hub.store.state.chargePoints.SEALED?.online).toBe(false);
  await hub.store.commit(() => ({ reply: null, events: [registered("SEALED", { plainFrames: true })] }));
  await client.publishAsync("ocpp/cp/SEALED", '[2,"q","Heartbeat",{}]', { qos: 1 });
  await next((frame) => frame.includes("currentTime"));
  expect(hub.store.state.chargePoints.SEALED?.online).toBe(true);
  expect(hub.pending.refusalOf("SEALED")).toBeNull();
});

it("a packet of 1 MB ends its connection, before it is collected", async () => {
  const one = await charger("CP2");
  one.client.publish("ocpp/cp/CP2", "x".repeat(1_000_000));
  await closed(one.client);
  const socket = connectTcp(hub.mqttPort, "127.0.0.1");
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await new Promise((resolve) => socket.once("close", resolve));
  const two = await charger("CP2");
  expect(await two.ask('[2,"a1","Heartbeat",{}]', "a1")).toMatchObject([3, "a1", {}]);
});

it("bytes that are no MQTT end their own connection", async () => {
  const one = await charger("CP2");
  for (const bytes of [
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.alloc(100),
    Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80]),
  ]) {
    const socket = connectTcp(hub.mqttPort, "127.0.0.1");
    socket.write(bytes);
    socket.on("error", () => {});
    socket.end();
    await new Promise((resolve) => socket.once("close", resolve));
  }
  expect(await one.ask('[2,"a1","Heartbeat",{}]', "a1")).toMatchObject([3, "a1", {}]);
});

it("MQTT's own ping keeps the socket open, but shows no life of the charger's program", async () => {
  const { client, ask } = await charger("CP2");
  await ask('[2,"a1","Heartbeat",{}]', "a1");
  for (let second = 0; second < 100; second += 1) hub.liveness.tick();
  const pinged = new Promise((resolve) => client.once("packetreceive", resolve));
  client.sendPing();
  await pinged;
  for (let second = 0; second < 100; second += 1) hub.liveness.tick();
  expect(hub.store.state.chargePoints.CP2?.online).toBe(false);
  expect(client.connected).toBe(true);
  for (let second = 0; second < 35; second += 1) hub.liveness.tick();
  await closed(client);
});

it("strangers are taken in where the settings say so, plain frames included; a store that refuses keeps them out", async () => {
  await hub.close();
  hub = await startTestHub({ acceptUnknown: true });
  const { ask } = await charger("NEW1", { username: undefined } as IClientOptions);
  expect(await ask('[2,"a1","Heartbeat",{}]', "a1")).toMatchObject([3, "a1", {}]);
  hub.store.failure = new Error("disk");
  await expect(open("NEW2")).rejects.toMatchObject({ code: 3 });
});
