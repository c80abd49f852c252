import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { hashPassword } from "../password";
import { WsCharger } from "../testing/ws-charger";
import { registered } from "../testing/registration";
import { clientKey } from "../tls/testing/client-key";
import type { TlsHub } from "../tls/testing/tls-hub";
import { startTlsHub } from "../tls/testing/tls-hub";

const old = "the old password";
const fresh = "0123456789abcdef0123456789abcdef01234567";
let hub: TlsHub;
let chargers: WsCharger[];

beforeEach(async () => {
  chargers = [];
  const events = [registered("CP1", { securityProfile: 1 }, await hashPassword(old)), registered("OPEN")];
  hub = await startTlsHub({ events });
});
afterEach(async () => {
  for (const charger of chargers) charger.socket.terminate();
  await hub.close();
});

async function dial(
  password: string | Buffer | undefined,
  cpId = "CP1",
  tls: object | null = null,
): Promise<WsCharger> {
  const shown = { ...(password === undefined ? {} : { password }), ...(tls && { ca: hub.ca, ...tls }) };
  const charger = await WsCharger.connect(tls ? hub.wss : hub.url, cpId, shown);
  chargers.push(charger);
  return charger;
}
const refused = (password: string | undefined, cpId?: string, tls?: object) =>
  expect(dial(password, cpId, tls ?? null)).rejects.toMatchObject({ code: "401" });
const answering = async (status: string, password: string | undefined = old, cpId = "CP1") =>
  (await dial(password, cpId)).on("ChangeConfiguration", () => ({ status }));
const change = (payload: object, cpId = "CP1") => hub.credentials.call(cpId, "ChangeConfiguration", payload);
const stateOf = (cpId = "CP1") => hub.store.state.chargePoints[cpId];

