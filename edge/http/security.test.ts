import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registered } from "../testing/registration";
import { Authority } from "../tls/authority";
import { clientKey } from "../tls/testing/client-key";
import { makeRoot } from "../tls/x509";
import type { TestHubApp } from "./testing/hub-app";
import { adminToken, codeOf, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
let authority: Authority;

beforeAll(async () => {
  authority = new Authority(await makeRoot("test"));
  hub = await startHubApp({ authority, events: [registered("CP1")], rateLimit: false });
});
afterAll(() => hub.close());

const path = "/api/charge-points/CP1";
const post = (contentType: string, body: string) =>
  hub.api("POST", `${path}/certificate`, body, { "content-type": contentType, authorization: `Bearer ${adminToken}` });

describe("certificates", () => {
  it("the authority's is for everybody", async () => {
    const { status, text, headers } = await hub.api("GET", "/api/ca.pem");
    expect([status, text, headers.get("content-type")]).toEqual([
      200,
      authority.root.certificate,
      "application/x-pem-file",
    ]);
  });

  it("come for a request as a file or in JSON, are listed and can be revoked", async () => {
    const { csr } = await clientKey("CN=CP1");
    const root = new X509Certificate(authority.root.certificate);
    for (const type of ["application/pkcs10", "application/x-pem-file", "text/plain"]) {
      const { status, text } = await post(type, csr);
      expect([status, new X509Certificate(text).checkIssued(root)]).toEqual([200, true]);
    }
    const { status, text } = await hub.admin("POST", `${path}/certificate`, { csr });
    expect([status, new X509Certificate(text).subject]).toEqual([200, "CN=CP1"]);
    const { certificates } = (await hub.admin("GET", `${path}/certificates`)).json as {
      certificates?: { serialNumber: string }[];
    };
    expect(certificates).toHaveLength(4);
    const serialNumber = String(certificates?.[3]?.serialNumber);
    expect(serialNumber).toBe(new X509Certificate(text).serialNumber.toLowerCase());
    expect((await hub.admin("DELETE", `${path}/certificates/${serialNumber.toUpperCase()}`)).status).toBe(204);
    expect(hub.gateway.disconnected).toContain("CP1");
    expect(codeOf(await hub.admin("DELETE", `${path}/certificates/${serialNumber}`))).toBe("404 unknown_certificate");
  });

  it("do not come for a stranger, an unknown charge point, or what is no request", async () => {
    const { csr } = await clientKey("CN=CP1");
    expect((await hub.api("POST", `${path}/certificate`, { csr })).status).toBe(401);
    expect((await hub.api("GET", `${path}/certificates`)).status).toBe(401);
    const unknown = "/api/charge-points/CP9";
    expect(codeOf(await hub.admin("POST", `${unknown}/certificate`, { csr }))).toBe("404 unknown_charge_point");
    expect(codeOf(await hub.admin("GET", `${unknown}/certificates`))).toBe("404 unknown_charge_point");
    expect(codeOf(await hub.admin("DELETE", `${unknown}/certificates/01`))).toBe("404 unknown_charge_point");
    expect(codeOf(await post("application/pkcs10", "hello"))).toBe("400 invalid_csr");
    expect(codeOf(await post("application/xml", csr))).toBe("415 json_expected");
    expect((await hub.admin("POST", `${path}/certificate`, { csr: 5 })).status).toBe(400);
    expect((await hub.admin("POST", `${path}/certificate`)).status).toBe(400);
  });
});

describe("security profiles and passwords", () => {
  const put = (body: object, cpId = "CP2") => hub.admin("PUT", `/api/charge-points/${cpId}`, body);
  const listed = async (cpId: string) =>
    ((await hub.admin("GET", "/api/charge-points")).json["chargePoints"] as unknown as { cpId: string }[]).find(
      (each) => each.cpId === cpId,
    );

  it("a profile with passwords needs one, at once or from before", async () => {
    for (const securityProfile of [1, 2]) expect(codeOf(await put({ securityProfile }))).toBe("400 password_needed");
    expect((await put({ securityProfile: 3 })).status).toBe(204);
    expect((await put({ securityProfile: 2, password: "a long password" })).status).toBe(204);
    expect(codeOf(await put({ password: null }))).toBe("400 password_needed");
    expect((await put({ securityProfile: 4 })).status).toBe(400);
    hub.gateway.disconnected.length = 0;
    expect((await put({ securityProfile: 1 })).status).toBe(204);
    expect((await put({ securityProfile: 1, name: "Bay" })).status).toBe(204);
    expect(hub.gateway.disconnected).toEqual(["CP2"]);
    expect(await listed("CP2")).toMatchObject({ securityProfile: 1, hasPassword: true, nextSecurityProfile: null });
  });

  it("a new password is made, or given, told to the charger and shown once", async () => {
    hub.gateway.answers = { ChangeConfiguration: () => ({ status: "Accepted" }) };
    const made = await hub.admin("POST", "/api/charge-points/CP2/password");
    expect(made.json).toEqual({ status: "Accepted", password: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const { password } = made.json as unknown as { password: string };
    expect(hub.gateway.sent("ChangeConfiguration")).toEqual([{ key: "AuthorizationKey", value: password }]);
    expect(await listed("CP2")).toMatchObject({ passwordChanging: true });
    const given = { password: "sixteen letters!" };
    const answer = await hub.admin("POST", "/api/charge-points/CP2/password", given);
    expect(answer.json).toEqual({ status: "Accepted", ...given });
    expect((await hub.admin("POST", "/api/charge-points/CP2/password", { password: "short" })).status).toBe(400);
    expect((await hub.admin("POST", "/api/charge-points/CP9/password", given)).status).toBe(404);
    expect((await hub.api("POST", "/api/charge-points/CP2/password", given)).status).toBe(401);
    // What the owner sets ends what was on its way.
    await put({ password: "another password", securityProfile: 2 });
    expect(await listed("CP2")).toMatchObject({ passwordChanging: false });
  });

  it("the operator's own call keeps the books too", async () => {
    hub.gateway.answers = { ChangeConfiguration: () => ({ status: "Accepted" }) };
    const call = (key: string, value: string) =>
      hub.admin("POST", "/api/charge-points/CP2/commands/ChangeConfiguration", { key, value });
    expect((await call("AuthorizationKey", "sixteen letters!")).json).toEqual({ result: { status: "Accepted" } });
    expect(codeOf(await call("SecurityProfile", "0"))).toBe("409 downgrade");
    expect(codeOf(await call("SecurityProfile", "3"))).toBe("409 certificate_needed");
    expect(await listed("CP2")).toMatchObject({ passwordChanging: true });
  });
});

const said = (type: string, cpId = "CP1") => ({
  type: "chargePoint.securityEvent" as const,
  data: { cpId, source: "chargePoint" as const, type, techInfo: null, chargerTime: null },
});

it("security events are listed by charge point, newest first, and are no part of the status history", async () => {
  await hub.commit(said("StartupOfTheDevice"), said("SettingSystemTime"), said("MemoryExhaustion", "CP2"));
  const first = await hub.admin("GET", `${path}/security-events?limit=1`);
  expect(first.json["events"]).toMatchObject([{ type: "SettingSystemTime", source: "chargePoint" }]);
  const next = await hub.admin("GET", `${path}/security-events?cursor=${String(first.json["nextCursor"])}`);
  expect(next.json).toMatchObject({ events: [{ type: "StartupOfTheDevice" }], nextCursor: null });
  expect((await hub.admin("GET", `${path}/statuses`)).json["statuses"]).toEqual([]);
  expect((await hub.api("GET", `${path}/security-events`)).status).toBe(401);
  expect((await hub.admin("GET", "/api/charge-points/CP9/security-events")).status).toBe(404);
});
