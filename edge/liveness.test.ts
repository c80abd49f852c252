import { afterEach, expect, it } from "vitest";
import { AppError } from "../shared/error";
import type { TestHub } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";
import { WsCharger } from "./testing/ws-charger";

let hub: TestHub;
afterEach(() => hub.close());

const online = (cpId: string) => hub.store.state.chargePoints[cpId]?.online;
const told = () => hub.store.events.flatMap(({ type }) => (type.endsWith("line") ? [type] : []));

it("after a start everybody is offline until the first frame", async () => {
  hub = await startTestHub({
    events: [
      registered("CP1"),
      registered("CP2"),
      { type: "chargePoint.online", data: { cpId: "CP1", transport: "mqtt" } },
    ],
  });
  expect(online("CP1")).toBe(true);
  await hub.liveness.start();
  expect([online("CP1"), online("CP2")]).toEqual([false, false]);
  const charger = await WsCharger.connect(hub.url, "CP1");
  expect(online("CP1")).toBe(false);
  await charger.call("Heartbeat", {});
  expect(online("CP1")).toBe(true);
});

it("says a change once, and counts by its own seconds, not by the clock of the day", async () => {
  hub = await startTestHub({ events: [registered("CP1")] });
  await hub.liveness.start();
  const charger = await WsCharger.connect(hub.url, "CP1");
  for (let i = 0; i < 3; i += 1) await charger.call("Heartbeat", {});
  hub.clock.jump(50 * 365 * 86_400_000);
  await hub.clock.advance(59_000);
  expect(told()).toEqual(["chargePoint.online"]);
  await charger.call("Heartbeat", {});
  await hub.clock.advance(60_000);
  await hub.clock.advance(60_000);
  expect(told()).toEqual(["chargePoint.online", "chargePoint.offline"]);
});

it("a closed connection is not offline at once: chargers come back", async () => {
  hub = await startTestHub({ events: [registered("CP1")] });
  await hub.liveness.start();
  const charger = await WsCharger.connect(hub.url, "CP1");
  await charger.call("Heartbeat", {});
  await charger.close();
  await hub.clock.advance(30_000);
  expect(online("CP1")).toBe(true);
  const back = await WsCharger.connect(hub.url, "CP1");
  await back.call("Heartbeat", {});
  await hub.clock.advance(59_000);
  expect(told()).toEqual(["chargePoint.online"]);
});

it("a store that refuses stops neither the counting nor the process, and its chargers are sent away", async () => {
  hub = await startTestHub({ events: [registered("CP1"), registered("CP2")] });
  await hub.liveness.start();
  const charger = await WsCharger.connect(hub.url, "CP1");
  await charger.call("Heartbeat", {});
  const failures = () => hub.lines.filter(({ msg }) => msg === "could not write who is alive").length;
  hub.store.failure = new AppError("store_unavailable", "The disk is full.");
  const other = await WsCharger.connect(hub.url, "CP2");
  other.send('[2,"1","Heartbeat",{}]');
  expect(await other.closed()).toBe(1013);
  expect(failures()).toBe(1);
  await hub.clock.advance(60_000);
  expect([online("CP1"), failures()]).toEqual([true, 2]);
  hub.store.failure = null;
  await hub.clock.advance(1000);
  expect(online("CP1")).toBe(false);
});

it("a charger that refuses to boot when asked is not asked again", async () => {
  hub = await startTestHub({ events: [registered("CP1")] });
  await hub.liveness.start();
  const charger = await WsCharger.connect(hub.url, "CP1");
  charger.on("TriggerMessage", () => {
    throw new Error("no");
  });
  await charger.call("Heartbeat", {});
  await hub.clock.advance(15_000);
  await charger.until(() => charger.calls.length === 1);
  await charger.call("Heartbeat", {});
  await hub.clock.advance(60_000);
  await charger.call("Heartbeat", {});
  expect(charger.calls).toHaveLength(1);
});

it("a charger that has booted is not asked to", async () => {
  hub = await startTestHub({ events: [registered("CP1")] });
  await hub.liveness.start();
  const charger = await WsCharger.connect(hub.url, "CP1");
  await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  await charger.call("Heartbeat", {});
  await hub.clock.advance(30_000);
  await charger.call("Heartbeat", {});
  expect(charger.calls).toEqual([]);
});
