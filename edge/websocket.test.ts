import { request } from "node:http";
import { afterEach, expect, it } from "vitest";
import { AppError } from "../shared/error";
import { hashPassword } from "./password";
import type { TestHub, TestHubOptions } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";
import { WsCharger } from "./testing/ws-charger";

let hub: TestHub;
const start = async (options: TestHubOptions = {}) => {
  hub = await startTestHub(options);
};
afterEach(() => hub.close());

const refused = (status: string) => expect.objectContaining({ code: status });

/** The answer to a handshake in plain HTTP. */
function handshake(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; auth: string }> {
  return new Promise((resolve, reject) => {
    const all = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      "sec-websocket-protocol": "ocpp1.6",
      ...headers,
    };
    const sent = request({ host: "127.0.0.1", port: hub.httpPort, path, headers: all });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, auth: response.headers["www-authenticate"] ?? "" }),
      );
    });
    sent.end();
  });
}

it("asks for the password, and takes the key as text, as hex and as bytes", async () => {
  const hex = "00ff10e2a3b4c5d6e7f8091a2b3c4d5e6f708192";
  await start({
    events: [
      registered("CP1", {}, await hashPassword("a long password")),
      registered("CP2", {}, await hashPassword(hex)),
    ],
  });
  await expect(WsCharger.connect(hub.url, "CP1")).rejects.toEqual(refused("401"));
  await expect(WsCharger.connect(hub.url, "CP1", { password: "wrong" })).rejects.toEqual(refused("401"));
  await WsCharger.connect(hub.url, "CP1", { password: "a long password" });
  for (const password of [hex, hex.toUpperCase(), Buffer.from(hex, "hex")]) {
    await WsCharger.connect(hub.url, "CP2", { password });
  }
  const answer = await handshake("/ocpp/CP1", { authorization: "Basic !!" });
  expect(answer).toEqual({
    status: 401,
    text: "User name or password is wrong.",
    auth: 'Basic realm="ocpp", charset="UTF-8"',
  });
  const other = Buffer.from("CP2:a long password").toString("base64");
  expect((await handshake("/ocpp/CP1", { authorization: `Basic ${other}` })).status).toBe(401);
  expect(JSON.stringify(hub.lines)).not.toContain("a long password");
});

it("takes in strangers where the settings say so", async () => {
  await start({ acceptUnknown: true });
  const charger = await WsCharger.connect(hub.url, "NEW1", { password: "whatever" });
  const boot = { chargePointVendor: "V", chargePointModel: "M" };
  expect(await charger.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
  expect(await charger.call("Authorize", { idTag: "ANY" })).toEqual({ idTagInfo: { status: "Accepted" } });
  await charger.close();
  await WsCharger.connect(hub.url, "NEW1");
  await expect(WsCharger.connect(hub.url, "bad%20id")).rejects.toEqual(refused("400"));
});

it("refuses a charge point whose security profile asks for TLS, or for a password that it does not have", async () => {
  await start({ events: [registered("CP1", { securityProfile: 2 }), registered("CP2", { securityProfile: 1 })] });
  await expect(WsCharger.connect(hub.url, "CP1")).rejects.toEqual(refused("401"));
  await expect(WsCharger.connect(hub.url, "CP2")).rejects.toEqual(refused("401"));
});

it("lets that charge point in on a server that speaks TLS", async () => {
  await start({ secure: true, events: [registered("CP1", { securityProfile: 2 }, await hashPassword("a password"))] });
  await WsCharger.connect(hub.url, "CP1", { password: "a password" });
});

it("refuses an address that tries too often, for a while", async () => {
  await start({ rateLimit: true, events: [registered("CP1")] });
  for (let i = 0; i < 60; i += 1) expect((await handshake(`/ocpp/X${i}`, {})).status).toBe(404);
  expect(await handshake("/ocpp/CP1", {})).toMatchObject({ status: 429 });
  await hub.clock.advance(10_000);
  await WsCharger.connect(hub.url, "CP1");
});

it("lets nobody in while the disk is full: chargers keep what they have to say", async () => {
  let full = true;
  await start({ events: [registered("CP1")], isFull: () => full });
  expect(await handshake("/ocpp/CP1", {})).toMatchObject({ status: 503 });
  full = false;
  await WsCharger.connect(hub.url, "CP1");
});

it("says what is wrong with an address, in words", async () => {
  await start();
  expect(await handshake("/elsewhere", {})).toMatchObject({
    status: 404,
    text: expect.stringContaining("/ocpp/{cpId}"),
  });
  expect(await handshake("/ocpp/CP1", { "sec-websocket-protocol": "" })).toMatchObject({
    status: 400,
    text: "The subprotocol ocpp1.6 must be offered.",
  });
});

it("answers 500 when the store refuses, and goes on", async () => {
  await start({ acceptUnknown: true });
  hub.store.failure = new Error("disk");
  expect(await handshake("/ocpp/CP1", {})).toMatchObject({ status: 500 });
  hub.store.failure = null;
  await WsCharger.connect(hub.url, "CP1");
});

it.each(["store_unavailable", "store_full"])(
  "a message that finds the store so (%s) is kept by its charger",
  async (code) => {
    await start({ events: [registered("CP1")] });
    const charger = await WsCharger.connect(hub.url, "CP1");
    await charger.call("Heartbeat", {});
    hub.store.failure = new AppError(code, "The disk is full.");
    charger.send('[2,"x","StatusNotification",{"connectorId":1,"status":"Available","errorCode":"NoError"}]');
    expect(await charger.closed()).toBe(1013);
    expect(charger.frames).toHaveLength(1);
  },
);

it("a frame that is no UTF-8 or no WebSocket ends its own connection only", async () => {
  await start({ events: [registered("CP1"), registered("CP2")] });
  const [bad, good] = [await WsCharger.connect(hub.url, "CP1"), await WsCharger.connect(hub.url, "CP2")];
  const raw = (bad.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  expect(await bad.closed()).toBeGreaterThan(1000);
  expect(await good.call("Heartbeat", {})).toHaveProperty("currentTime");
});

it("a charger that leaves in mid-handshake is no trouble", async () => {
  await start({ events: [registered("CP1", {}, await hashPassword("a password"))] });
  const authorization = `Basic ${Buffer.from("CP1:a password").toString("base64")}`;
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "sec-websocket-protocol": "ocpp1.6",
    authorization,
  };
  const sent = request({ host: "127.0.0.1", port: hub.httpPort, path: "/ocpp/CP1", headers });
  sent.on("error", () => {});
  sent.end();
  await new Promise((resolve) => sent.once("finish", resolve));
  sent.destroy();
  const charger = await WsCharger.connect(hub.url, "CP1", { password: "a password" });
  expect(await charger.call("Heartbeat", {})).toHaveProperty("currentTime");
});

it("closing the hub closes the chargers with 1001, after what they brought is handled", async () => {
  await start({ events: [registered("CP1")] });
  const charger = await WsCharger.connect(hub.url, "CP1");
  const answered = charger.call("Heartbeat", {});
  await answered;
  await hub.peers.close();
  expect(await charger.closed()).toBe(1001);
  const late = await WsCharger.connect(hub.url, "CP1");
  expect(await late.closed()).toBe(1001);
});
