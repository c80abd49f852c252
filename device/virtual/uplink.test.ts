import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { scaledClock } from "./clock";
import { Uplink } from "./uplink";
import { SOCKET_CLOSE, SOCKET_DATA, SOCKET_ERROR, SOCKET_OPEN } from "./vm";

let server: net.Server;
let port: number;
let peers: Socket[];
let events: [number, string][];
let uplink: Uplink;

beforeEach(async () => {
  peers = [];
  events = [];
  server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    peers.push(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  port = (server.address() as AddressInfo).port;
  uplink = new Uplink(scaledClock(20), (type, data) => events.push([type, Buffer.from(data).toString()]));
});

afterEach(() => {
  uplink.destroy();
  for (const peer of peers) peer.destroy();
  server.close();
});

const seen = (type: number): Promise<string> =>
  until(`event ${type}`, () => events.find(([t]) => t === type)).then(([, text]) => text);

async function opened(): Promise<Socket> {
  uplink.open("127.0.0.1", port);
  await seen(SOCKET_OPEN);
  return until("the other end", () => peers.at(-1));
}

describe("the network under a VM", () => {
  it("hands data over in pieces that the program can take, and none of it is lost", async () => {
    const peer = await opened();
    const text = "0123456789".repeat(500);
    peer.write(text);
    await until(
      "all of it",
      () =>
        events
          .filter(([t]) => t === SOCKET_DATA)
          .map(([, d]) => d)
          .join("") === text,
    );
    expect(events.every(([, d]) => d.length <= 1024)).toBe(true);
  });

  it("carries what the program writes, also what it wrote before it closed", async () => {
    const peer = await opened();
    let got = "";
    peer.on("data", (data) => (got += data.toString()));
    uplink.write(Buffer.from("one "));
    uplink.write(Buffer.from("two"));
    uplink.close();
    uplink.write(Buffer.from("three"));
    await until("the end", () => peer.readableEnded);
    expect(got).toBe("one two");
    expect(events.filter(([t]) => t === SOCKET_CLOSE)).toEqual([]);
  });

  it("tells that the other end closed, or that nobody listens", async () => {
    const peer = await opened();
    peer.end();
    await seen(SOCKET_CLOSE);
    server.close();
    for (const each of peers) each.destroy();
    uplink.open("127.0.0.1", port);
    expect(await seen(SOCKET_ERROR)).toContain("ECONNREFUSED");
  });

  it("breaks a connection with its cable, opens none while it is cut, and works when it is mended", async () => {
    await opened();
    uplink.cut(true);
    expect([await seen(SOCKET_ERROR), uplink.wasCut]).toEqual(["network unreachable", true]);
    events = [];
    uplink.open("127.0.0.1", port);
    expect(await seen(SOCKET_ERROR)).toBe("network unreachable");
    uplink.cut(false);
    events = [];
    await opened();
  });

  it("cuts a cable on which nothing runs without a word", async () => {
    uplink.cut(true);
    uplink.cut(false);
    await opened();
    expect(events.map(([type]) => type)).toEqual([SOCKET_OPEN]);
  });

  it("says nothing of a connection that was given up for another", async () => {
    const first = await opened();
    events = [];
    await opened();
    first.on("close", () => undefined);
    first.destroy();
    peers.at(-1)?.write("x");
    expect(await seen(SOCKET_DATA)).toBe("x");
    expect(events.map(([type]) => type)).toEqual([SOCKET_OPEN, SOCKET_DATA]);
  });
});
