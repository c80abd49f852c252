import { afterEach, expect, it } from "vitest";
import type { TestHub } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";
import { WsCharger } from "./testing/ws-charger";

let hub: TestHub;
afterEach(() => hub.close());

async function connected(options: Parameters<typeof startTestHub>[0] = {}) {
  hub = await startTestHub({ events: [registered("CP1")], ...options });
  return WsCharger.connect(hub.url, "CP1");
}

it("validates what it sends", async () => {
  await connected();
  await expect(hub.peers.callUnchecked("CP1", "MakeCoffee", {})).rejects.toMatchObject({
    code: "unknown_action",
    status: 400,
  });
  for (const payload of [{}, { type: "soft" }, { type: "Soft", more: 1 }, null]) {
    await expect(hub.peers.callUnchecked("CP1", "Reset", payload)).rejects.toMatchObject({
      code: "invalid_payload",
      status: 400,
    });
  }
});

it("validates the answer, and lets pass what it does not know", async () => {
  const charger = await connected();
  charger.on("Reset", () => ({ status: "Accepted", more: 1 }));
  expect(await hub.peers.call("CP1", "Reset", { type: "Soft" })).toMatchObject({ status: "Accepted" });
  charger.on("Reset", () => ({ status: "Perhaps" }));
  await expect(hub.peers.call("CP1", "Reset", { type: "Soft" })).rejects.toMatchObject({
    code: "invalid_response",
    status: 502,
  });
});

it("says 409 where nobody is", async () => {
  const charger = await connected();
  await expect(hub.peers.call("CP9", "ClearCache", {})).rejects.toMatchObject({
    code: "charge_point_offline",
    status: 409,
  });
  expect([hub.peers.isConnected("CP1"), hub.peers.isConnected("CP9")]).toEqual([true, false]);
  hub.peers.disconnect("CP9", "nobody");
  hub.peers.disconnect("CP1", "removed");
  expect(await charger.closed()).toBe(1008);
  await expect(hub.peers.call("CP1", "ClearCache", {})).rejects.toMatchObject({ status: 409 });
});

it("stops a transaction whose request was given up, and bills nothing", async () => {
  const charger = await connected();
  const request = { requestId: "r1", cpId: "CP1", connectorId: 1 };
  await hub.store.commit(() => ({
    reply: null,
    events: [
      { type: "start.requested", data: { ...request, idTag: "MINTED" }, local: { secretHash: "x" } },
      { type: "start.failed", data: { ...request, reason: "no_answer" } },
    ],
  }));
  const start = { connectorId: 1, idTag: "minted", meterStart: 0, timestamp: "2026-11-21T12:00:00Z" };
  const { transactionId, idTagInfo } = await charger.call("StartTransaction", start);
  expect(idTagInfo).toEqual({ status: "Invalid" });
  await charger.until(() => charger.calls.length > 0);
  expect(charger.calls).toMatchObject([{ action: "RemoteStopTransaction", payload: { transactionId } }]);
  charger.socket.terminate();
  await charger.closed();
  while (hub.peers.isConnected("CP1")) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(hub.lines.some(({ action }) => action === "RemoteStopTransaction")).toBe(true);
});

it("a handler's failure is an InternalError that changes nothing", async () => {
  const charger = await connected({
    randomId: () => {
      throw new Error("a bug");
    },
  });
  const start = { connectorId: 1, idTag: "x", meterStart: 0, timestamp: "2026-11-21T12:00:00Z" };
  await expect(charger.call("StartTransaction", start)).rejects.toMatchObject({ code: "InternalError" });
  expect(hub.sessions()).toEqual([]);
  expect(await charger.call("Heartbeat", {})).toHaveProperty("currentTime");
});

it("so is an answer that is none", async () => {
  const charger = await connected({ randomId: () => -1 });
  const start = { connectorId: 1, idTag: "x", meterStart: 0, timestamp: "2026-11-21T12:00:00Z" };
  await expect(charger.call("StartTransaction", start)).rejects.toMatchObject({ code: "InternalError" });
  expect(hub.sessions()).toEqual([]);
});

it("processes nothing of a charger that is not what was registered, or not any more", async () => {
  const charger = await connected({ events: [registered("CP1", { vendor: "ACME", serialNumber: "S1" })] });
  const status = { connectorId: 1, status: "Available", errorCode: "NoError" };
  await expect(charger.call("StatusNotification", status)).rejects.toMatchObject({ code: "SecurityError" });
  const boot = { chargePointVendor: "Other", chargePointModel: "M", chargePointSerialNumber: "S1" };
  expect(await charger.call("BootNotification", boot)).toMatchObject({ status: "Rejected", interval: 60 });
  await expect(charger.call("StatusNotification", status)).rejects.toMatchObject({ code: "SecurityError" });
  await expect(charger.call("Heartbeat", {})).rejects.toMatchObject({ code: "SecurityError" });
  expect(hub.store.state.chargePoints.CP1?.connectors).toEqual({});
  expect(await charger.call("BootNotification", { ...boot, chargePointVendor: "acme" })).toMatchObject({
    status: "Accepted",
  });
  expect(await charger.call("StatusNotification", status)).toEqual({});
  await hub.store.commit(() => ({ reply: null, events: [{ type: "chargePoint.removed", data: { cpId: "CP1" } }] }));
  await expect(charger.call("Authorize", { idTag: "x" })).rejects.toMatchObject({ code: "SecurityError" });
});

it("answers only after the fsync", async () => {
  const charger = await connected();
  const releases: (() => void)[] = [];
  hub.store.fsync = () => new Promise((resolve) => void releases.push(resolve));
  const answer = charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
  while (!hub.store.state.chargePoints.CP1?.connectors[1]) await new Promise((resolve) => setImmediate(resolve));
  expect(charger.frames).toEqual([]);
  hub.store.fsync = () => Promise.resolve();
  for (const release of releases) release();
  expect(await answer).toEqual({});
});
