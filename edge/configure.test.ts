import { afterEach, expect, it } from "vitest";
import { standardConfiguration } from "./configure";
import type { TestHub } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";
import { OcppError, WsCharger } from "./testing/ws-charger";

let hub: TestHub;
afterEach(() => hub.close());

const wanted = { HeartbeatInterval: "45", MeterValueSampleInterval: "30", StopTransactionOnInvalidId: "true" };

/** A charger with that configuration; what it does with a change is up to the test. */
async function boot(
  values: Record<string, string>,
  change: (key: string, value: string) => string,
  readonly: string[] = [],
) {
  hub = await startTestHub({ events: [registered("CP1")], configuration: wanted });
  const charger = await WsCharger.connect(hub.url, "CP1");
  charger.on("GetConfiguration", ({ key }) => ({
    configurationKey: (key as string[])
      .filter((each) => each in values)
      .map((each) => ({ key: each, value: values[each], readonly: readonly.includes(each) })),
    unknownKey: (key as string[]).filter((each) => !(each in values)),
  }));
  charger.on("ChangeConfiguration", ({ key, value }) => ({ status: change(String(key), String(value)) }));
  await again(charger);
  return charger;
}

async function again(charger: WsCharger): Promise<void> {
  const before = charger.calls.length;
  await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  expect(charger.calls).toHaveLength(before);
  await hub.clock.advance(2000);
}

const outcomes = () =>
  Object.fromEntries(
    Object.entries(hub.configurator.report("CP1")?.keys ?? {}).map(([key, { outcome }]) => [key, outcome]),
  );
const changes = (charger: WsCharger) =>
  charger.calls.filter(({ action }) => action === "ChangeConfiguration").map(({ payload }) => payload.key);

/** All calls are answered, and none is under way. */
async function quiet(charger: WsCharger): Promise<void> {
  for (let seen = -1; seen !== charger.calls.length;) {
    seen = charger.calls.length;
    await charger.call("Heartbeat", {});
    await charger.call("Heartbeat", {});
    await charger.call("Heartbeat", {});
  }
}

it("changes what differs, once, and reads it back", async () => {
  const values: Record<string, string> = { HeartbeatInterval: "45", MeterValueSampleInterval: "60" };
  const charger = await boot(values, (key, value) => {
    values[key] = value;
    return "Accepted";
  });
  await quiet(charger);
  expect(changes(charger)).toEqual(["MeterValueSampleInterval"]);
  expect(outcomes()).toEqual({
    HeartbeatInterval: "Kept",
    MeterValueSampleInterval: "Accepted",
    StopTransactionOnInvalidId: "NotSupported",
  });
  await again(charger);
  await quiet(charger);
  expect(changes(charger)).toHaveLength(1);
});

it("does not push again what a charger accepts and does not keep, refuses, or keeps for itself", async () => {
  const values = { HeartbeatInterval: "300", MeterValueSampleInterval: "60", StopTransactionOnInvalidId: "false" };
  const answers: Record<string, string> = { HeartbeatInterval: "Accepted", MeterValueSampleInterval: "RebootRequired" };
  const charger = await boot(values, (key) => answers[key] ?? "Rejected", ["StopTransactionOnInvalidId"]);
  await quiet(charger);
  const expected = {
    HeartbeatInterval: "Ignored",
    MeterValueSampleInterval: "RebootRequired",
    StopTransactionOnInvalidId: "ReadOnly",
  };
  expect(outcomes()).toEqual(expected);
  for (let boots = 0; boots < 3; boots += 1) {
    await again(charger);
    await quiet(charger);
    expect(outcomes()).toEqual(expected);
  }
  expect(changes(charger)).toHaveLength(2);
});

it("tells everything to a charger that cannot be asked, and tolerates its refusals", async () => {
  hub = await startTestHub({ events: [registered("CP1")], configuration: wanted });
  const charger = await WsCharger.connect(hub.url, "CP1");
  charger.on("GetConfiguration", () => {
    throw new OcppError("NotSupported", "");
  });
  charger.on("ChangeConfiguration", ({ key }) => {
    return { status: key === "HeartbeatInterval" ? "NotSupported" : "Accepted" };
  });
  await again(charger);
  await quiet(charger);
  expect(outcomes()).toEqual({
    HeartbeatInterval: "NotSupported",
    MeterValueSampleInterval: "Accepted",
    StopTransactionOnInvalidId: "Accepted",
  });
});

it("gives up at once where a charger knows no configuration at all; goes on where it only refuses a key", async () => {
  hub = await startTestHub({ events: [registered("CP1")], configuration: wanted });
  const charger = await WsCharger.connect(hub.url, "CP1");
  const refuse = () => {
    throw new OcppError("NotImplemented", "");
  };
  charger.on("GetConfiguration", refuse).on("ChangeConfiguration", refuse);
  await again(charger);
  await quiet(charger);
  expect(changes(charger)).toEqual(["HeartbeatInterval"]);
  charger.on("GetConfiguration", () => ({}));
  await again(charger);
  await quiet(charger);
  expect(changes(charger)).toEqual(["HeartbeatInterval", "MeterValueSampleInterval", "StopTransactionOnInvalidId"]);
});

it("leaves a silent charger alone until its next boot, and holds nobody up meanwhile", async () => {
  hub = await startTestHub({ events: [registered("CP1")], configuration: wanted });
  const charger = await WsCharger.connect(hub.url, "CP1");
  await again(charger);
  await charger.until(() => charger.calls.length === 1);
  charger.on("ClearCache", () => ({ status: "Accepted" }));
  const asked = hub.peers.call("CP1", "ClearCache", {});
  await hub.clock.advance(10_000);
  expect(await asked).toEqual({ status: "Accepted" });
  await quiet(charger);
  expect(charger.calls.map(({ action }) => action)).toEqual(["GetConfiguration", "ClearCache"]);
  expect(outcomes()).toEqual({});
});

it("a charger that goes silent at a change is asked again at its next boot", async () => {
  hub = await startTestHub({ events: [registered("CP1")], configuration: { HeartbeatInterval: "45" } });
  const charger = await WsCharger.connect(hub.url, "CP1");
  charger.on("GetConfiguration", () => ({}));
  await again(charger);
  await charger.until(() => changes(charger).length === 1);
  await again(charger);
  await hub.clock.advance(10_000);
  expect(outcomes()).toEqual({ HeartbeatInterval: "NoAnswer" });
  charger.on("ChangeConfiguration", () => ({ status: "Accepted" }));
  await again(charger);
  await quiet(charger);
  expect(outcomes()).toEqual({ HeartbeatInterval: "Accepted" });
  expect(hub.configurator.report("CP2")).toBeNull();
});

it("what a site wants of every charger is within OCPP's limits", () => {
  for (const [key, value] of Object.entries(standardConfiguration(45, 30))) {
    expect(key.length).toBeLessThanOrEqual(50);
    expect(value.length).toBeLessThanOrEqual(500);
  }
  expect(standardConfiguration(45, 30)).toMatchObject({ HeartbeatInterval: "45", MeterValueSampleInterval: "30" });
});
