import type { IClientOptions, MqttClient } from "mqtt";
import { connect } from "mqtt";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { hashPassword } from "../password";
import { OcppError, WsCharger } from "../testing/ws-charger";
import { registered } from "../testing/registration";
import { clientKey } from "./testing/client-key";
import type { TlsHub } from "./testing/tls-hub";
import { startTlsHub } from "./testing/tls-hub";
import { makeRoot, readRequest, sign } from "./x509";

/** Which door opens for whom: security profiles 0 to 3 (Security whitepaper section 2) on all four ports, with ws and mqtt.js. */

const password = "a long password";
let hub: TlsHub;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  const hash = await hashPassword(password);
  hub = await startTlsHub({
    events: [
      registered("P0"),
      registered("P1", { securityProfile: 1 }, hash),
      registered("P2", { securityProfile: 2 }, hash),
      registered("P3", { securityProfile: 3 }, hash),
      registered("GONE", { securityProfile: 3 }),
    ],
  });
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
afterAll(() => hub.close());

interface With {
  tls?: boolean;
  password?: string;
  /** As TLS clients take them. */
  cert?: string;
  key?: string;
}

/** "in", or how the hub refused. */
async function webSocket(cpId: string, { tls = false, ...shown }: With = {}): Promise<string> {
  try {
    const ca = tls ? { ca: hub.ca } : {};
    const charger = await WsCharger.connect(tls ? hub.wss : hub.url, cpId, { ...ca, ...shown });
    open.push(charger);
    expect(await charger.call("Heartbeat", {})).toHaveProperty("currentTime");
    return "in";
  } catch (error) {
    return error instanceof OcppError ? error.code : String(error);
  }
}

function mqtt(cpId: string, { tls = false, ...shown }: With = {}): Promise<string> {
  const options: IClientOptions = { clientId: cpId, username: cpId, reconnectPeriod: 0, ...shown };
  const url = tls ? `mqtts://127.0.0.1:${hub.mqttsPort}` : `mqtt://127.0.0.1:${hub.mqttPort}`;
  const client: MqttClient = connect(url, tls ? { ...options, ca: hub.ca } : options);
  open.push({ close: () => client.endAsync(true) });
  return new Promise((resolve) => {
    client.once("connect", () => resolve("in"));
    client.once("error", (error) => resolve(String((error as { code?: unknown }).code)));
  });
}

/** A key and its certificate of this hub. */
async function certified(cpId: string, commonName = cpId): Promise<{ key: string; cert: string }> {
  const { key, csr } = await clientKey(`CN=${commonName}`);
  return { key, cert: await hub.certificates.issue(cpId, csr) };
}

it.each<[cpId: string, shown: With, ws: string, mqtt: string]>([
  ["P0", {}, "in", "in"],
  ["P0", { tls: true }, "in", "in"],
  ["P1", { password }, "in", "in"],
  ["P1", { password, tls: true }, "in", "in"],
  ["P1", {}, "401", "4"],
  ["P1", { tls: true }, "401", "4"],
  ["P2", { password, tls: true }, "in", "in"],
  ["P2", { password }, "401", "5"],
  ["P2", { tls: true }, "401", "4"],
  ["P2", { tls: true, password: "a wrong password" }, "401", "4"],
  ["P3", { password, tls: true }, "401", "5"],
  ["P3", { password }, "401", "5"],
  ["P3", { tls: true, password: "a wrong password" }, "401", "5"],
  ["P3", { tls: true }, "401", "5"],
  ["NOBODY", { tls: true, password }, "404", "5"],
])("%s with %j: WebSocket %s, MQTT %s", async (cpId, shown, ws, overMqtt) => {
  expect([await webSocket(cpId, shown), await mqtt(cpId, shown)]).toEqual([ws, overMqtt]);
});

it("a certificate of the hub opens for its charge point alone, at any profile, and over TLS alone", async () => {
  const third = { ...(await certified("P3")), tls: true };
  expect([await webSocket("P3", third), await mqtt("P3", third)]).toEqual(["in", "in"]);
  const second = { ...(await certified("P2")), tls: true };
  expect([await webSocket("P2", second), await mqtt("P2", second)]).toEqual(["in", "in"]);
  expect([await webSocket("P3", second), await mqtt("P3", second)]).toEqual(["401", "5"]);
  expect(await webSocket("P2", { ...second, tls: false })).toBe("401");
});