describe("a new password", () => {
  it("and the old one open until the charger comes with the new one, in any form of it", async () => {
    const charger = await answering("Accepted");
    expect(await change({ key: "authorizationkey", value: fresh })).toEqual({ status: "Accepted" });
    expect(charger.calls.at(-1)?.payload).toEqual({ key: "AuthorizationKey", value: fresh });
    await dial(old);
    await dial(Buffer.from(fresh, "hex"));
    await refused(old);
    await dial(fresh);
    expect(stateOf()?.security?.nextPasswords).toEqual([]);
    expect(JSON.stringify([hub.store.events, hub.lines])).not.toContain(fresh);
  });

  it.each(["Rejected", "NotSupported"])("that is %s does not open", async (status) => {
    await answering(status);
    expect(await change({ key: "AuthorizationKey", value: fresh })).toEqual({ status });
    await refused(fresh);
    await dial(old);
  });

  it("that a charger answers with an error does not open", async () => {
    (await dial(old)).on("ChangeConfiguration", () => {
      throw new Error("no");
    });
    await expect(change({ key: "AuthorizationKey", value: fresh })).rejects.toMatchObject({ code: "call_error" });
    await refused(fresh);
  });

  it("that nobody answered to may have been taken: all that it was told open, until it comes with one", async () => {
    await dial(old);
    for (const value of [fresh, "another password"]) {
      const told = change({ key: "AuthorizationKey", value });
      const late = expect(told).rejects.toMatchObject({ code: "call_timeout" });
      await eventually(() => expect(chargers[0]?.calls.at(-1)?.payload).toMatchObject({ value }));
      await hub.clock.advance(31_000);
      await late;
    }
    await dial(fresh);
    await refused("another password");
    await refused(old);
  });

  it("survives a hub that dies between the charger's answer and anything else", async () => {
    const charger = await dial(old);
    charger.on("ChangeConfiguration", () => {
      charger.socket.terminate();
      return { status: "Accepted" };
    });
    await expect(change({ key: "AuthorizationKey", value: fresh })).rejects.toMatchObject({
      code: "charge_point_offline",
    });
    await dial(fresh);
  });

  it("makes a charge point that asked for none ask for it", async () => {
    await answering("Accepted", undefined, "OPEN");
    await change({ key: "AuthorizationKey", value: fresh }, "OPEN");
    await dial("whatever it says", "OPEN");
    await dial(fresh, "OPEN");
    await refused(undefined, "OPEN");
  });

  it("is long enough, and for a charger that is there", async () => {
    await expect(change({ key: "AuthorizationKey", value: "short" })).rejects.toMatchObject({
      code: "invalid_password",
    });
    await expect(change({ key: "AuthorizationKey", value: fresh })).rejects.toMatchObject({
      code: "charge_point_offline",
    });
    await expect(change({ key: "AuthorizationKey", value: fresh }, "constructor")).rejects.toMatchObject({
      status: 409,
    });
    const key = "0".repeat(64);
    await hub.store.commit(() => ({ reply: null, events: [{ ...registered("OPEN"), local: { key } }] }));
    await dial(undefined, "OPEN");
    await expect(change({ key: "AuthorizationKey", value: fresh }, "OPEN")).rejects.toMatchObject({
      code: "conflicting",
    });
    expect(hub.credentials.newPassword()).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe("a higher security profile", () => {
  it("is asked for once the charger has come with it; what is below is then refused", async () => {
    await answering("RebootRequired");
    expect(await change({ key: "SecurityProfile", value: "2" })).toEqual({ status: "RebootRequired" });
    await dial(old);
    expect(stateOf()).toMatchObject({ registration: { securityProfile: 1 }, security: { nextProfile: 2 } });
    await dial(old, "CP1", {});
    expect(stateOf()).toMatchObject({ registration: { securityProfile: 2 }, security: { nextProfile: null } });
    await refused(old);
  });

  it("3 needs a certificate on record, and is reached with it", async () => {
    const charger = await answering("Accepted");
    await expect(change({ key: "SecurityProfile", value: "3" })).rejects.toMatchObject({ code: "certificate_needed" });
    const { key, csr } = await clientKey("CN=CP1");
    const signed = new Promise<string>((resolve) => {
      charger.on("CertificateSigned", ({ certificateChain }) => {
        resolve(String(certificateChain));
        return { status: "Accepted" };
      });
    });
    expect(await charger.call("SignCertificate", { csr })).toEqual({ status: "Accepted" });
    const cert = await signed;
    await change({ key: "SecurityProfile", value: "3" });
    await dial(old, "CP1", {});
    await dial(undefined, "CP1", { key, cert });
    expect(stateOf()?.registration.securityProfile).toBe(3);
    await refused(old, "CP1", {});
  });

  it("is not lowered by a message, and not raised without a password", async () => {
    const charger = await answering("Accepted");
    await expect(change({ key: "SecurityProfile", value: "0" })).rejects.toMatchObject({
      code: "downgrade",
      status: 409,
    });
    expect(charger.calls).toEqual([]);
    expect(await change({ key: "SecurityProfile", value: "1" })).toEqual({ status: "Accepted" });
    expect(charger.calls).toHaveLength(1);
    await answering("Accepted", undefined, "OPEN");
    await expect(change({ key: "SecurityProfile", value: "1" }, "OPEN")).rejects.toMatchObject({
      code: "password_needed",
    });
    await change({ key: "AuthorizationKey", value: fresh }, "OPEN");
    expect(await change({ key: "SecurityProfile", value: "1" }, "OPEN")).toEqual({ status: "Accepted" });
    await dial(fresh, "OPEN");
    expect(stateOf("OPEN")?.registration.securityProfile).toBe(1);
  });

  it("that the charger does not take changes nothing", async () => {
    await answering("Rejected");
    await change({ key: "SecurityProfile", value: "2" });
    await dial(old, "CP1", {});
    await dial(old);
    expect(stateOf()?.registration.securityProfile).toBe(1);
  });
});

it("other calls and keys go as they are", async () => {
  const charger = await answering("Accepted");
  charger.on("GetConfiguration", () => ({ unknownKey: [] }));
  await change({ key: "HeartbeatInterval", value: "45" });
  await change({ key: "SecurityProfile", value: "high" });
  await hub.credentials.call("CP1", "GetConfiguration", {});
  expect(charger.calls.map(({ payload }) => payload["value"])).toEqual(["45", "high", undefined]);
  await expect(hub.credentials.call("CP1", "ChangeConfiguration", {})).rejects.toMatchObject({
    code: "invalid_payload",
  });
});
