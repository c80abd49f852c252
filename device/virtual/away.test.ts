import { expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

const desk = new Desk(40);

type Values = { timestamp: string; sampledValue: { value: string; context: string }[] }[];

/** The core's test has a whole day of it; here a sample a second, which is as many for the VM, its flash and the line. */
it("charges on while the hub is gone in mid-session, thins its samples, and tells all of it in order", async () => {
  const { central } = desk;
  const charger = await desk.charging({ sampleIntervalSec: 1 });
  await central.expectCall("MeterValues", 1);
  await central.stop();
  const before = central.calls.length;
  const from = charger.plant.countedWh();
  await until("a hundred and twenty samples", () => charger.plant.countedWh() > from + 365);
  expect([charger.plant.contactorClosed, central.calls.length, charger.connected]).toEqual([true, before, false]);
  charger.plant.unplug();
  const flowed = charger.plant.countedWh();
  await until("the program has noticed", () => charger.view().lamp === "ready");
  await central.start();
  const stop = await central.expectCall("StopTransaction");
  expect(stop).toMatchObject({ transactionId: 2_000_000_001, reason: "EVDisconnected" });
  expect(Math.abs(flowed - Number(stop["meterStop"]))).toBeLessThan(3);
  const values = central.sent("MeterValues").map((call) => (call.payload["meterValue"] as Values)[0]);
  const wh = values.map((value) => Number(value?.sampledValue[0]?.value));
  expect(wh).toEqual(wh.toSorted((a, b) => a - b));
  const times = values.map((value) => Date.parse(value?.timestamp ?? ""));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(values.at(-1)?.sampledValue[0]).toMatchObject({
    value: `${Number(stop["meterStop"])}`,
    context: "Transaction.End",
  });
  // twenty places and more were filled, and what was given up stands for all of the time
  const queued = central.calls.slice(before).filter((call) => call.action === "MeterValues");
  expect(queued.length).toBeGreaterThan(15);
  expect(queued.length).toBeLessThan(40);
  expect(central.sent("StartTransaction")).toHaveLength(1);
});