it("a certificate of another authority with the same names does not open", async () => {
  const { key, csr } = await clientKey("CN=P3");
  const lifetime = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };
  const cert = await sign(await makeRoot("foreign"), { ...(await readRequest(csr)), ...lifetime, names: [] });
  const foreign = { key, cert, tls: true };
  expect([await webSocket("P3", foreign), await mqtt("P3", foreign)]).toEqual(["401", "5"]);
  // A maker's own certificate does not keep a right password out.
  expect(await webSocket("P2", { ...foreign, password })).toBe("in");
});

it("one of the hub's own that it has not on record does not open: it was made for a charge point that is gone", async () => {
  const gone = { ...(await certified("GONE")), tls: true };
  expect(await webSocket("GONE", gone)).toBe("in");
  await hub.store.commit(() => ({
    reply: null,
    events: [{ type: "chargePoint.removed", data: { cpId: "GONE" } }, registered("GONE", { securityProfile: 3 })],
  }));
  expect([await webSocket("GONE", gone), await mqtt("GONE", gone)]).toEqual(["401", "5"]);
});

it("a revoked one does not open and ends the connection that is open, the next one of the charge point stays", async () => {
  const first = await certified("P3");
  const second = { ...(await certified("P3")), tls: true };
  const serials = hub.store.state.chargePoints["P3"]?.security?.certificates.map((each) => each.serialNumber) ?? [];
  const charger = await WsCharger.connect(hub.wss, "P3", { ...first, ca: hub.ca });
  await hub.certificates.revoke("P3", String(serials.at(-2)));
  expect(await charger.closed()).toBe(1008);
  expect(await webSocket("P3", { ...first, tls: true })).toBe("401");
  expect([await webSocket("P3", second), await mqtt("P3", second)]).toEqual(["in", "in"]);
  await expect(hub.certificates.revoke("P3", "00")).rejects.toMatchObject({ code: "unknown_certificate" });
});

it("one that has run out does not open", async () => {
  const old = { ...(await certified("P3")), tls: true };
  hub.clock.jump(729 * 86_400_000);
  expect(await mqtt("P3", old)).toBe("in");
  hub.clock.jump(2 * 86_400_000);
  expect([await webSocket("P3", old), await mqtt("P3", old)]).toEqual(["401", "5"]);
  hub.clock.jump(-731 * 86_400_000);
});

it("a resumed TLS session opens with its certificate, and no longer when that is revoked", async () => {
  const mine = await certified("P3");
  let session: Buffer | undefined;
  const dial = () =>
    WsCharger.connect(hub.wss, "P3", { ...mine, ca: hub.ca, maxVersion: "TLSv1.2", session } as object);
  const first = await dial();
  session = (first.socket as unknown as { _socket: { getSession(): Buffer } })._socket.getSession();
  const second = await dial();
  const { _socket: socket } = second.socket as unknown as { _socket: { isSessionReused(): boolean } };
  expect(socket.isSessionReused()).toBe(true);
  const serial = hub.store.state.chargePoints["P3"]?.security?.certificates.at(-1)?.serialNumber;
  await hub.certificates.revoke("P3", String(serial));
  await expect(dial()).rejects.toMatchObject({ code: "401" });
});

it("tries to come in below its profile are noted, and cannot fill the history", async () => {
  const noted = () => hub.store.events.filter(({ type }) => type === "chargePoint.securityEvent").length;
  const before = noted();
  for (let count = 0; count < 10; count += 1) expect(await webSocket("P2", { password })).toBe("401");
  expect(noted() - before).toBeLessThanOrEqual(3);
  const [event] = hub.store.events.filter(({ type }) => type === "chargePoint.securityEvent");
  expect(event?.data).toMatchObject({
    source: "hub",
    type: "DowngradeRefused",
    techInfo: expect.stringMatching(/127/),
  });
});
