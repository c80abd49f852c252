import net from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

const desk = new Desk(40);

/** A broker of our own, to misbehave as Aedes never would. */
async function rawBroker(onData: (socket: net.Socket, data: Buffer, n: number) => void): Promise<net.Server> {
  let connections = 0;
  const server = net.createServer((socket) => {
    const n = ++connections;
    socket.on("data", (data) => onData(socket, data, n));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

describe("the MQTT client against a broker that misbehaves", () => {
  it("repeats a publish without PUBACK as DUP with the same id, then opens a new session", async () => {
    const publishes: Buffer[] = [];
    let sessions = 0;
    const server = await rawBroker((socket, data, n) => {
      sessions = n;
      const type = (data[0] ?? 0) >> 4;
      if (type === 1) socket.write(CONNACK);
      if (type === 8) socket.write(Buffer.from([0x90, 3, data[2] ?? 0, data[3] ?? 0, 1]));
      if (type === 3 && n === 1) publishes.push(data);
    });
    await desk.power({ hubPort: (server.address() as AddressInfo).port });
    await until("a second session", () => sessions === 2);
    expect(publishes.map((p) => (p[0] ?? 0) & 8)).toEqual([0, 8, 8]);
    const bodies = publishes.map((p) => p.subarray(1).toString("hex"));
    expect(new Set(bodies).size).toBe(1);
    server.close();
  });

  it.each<[string, Buffer]>([
    ["garbage", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["an endless length", Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ["a publish that ends early", Buffer.from([0x32, 3, 0, 9, 65])],
    ["a publish with QoS 2", Buffer.from([0x34, 6, 0, 1, 65, 0, 1, 65])],
    ["an empty publish", Buffer.from([0x30, 0])],
    ["a refused subscription", Buffer.from([0x90, 3, 0, 1, 0x80])],
    ["a short CONNACK", Buffer.from([0x20, 1, 0])],
  ])("drops the session at %s and comes again", async (_what, bytes) => {
    let sessions = 0;
    const server = await rawBroker((socket, data, n) => {
      sessions = n;
      if ((data[0] ?? 0) >> 4 === 1) socket.write(Buffer.concat([CONNACK, bytes]));
    });
    await desk.power({ hubPort: (server.address() as AddressInfo).port });
    await until("a second session", () => sessions === 2);
    server.close();
  });

  it("puts packets together that arrive byte by byte", async () => {
    const reply = Buffer.from(JSON.stringify([2, "slow", "ClearCache", {}]));
    const head = Buffer.from([0x30, 3 + reply.length, 0, 1, 65]);
    let answered = false;
    const server = await rawBroker((socket, data) => {
      socket.setNoDelay(true);
      const type = (data[0] ?? 0) >> 4;
      if (type === 1) socket.write(CONNACK);
      if (type === 8) socket.write(Buffer.from([0x90, 3, data[2] ?? 0, data[3] ?? 0, 1]));
      if (data.includes('"slow"')) answered = true;
      if (type !== 3 || data.includes("/Reply")) return;
      const at = 4 + data.readUInt16BE((data[1] ?? 0) > 127 ? 3 : 2) + ((data[1] ?? 0) > 127 ? 1 : 0);
      const boot = JSON.stringify([
        3,
        "1-1",
        { status: "Accepted", currentTime: "2026-03-01T12:00:00Z", interval: 45 },
      ]);
      const accept = Buffer.concat([
        Buffer.from([0x30]),
        Buffer.from([((3 + boot.length) & 127) | 128, (3 + boot.length) >> 7]),
        Buffer.from([0, 1, 65]),
        Buffer.from(boot),
      ]);
      const all = Buffer.concat([Buffer.from([0x40, 2]), data.subarray(at, at + 2), accept, head, reply]);
      void (async () => {
        for (const byte of all) {
          socket.write(Buffer.from([byte]));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
    });
    await desk.power({ hubPort: (server.address() as AddressInfo).port });
    await until("the reply", () => answered);
    server.close();
  });

  it("finds out that a silent broker is dead", async () => {
    let sessions = 0;
    const server = await rawBroker((socket, data, n) => {
      sessions = n;
      const type = (data[0] ?? 0) >> 4;
      if (type === 1) socket.write(CONNACK);
      if (type === 8) socket.write(Buffer.from([0x90, 3, data[2] ?? 0, data[3] ?? 0, 1]));
      if (type === 3) {
        const at = 4 + data.readUInt16BE((data[1] ?? 0) > 127 ? 3 : 2) + ((data[1] ?? 0) > 127 ? 1 : 0);
        socket.write(Buffer.concat([Buffer.from([0x40, 2]), data.subarray(at, at + 2)]));
      }
    });
    await desk.power({ hubPort: (server.address() as AddressInfo).port });
    await until("a second session", () => sessions === 2);
    server.close();
  });
});
