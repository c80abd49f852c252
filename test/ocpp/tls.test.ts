import { X509Certificate } from "node:crypto";
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientKey } from "../../edge/tls/testing/client-key";
import type { Rpc } from "../support/hub";
import { asAdmin, launchHub, LoneHub, rpcClient } from "../support/hub";

/** The real hub's TLS ports with charger programs that are not ours: ocpp-rpc over WSS, and mqtt.js over MQTTS. */

const password = "a password of 20 chars";
const hub = new LoneHub();

beforeAll(() => hub.start());
afterAll(() => hub.end());

const text = async (path: string, options: RequestInit = {}) => (await fetch(hub.url + path, options)).text();
const certify = (cpId: string, csr: string) =>
  text(`/api/charge-points/${cpId}/certificate`, {
    method: "POST",
    headers: { ...asAdmin, "content-type": "application/pkcs10" },
    body: csr,
  });

const rpc = (port: "http" | "https", wsOpts: object, more: object = {}): Rpc =>
  rpcClient(hub, "WS2", { wsOpts, ...more }, port);

it("an ocpp-rpc charger goes from a password over TLS to a certificate of its own, and cannot go back", async () => {
  await hub.admin("PUT", "/api/charge-points/WS2", { password, securityProfile: 2 });
  const ca = await text("/api/ca.pem");
  expect(new X509Certificate(ca).ca).toBe(true);
  await expect(rpc("http", {}, { password }).connect()).rejects.toThrow(/Unauthorized/);
  await expect(rpc("https", {}, { password }).connect()).rejects.toThrow(/certificate|self.signed/i);

  const charger = rpc("https", { ca }, { password });
  const signed = new Promise<string>((resolve) => {
    charger.handle("CertificateSigned", ({ params }) => {
      resolve(String(params["certificateChain"]));
      return { status: "Accepted" };
    });
  });
  charger.handle("ChangeConfiguration", () => ({ status: "Accepted" }));
  await charger.connect();
  const { key, csr } = await clientKey("CN=WS2");
  expect(await charger.call("SignCertificate", { csr })).toEqual({ status: "Accepted" });
  const cert = await signed;
  const path = "/api/charge-points/WS2/commands/ChangeConfiguration";
  const { result } = await hub.admin("POST", path, { key: "SecurityProfile", value: "3" });
  expect(result).toEqual({ status: "Accepted" });
  await charger.close();

  const third = rpc("https", { ca, cert, key });
  await third.connect();
  expect(await third.call("Heartbeat", {})).toHaveProperty("currentTime");
  expect(
    await third.call("SecurityEventNotification", { type: "StartupOfTheDevice", timestamp: new Date().toISOString() }),
  ).toEqual({});
  await third.close();
  await expect(rpc("https", { ca }, { password }).connect()).rejects.toThrow(/Unauthorized/);
  const { events } = await hub.admin("GET", "/api/charge-points/WS2/security-events");
  expect(events).toMatchObject([
    { type: "DowngradeRefused" },
    { type: "StartupOfTheDevice" },
    { type: "DowngradeRefused" },
  ]);
});

it("mqtt.js comes with a certificate or a password; a restart keeps authority, certificates and refusals", async () => {
  await hub.admin("PUT", "/api/charge-points/MQ2", { password, securityProfile: 2, plainFrames: true });
  await hub.admin("PUT", "/api/charge-points/MQ3", { securityProfile: 3, plainFrames: true });
  const ca = await text("/api/ca.pem");
  const { key, csr } = await clientKey("CN=MQ3");
  const cert = await certify("MQ3", csr);
  const dial = (cpId: string, more: object) => {
    const options = { clientId: cpId, username: cpId, reconnectPeriod: 0, ca };
    return connectAsync(`mqtts://127.0.0.1:${hub.program.ready["mqtts"]}`, { ...options, ...more }, false);
  };
  const look = async () => {
    for (const [cpId, shown] of [
      ["MQ2", { password }],
      ["MQ3", { cert, key }],
    ] as const) {
      const client = await dial(cpId, shown);
      const answer = new Promise<string>((resolve) =>
        client.once("message", (_topic, bytes) => resolve(String(bytes))),
      );
      await client.subscribeAsync(`ocpp/cs/${cpId}`);
      client.publish(`ocpp/cp/${cpId}`, '[2,"h","Heartbeat",{}]');
      expect(await answer).toContain("currentTime");
      await client.endAsync(true);
    }
    await expect(dial("MQ3", { password })).rejects.toMatchObject({ code: 5 });
    await expect(dial("MQ2", { cert, key })).rejects.toMatchObject({ code: 4 });
  };
  await look();
  await hub.program.kill();
  await hub.start();
  expect(await text("/api/ca.pem")).toBe(ca);
  await look();
  await hub.admin("DELETE", "/api/charge-points/MQ3");
  await expect(dial("MQ3", { cert, key })).rejects.toMatchObject({ code: 5 });
  for (const file of ["tls-ca.pem", "tls-server.pem"]) {
    expect((await stat(join(hub.folder.path, "hub", file))).mode & 0o777).toBe(0o600);
  }
});

it.each(["HUB_HTTPS_PORT", "HUB_MQTTS_PORT"])("a taken %s is named", async (name) => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  const started = launchHub(join(hub.folder.path, name), { [name]: String(port) });
  await expect(started).rejects.toThrow(new RegExp(`${name}: port ${port} is taken`));
  await new Promise((resolve) => server.close(resolve));
});
