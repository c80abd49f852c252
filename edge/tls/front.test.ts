import type { Socket } from "node:net";
import { connect as connectTcp } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { connect } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { registered } from "../testing/registration";
import { WsCharger } from "../testing/ws-charger";
import type { TlsHub } from "./testing/tls-hub";
import { startTlsHub } from "./testing/tls-hub";

let hub: TlsHub;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await hub.close();
});

/** A TLS connection to the HTTPS port: its socket, or why there is none. */
function dial(options: ConnectionOptions = {}): Promise<TLSSocket | string> {
  const socket = connect({ host: "127.0.0.1", port: hub.httpsPort, ca: hub.ca, ...options });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.once("secureConnect", () => resolve(socket));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** TCP connections that never say a word; how many of them the hub has ended so far. */
function silent(count: number): { ended: () => number } {
  let ended = 0;
  for (let each = 0; each < count; each += 1) {
    const socket = connectTcp(hub.httpsPort, "127.0.0.1").on("error", () => {});
    socket.on("close", () => (ended += 1));
    sockets.push(socket);
  }
  return { ended: () => ended };
}

it("speaks TLS 1.2 and 1.3 with forward secrecy, and nothing older", async () => {
  hub = await startTlsHub();
  for (const [options, protocol, cipher] of [
    [{}, "TLSv1.3", /^TLS_AES/],
    [{ maxVersion: "TLSv1.2" }, "TLSv1.2", /^ECDHE-ECDSA-AES/],
    [{ maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" }, "TLSv1.2", /^ECDHE-ECDSA-AES128-GCM/],
  ] as const) {
    const socket = (await dial(options)) as TLSSocket;
    expect([socket.getProtocol(), socket.getCipher().name]).toEqual([protocol, expect.stringMatching(cipher)]);
    expect([socket.authorized, socket.getPeerX509Certificate()?.checkHost("hitchpost.local")]).toEqual([
      true,
      "hitchpost.local",
    ]);
  }
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
  expect(await dial(old)).toMatch(/ALERT|PROTOCOL|VERSION/i);
  expect(await dial({ maxVersion: "TLSv1.2", ciphers: "AES256-SHA" })).toMatch(/ALERT|CIPHER|HANDSHAKE/i);
  expect(await dial({ ca: [] })).toMatch(/SELF_SIGNED|UNABLE/);
});

it("a new certificate is served at once, and open connections stay", async () => {
  hub = await startTlsHub({ events: [registered("CP1")] });
  const before = (await dial()) as TLSSocket;
  const charger = await WsCharger.connect(hub.wss, "CP1", { ca: hub.ca });
  hub.setPublicUrl("https://charge.example");
  await hub.clock.advance(60_000);
  await eventually(async () => {
    const after = (await dial()) as TLSSocket;
    expect(after.getPeerX509Certificate()?.checkHost("charge.example")).toBe("charge.example");
  });
  expect(before.getPeerX509Certificate()?.checkHost("charge.example")).toBeUndefined();
  expect(await charger.call("Heartbeat", {})).toHaveProperty("currentTime");
  await charger.close();
});

it("who leaves handshakes unfinished is cut off, until they are gone", async () => {
  hub = await startTlsHub();
  const flood = silent(150);
  await eventually(() => expect(flood.ended()).toBeGreaterThanOrEqual(50));
  for (const socket of sockets.splice(0)) socket.destroy();
  await eventually(async () => expect(await dial()).toHaveProperty("authorized", true));
});

it("a broken handshake is forgotten, and the next one works", async () => {
  hub = await startTlsHub();
  for (let each = 0; each < 120; each += 1) {
    const socket = connectTcp(hub.mqttsPort, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await new Promise((resolve) => socket.once("close", resolve).resume());
  }
  expect(await dial({ port: hub.mqttsPort })).toHaveProperty("authorized", true);
});

it("an address has a rate of handshakes, with the rate limits on", async () => {
  hub = await startTlsHub({ rateLimit: true });
  const limited = async () => {
    const flood = silent(90);
    const before = sockets.length;
    await eventually(() => expect(sockets.slice(before - 90).every((socket) => !socket.connecting)).toBe(true));
    for (const socket of sockets.splice(0)) socket.destroy();
    return flood;
  };
  for (let each = 0; each < 6; each += 1) await limited();
  await eventually(async () => expect(await dial()).toMatch(/ECONNRESET|socket/i));
  await hub.clock.advance(60_000);
  await eventually(async () => expect(await dial()).toHaveProperty("authorized", true));
});
