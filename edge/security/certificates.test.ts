import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { hashPassword } from "../password";
import { WsCharger } from "../testing/ws-charger";
import { registered } from "../testing/registration";
import { clientKey } from "../tls/testing/client-key";
import type { TlsHub } from "../tls/testing/tls-hub";
import { startTlsHub } from "../tls/testing/tls-hub";

const password = "a long password";
const DAY = 86_400_000;
let hub: TlsHub;
let charger: WsCharger;

beforeEach(async () => {
  const hash = await hashPassword(password);
  hub = await startTlsHub({
    events: [
      registered("CP1", { serialNumber: "SER 7" }, hash),
      registered("CP3", { securityProfile: 3 }),
      registered("OPEN"),
    ],
  });
  charger = await WsCharger.connect(hub.url, "CP1", { password });
  const boot = { chargePointVendor: "V", chargePointModel: "M", chargePointSerialNumber: "SER 7" };
  expect(await charger.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
});
afterEach(async () => {
  charger.socket.terminate();
  await hub.close();
});

const issue = async (commonName: string, cpId = "CP1") =>
  hub.certificates.issue(cpId, (await clientKey(`CN=${commonName}`)).csr);
const notes = () =>
  hub.store.events.flatMap((event) => (event.type === "chargePoint.securityEvent" ? [event.data] : []));

it("are for the charge point's id, its registered serial number, or the one that it boots with", async () => {
  await issue("cp1");
  await issue("ser 7");
  await expect(issue("CP2")).rejects.toMatchObject({ code: "wrong_name", status: 400 });
  await expect(issue("BOOT-9", "OPEN")).rejects.toMatchObject({ code: "wrong_name" });
  const open = await WsCharger.connect(hub.url, "OPEN");
  await open.call("BootNotification", {
    chargePointVendor: "V",
    chargePointModel: "M",
    chargePointSerialNumber: "BOOT-9",
  });
  await issue("BOOT-9", "OPEN");
  await open.close();
  await expect(issue("NOBODY", "NOBODY")).rejects.toMatchObject({ code: "unknown_charge_point", status: 404 });
});

it("are so many an hour and open at once", async () => {
  for (let each = 0; each < 5; each += 1) await issue("CP1");
  await expect(issue("CP1")).rejects.toMatchObject({ code: "too_many_certificates", status: 429 });
  const { csr } = await clientKey("CN=CP1");
  expect(await charger.call("SignCertificate", { csr })).toEqual({ status: "Rejected" });
  for (let hour = 0; hour < 2; hour += 1) {
    hub.clock.jump(3_600_000);
    for (let each = 0; each < 2; each += 1) await issue("CP1");
  }
  expect(hub.store.state.chargePoints["CP1"]?.security?.certificates).toHaveLength(8);
  hub.clock.jump(740 * DAY);
  await issue("CP1");
  expect(hub.store.state.chargePoints["CP1"]?.security?.certificates).toHaveLength(1);
});

it("a charger that proves nothing gets none, nor one whose request is none", async () => {
  const open = await WsCharger.connect(hub.url, "OPEN");
  const { csr } = await clientKey("CN=OPEN");
  expect(await open.call("SignCertificate", { csr })).toEqual({ status: "Rejected" });
  await open.close();
  expect(await charger.call("SignCertificate", { csr: "hello" })).toEqual({ status: "Rejected" });
});

it("what becomes of a charger's request is noted where it fails", async () => {
  expect(await charger.call("SignCertificate", { csr: "-----BEGIN nothing" })).toEqual({ status: "Accepted" });
  await eventually(() =>
    expect(notes().at(-1)).toMatchObject({ type: "CertificateNotIssued", techInfo: "invalid_csr" }),
  );
  const other = await clientKey("CN=CP2");
  await charger.call("SignCertificate", { csr: other.csr });
  await eventually(() => expect(notes().at(-1)).toMatchObject({ techInfo: "wrong_name", source: "hub" }));
  charger.on("CertificateSigned", () => ({ status: "Rejected" }));
  await charger.call("SignCertificate", { csr: (await clientKey("CN=CP1")).csr });
  await eventually(() => expect(notes().at(-1)).toMatchObject({ type: "CertificateNotTaken" }));
});

it("a charger is asked for a new key a month before its certificate runs out", async () => {
  const { key, csr } = await clientKey("CN=CP3");
  const cert = await hub.certificates.issue("CP3", csr);
  const third = await WsCharger.connect(hub.wss, "CP3", { key, cert, ca: hub.ca });
  third.on("ExtendedTriggerMessage", () => ({ status: "Accepted" }));
  await hub.clock.advance(DAY);
  expect(third.calls).toEqual([]);
  hub.clock.jump(700 * DAY);
  await hub.clock.advance(DAY / 2);
  await third.until(() => third.calls.length > 0);
  expect(third.calls[0]).toMatchObject({
    action: "ExtendedTriggerMessage",
    payload: { requestedMessage: "SignChargePointCertificate" },
  });
  third.on("ExtendedTriggerMessage", () => {
    throw new Error("no");
  });
  await hub.clock.advance(DAY / 2);
  await eventually(() => expect(JSON.stringify(hub.lines)).toContain("could not ask a charger to renew"));
  third.socket.terminate();
});

it("keeps what a charger says of its security, however long, and without a time", async () => {
  const said = { type: "T".repeat(80), timestamp: "2026-11-21T12:00:00Z", techInfo: "i".repeat(300) };
  expect(await charger.call("SecurityEventNotification", said)).toEqual({});
  expect(await charger.call("SecurityEventNotification", { type: "InvalidMessages" })).toEqual({});
  expect(notes()).toEqual([
    {
      cpId: "CP1",
      source: "chargePoint",
      type: "T".repeat(50),
      techInfo: "i".repeat(255),
      chargerTime: said.timestamp,
    },
    { cpId: "CP1", source: "chargePoint", type: "InvalidMessages", techInfo: null, chargerTime: null },
  ]);
});
