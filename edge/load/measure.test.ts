import { describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import type { SampledValue } from "../../shared/ocpp";
import { readingOf } from "./measure";

type Metered = Extract<HubEvent, { type: "session.metered" }>["data"];

const at = "2026-11-21T12:00:00Z";
const now = Date.parse(at) + 500;
const metered = (values: SampledValue[], powerW: number | null = null): Metered => ({
  cpId: "CP1",
  connectorId: 1,
  id: null,
  at,
  registerWh: null,
  powerW,
  samples: [{ at, chargerTime: null, values }],
});
const current = (value: string, more: Partial<SampledValue> = {}): SampledValue => ({
  value,
  measurand: "Current.Import",
  ...more,
});
const power = (value: string, more: Partial<SampledValue> = {}): SampledValue => ({
  value,
  measurand: "Power.Active.Import",
  ...more,
});

describe("a reading", () => {
  it.each<[string, SampledValue[], number[], boolean]>([
    [
      "each phase",
      ["L1", "L2-N", "L3"].map((phase, i) => current(String(6 + i), { phase, unit: "A" })),
      [6, 7, 8],
      true,
    ],
    ["one phase only", [current("9.5", { phase: "L2" })], [0, 9.5, 0], true],
    ["one value for all", [current("10")], [10, 10, 10], false],
    ["milliamperes", [current("16000", { unit: "mA" })], [16, 16, 16], false],
    ["power by phase", [power("2300", { phase: "L1" }), power("2.3", { phase: "L3", unit: "kW" })], [10, 0, 10], true],
    ["power in all", [power("6900")], [10, 10, 10], false],
    ["current before power", [power("6900"), current("3", { phase: "L1" })], [3, 0, 0], true],
    ["what flows back as nothing", [current("-4")], [0, 0, 0], false],
    [
      "no more than can be written: milliamperes that are called amperes",
      [current("16000")],
      [10_000, 10_000, 10_000],
      false,
    ],
    [
      "a value at the outlet, not at the inlet",
      [current("30", { location: "Inlet" }), current("8", { location: "Outlet" })],
      [8, 8, 8],
      false,
    ],
  ])("tells %s", (_, values, amps, perPhase) => {
    const reading = readingOf(metered(values), 3, now);
    expect(reading).toMatchObject({ at: Date.parse(at), perPhase });
    reading?.amps.forEach((each, phase) => expect(each).toBeCloseTo(amps[phase] as number, 6));
  });

  it("counts on one phase of a charger that has one", () => {
    expect(readingOf(metered([power("2300")]), 1, now)?.amps).toEqual([10, 0, 0]);
    expect(readingOf(metered([current("7")]), 1, now)?.amps).toEqual([7, 0, 0]);
  });

  it("falls back to the power that the hub made of it, and never lies in the future", () => {
    expect(readingOf(metered([], 6900), 3, now)).toEqual({ at: Date.parse(at), amps: [10, 10, 10], perPhase: false });
    expect(readingOf(metered([current("1")]), 3, Date.parse(at) - 9)?.at).toBe(Date.parse(at) - 9);
    expect(readingOf(metered([], 2 ** 53), 3, now)?.amps).toEqual([10_000, 10_000, 10_000]);
  });

  it.each([
    ["nothing", []],
    ["other things", [{ value: "230", measurand: "Voltage" }]],
    ["no number", [current("many"), current(" ")]],
    ["a unit of its own", [current("5", { unit: "furlong" })]],
    ["the neutral conductor", [current("5", { phase: "N" }), current("5", { phase: "L1-L2" })]],
    ["signed data", [current("5", { format: "SignedData" })]],
  ])("is none where there is %s", (_, values) => {
    expect(readingOf(metered(values), 3, now)).toBeNull();
  });

  it("is the latest of a message that tells a current", () => {
    const data = metered([current("5")]);
    const later = { at: "2026-11-21T12:00:00.400Z", chargerTime: null, values: [current("6")] };
    const none = { at: "2026-11-21T12:00:00.450Z", chargerTime: null, values: [] };
    const reading = readingOf({ ...data, samples: [...data.samples, later, none] }, 3, now);
    expect(reading).toMatchObject({ amps: [6, 6, 6], at: Date.parse(later.at) });
  });
});
