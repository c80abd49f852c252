import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { TestHub } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";
import { WsCharger } from "./testing/ws-charger";

/** A charger gone mad, with its password right: whatever it floods the hub with, it is cut off, and the neighbour does not notice. */

let hub: TestHub;
let neighbour: WsCharger;

beforeEach(async () => {
  hub = await startTestHub({ rateLimit: true, events: [registered("CP1"), registered("CP2")] });
  neighbour = await WsCharger.connect(hub.url, "CP2");
});

afterEach(async () => {
  expect(await neighbour.call("Heartbeat", {})).toHaveProperty("currentTime");
  await hub.close();
});

const socketOf = (charger: WsCharger) => (charger.socket as unknown as { _socket: NodeJS.WritableStream })._socket;

/** A WebSocket frame as a client sends it, masked with zeros. */
const frame = (opcode: number, text: string) =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

it.each([
  ["what is no JSON", frame(1, "x")],
  ["answers that nobody waits for", frame(1, '[3,"x",{}]')],
  ["errors", frame(1, '[4,"x","E","",{}]')],
  ["pings", frame(9, "p".repeat(125))],
  ["pongs", frame(10, "")],
])("WebSocket: %s", async (_what, bytes) => {
  const charger = await WsCharger.connect(hub.url, "CP1");
  socketOf(charger).write(Buffer.concat(Array.from({ length: 5000 }, () => bytes)));
  expect([1006, 1008]).toContain(await charger.closed());
  expect(charger.frames.length).toBeLessThan(2000);
});

it("WebSocket: a few long answers that nobody waits for", async () => {
  const charger = await WsCharger.connect(hub.url, "CP1");
  for (let sent = 0; sent < 60; sent += 1) charger.send(`[3,"x",{"a":"${"y".repeat(400_000)}"}]`);
  expect([1006, 1008]).toContain(await charger.closed());
});

/** An MQTT 3.1.1 packet (section 2.2) of less than 128 bytes; a text goes with its length. */
const packet = (type: number, ...parts: (number[] | string)[]) => {
  const body = parts.flatMap((part) => (typeof part === "string" ? [0, part.length, ...Buffer.from(part)] : part));
  return Buffer.from([type, body.length, ...body]);
};
const publish = (payload: string) => packet(0x30, "ocpp/cp/CP1", [...Buffer.from(payload)]);

it.each([
  ["what is no JSON", publish("x")],
  ["answers that nobody waits for", publish('[3,"x",{}]')],
  ["pings", packet(0xc0)],
  ["subscriptions", packet(0x82, [0, 2], "ocpp/cs/CP1", [0])],
  ["acknowledgements", packet(0x40, [0, 7])],
  ["releases", packet(0x62, [0, 7])],
])("MQTT: %s", async (_what, bytes) => {
  const socket = connect(hub.mqttPort, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(packet(0x10, "MQTT", [4, 2, 0, 0], "CP1"));
  const connack = await new Promise((resolve) => socket.once("data", resolve));
  expect(connack).toEqual(packet(0x20, [0, 0]));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  socket.write(Buffer.concat(Array.from({ length: 5000 }, () => bytes)));
  await closed;
});
