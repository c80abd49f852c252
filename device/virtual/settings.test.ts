import { expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { damagedFlash } from "../core/testing/damaged";
import { Desk } from "./testing/desk";

const desk = new Desk(20);

interface Key {
  key: string;
  readonly: boolean;
  value: string;
}

const BAD = ["", "x", "-1", "0.5", "1e3", "99999999999999999999", "true ", "null", "\u00fc", "9".repeat(500)];
const GOOD = ["0", "1", "86400", "FALSE", "true", "Energy.Active.Import.Register", "Manual", "Slow"];

it("takes every configuration key with bad, extreme and right values, and never panics", async () => {
  const { central } = desk;
  const charger = await desk.charging();
  const all = async (): Promise<Key[]> =>
    ((await central.call("CP1", "GetConfiguration", {})) as { configurationKey: Key[] }).configurationKey;
  const keys = await all();
  expect(keys.length).toBeGreaterThan(30);
  const statuses = new Set<unknown>();
  for (const { key, readonly } of keys) {
    // key by key, so that none finds the queue of answers full
    const values = readonly ? ["", "true"] : [...BAD, ...GOOD];
    const answers = values.map((value) => central.call("CP1", "ChangeConfiguration", { key, value }));
    for (const answer of await Promise.all(answers)) statuses.add((answer as { status: string }).status);
  }
  expect([...statuses].toSorted()).toEqual(["Accepted", "Rejected"]);
  const after = await all();
  expect(after.map(({ key }) => key)).toEqual(keys.map(({ key }) => key));
  expect(after.filter((now, i) => now.readonly && now.value !== keys[i]?.value)).toEqual([]);
  for (const { key, value } of after) {
    if (key === "StopTransactionOnInvalidId") expect(value).toBe("true");
    if (key === "HeartbeatInterval") expect(value).toBe("86400");
  }
  expect(charger.plant.contactorClosed).toBe(true);
});

it("starts from a flash in which everything is damaged, and charges", async () => {
  const { central } = desk;
  const charger = await desk.charging({ settings: damagedFlash(), sampleIntervalSec: undefined });
  expect(await central.call("CP1", "GetLocalListVersion", {})).toEqual({ listVersion: 0 });
  charger.plant.unplug();
  await central.expectCall("StopTransaction");
});

it.each([
  ["port", "0"],
  ["port", "hub"],
  ["maxMa", "x"],
  ["maxMa", "5999"],
  ["maxMa", "999999"],
  ["key", "not a key"],
])("waits where the installer's %s is %s, and closes nothing", async (key, value) => {
  const charger = await desk.power({ settings: { [key]: value } });
  charger.plug({});
  charger.plant.tap("TAG");
  await desk.pass(5000);
  expect([charger.connected, charger.plant.contactorClosed, charger.plant.lamp]).toEqual([false, false, 0]);
  await until("its heap", () => charger.heap());
});
