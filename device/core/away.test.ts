import { expect, it } from "vitest";
import { PILOT_A } from "./board";
import { PLACES } from "./message-queue";
import { contextOf, energyOf } from "./testing/readings";
import { Rig } from "./testing/rig";

const DAY_MS = 86_400_000;

it("charges on through a day without the hub, thins its samples evenly, and tells all of it in order", () => {
  const rig = new Rig().charging();
  const begun = rig.calls.length;
  rig.charger.client.disconnected();
  rig.run(DAY_MS, 2000);
  expect([rig.outputs?.contactor, rig.calls.length]).toEqual([true, begun]);
  rig.charger.client.connected();
  rig.inputs.pilot = PILOT_A;
  rig.run(10_000);
  const told = rig.sent("MeterValues").map((call) => call.payload);
  const wh = told.map(energyOf);
  expect(wh).toEqual(wh.toSorted((a, b) => a - b));
  expect(told.length).toBeGreaterThan(PLACES - 4);
  expect(contextOf(told.at(-1))).toBe("Transaction.End");
  const gaps = wh.slice(1).map((value, i) => value - (wh[i] ?? 0));
  // 2,880 samples in some twenty places: none of the gaps between them is more than a few hours
  expect(Math.max(...gaps)).toBeLessThan(6 * 3600);
  const stop = rig.last("StopTransaction");
  expect(stop).toMatchObject({ meterStop: rig.charger.station.meter.totalWh(), reason: "EVDisconnected" });
  expect(Number(stop["meterStop"])).toBeGreaterThan(86_390);
  expect(rig.sent("StartTransaction")).toHaveLength(1);
});
