import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keptValues, meterValue, powerW, registerWh } from "./meter";

const register = (value: string, more: object = {}) => [{ value, ...more }];

describe("the register", () => {
  it.each([
    ["1234", {}, 1234],
    ["1234", { measurand: "Energy.Active.Import.Register", unit: "Wh" }, 1234],
    ["12.345678901234567", { unit: "kWh" }, 12345],
    ["12345678.12345678", { unit: "kWh" }, 12345678123],
    ["1,5", { unit: "KWH" }, 1500],
    ["0.0006", { unit: "kWh" }, 0],
    ["1.5e3", {}, 1500],
    ["15E-1", {}, 1],
    [".5", { unit: "kWh" }, 500],
    ["5.", {}, 5],
    [" 7 ", {}, 7],
    ["1e-9", {}, 0],
    ["-5", {}, null],
    ["-0", {}, 0],
    ["x", {}, null],
    ["", {}, null],
    [".", {}, null],
    ["99999999999999999999", {}, null],
    ["5", { unit: "Hz" }, null],
    ["5", { measurand: "Voltage" }, null],
    ["5", { format: "SignedData" }, null],
    ["5", { location: "EV" }, null],
    ["5", { location: "Inlet" }, 5],
  ])("%s %j is %s Wh", (value, more, wh) => {
    expect(registerWh(register(value, more))).toBe(wh);
  });

  it("prefers the total over the phases, and the outlet over the inlet", () => {
    expect(registerWh([{ value: "9", phase: "L1" }, { value: "5" }, { value: "9", location: "Inlet" }])).toBe(5);
    expect(
      registerWh([
        { value: "9", location: "Inlet" },
        { value: "5", location: "Outlet" },
      ]),
    ).toBe(5);
    expect(registerWh([{ value: "5" }, { value: "6", context: "Transaction.End" }])).toBe(6);
  });

  it("adds the phases where there is no total", () => {
    const phases = ["L1", "L2", "L3"].map((phase, index) => ({ value: String(index + 1), phase, unit: "kWh" }));
    expect(registerWh(phases)).toBe(6000);
    expect(registerWh([{ value: "4", phase: "L1-N" }])).toBe(4);
    expect(
      registerWh([
        { value: "4", phase: "L1" },
        { value: "x", phase: "L2" },
      ]),
    ).toBeNull();
    expect(registerWh([{ value: "4", phase: "N" }])).toBeNull();
  });

  it("is exact for any register and any number of digits", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), fc.stringMatching(/^\d{0,12}$/), (wh, more) => {
        const text = String(wh).padStart(4, "0");
        const kWh = `${text.slice(0, -3)}.${text.slice(-3)}${more}`;
        expect(registerWh(register(kWh, { unit: "kWh" }))).toBe(wh);
      }),
    );
  });
});

it("power is in W, from kW or from the phases", () => {
  const power = { measurand: "Power.Active.Import" };
  expect(powerW([{ value: "7400", ...power }])).toBe(7400);
  expect(powerW([{ value: "7.36", unit: "kW", ...power }])).toBe(7360);
  expect(powerW(["L1", "L2", "L3"].map((phase) => ({ value: "1000", phase, ...power })))).toBe(3000);
  expect(powerW([{ value: "7400" }])).toBeNull();
});

it("takes values as numbers and null for what is left out, and keeps the rest to the letter", () => {
  const parsed = meterValue.parse({
    timestamp: null,
    sampledValue: [{ value: 1.5, unit: "kWh", phase: null, somethingNew: 1, context: "x".repeat(60) }],
  });
  expect(keptValues(parsed.sampledValue)).toEqual([{ value: "1.5", unit: "kWh", context: "x".repeat(40) }]);
  expect(meterValue.safeParse({ sampledValue: [{}] }).success).toBe(false);
});
