import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import makeMdns from "multicast-dns";
import pino from "pino";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { systemClock } from "../clock";
import type { Place } from "./records";
import type { Mdns } from "./responder";
import { startMdns } from "./responder";

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function loopback(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** A client in whose hand everything lands that is sent to it. */
async function client(port: number) {
  const mdns = makeMdns({ socket: await loopback(), bind: false, multicast: false });
  ends.push(() => new Promise<void>((resolve) => mdns.destroy(resolve)));
  const heard: unknown[] = [];
  mdns.on("response", (packet) => heard.push(packet.answers.map(({ name, type }) => `${name} ${type}`)));
  const ask = (name: string, type: "A" | "PTR") =>
    mdns.query({ questions: [{ name, type }] }, { port, address: "127.0.0.1" } as never);
  return { heard, ask };
}

const logged: string[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(line) });
let addresses = ["192.168.1.5"];
const place = (): Place => ({
  instance: "hub",
  services: [{ type: "_ocpp._tcp", port: 8080, txt: ["path=/ocpp/"] }],
  addresses,
});

async function responder(isLocal: (address: string) => boolean = () => true): Promise<{ mdns: Mdns; socket: Socket }> {
  const socket = await loopback();
  const mdns = startMdns({ place, isLocal, clock: systemClock, log, socket });
  ends.push(() => mdns.close());
  return { mdns, socket };
}

test("answers those who ask for its name or services, and nobody else", async () => {
  const { socket } = await responder();
  const { heard, ask } = await client(socket.address().port);
  ask("printer.local", "A");
  ask("hitchpost.local", "A");
  await eventually(() => expect(heard).toEqual([["hitchpost.local A"]]));
  ask("_ocpp._tcp.local", "PTR");
  await eventually(() => expect(heard.at(-1)).toEqual(["_ocpp._tcp.local PTR"]));
});

test("an address that came later is told, and rubbish harms nobody", async () => {
  const { socket } = await responder();
  const { port } = socket.address();
  const { heard, ask } = await client(port);
  addresses = ["192.168.1.5", "10.0.0.1"];
  const rubbish = await loopback();
  ends.push(() => void rubbish.close());
  rubbish.send(Buffer.from([1, 2, 3]), port, "127.0.0.1");
  ask("hitchpost.local", "A");
  await eventually(() => expect(heard).toEqual([["hitchpost.local A", "hitchpost.local A"]]));
});

test("a network that refuses is complained of once aloud, and the hub lives", async () => {
  logged.length = 0;
  const { socket } = await responder();
  socket.emit("error", Object.assign(new Error("no such device"), { code: "ENODEV" }));
  socket.emit("error", Object.assign(new Error("taken"), { code: "EADDRINUSE" }));
  const levels = logged.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(levels).toEqual([40, 20]);
});

test("who is not on its network is not answered", async () => {
  const seen: string[] = [];
  const { socket } = await responder((address) => {
    seen.push(address);
    return seen.length > 1;
  });
  const { heard, ask } = await client(socket.address().port);
  ask("hitchpost.local", "A");
  await eventually(() => expect(seen).toEqual(["127.0.0.1"]));
  ask("hitchpost.local", "A");
  await eventually(() => expect(heard).toHaveLength(1));
});

test("a question that nobody can answer to harms nobody", async () => {
  const { socket } = await responder();
  const { heard, ask } = await client(socket.address().port);
  const question = Buffer.from("000000000001000000000000096869746368706f7374056c6f63616c0000010001", "hex");
  socket.emit("message", question, { address: "127.0.0.1", port: 0, family: "IPv4", size: question.length });
  ask("hitchpost.local", "A");
  await eventually(() => expect(heard).toHaveLength(1));
});
