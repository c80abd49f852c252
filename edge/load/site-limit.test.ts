import { describe, expect, it } from "vitest";
import { guaranteedLimit, LEAD_MS, limitAt } from "./site-limit";
import type { LimitInput } from "./site-limit";
import { leftBy, noMeter, reported, SILENT_MS } from "./site-meter";
import type { MeterReport } from "./site-meter";

const none: LimitInput = { capA: null, limit: null, leftA: null, timeZone: "Europe/Berlin" };
const window = { days: [] as number[], from: "18:00", to: "20:00", limitA: 10 };
/** A Saturday in Berlin (UTC+1). */
const at = (time: string) => Date.parse(`2026-11-21T${time}:00+01:00`);

describe("the site's limit", () => {
  it("is none, the hub's own, the owner's, or the lower of both", () => {
    expect(limitAt(none, 0)).toBeNull();
    expect(guaranteedLimit(none)).toBeNull();
    expect(limitAt({ ...none, capA: 16 }, 0)).toEqual([16, 16, 16]);
    const limit = { kind: "constant" as const, limitA: [10, 20, 30] as [number, number, number] };
    expect(limitAt({ ...none, limit }, 0)).toEqual([10, 20, 30]);
    expect(limitAt({ ...none, limit, capA: 16 }, 0)).toEqual([10, 16, 16]);
    expect(guaranteedLimit({ ...none, limit, capA: 16 })).toEqual([10, 16, 16]);
  });

  it.each([
    ["17:58", window, 32],
    ["17:59", window, 10],
    ["18:00", window, 10],
    ["19:59", window, 10],
    ["20:00", window, 32],
    ["19:00", { ...window, days: [6] }, 10],
    ["19:00", { ...window, days: [7, 5] }, 32],
    ["01:00", { ...window, from: "22:00", to: "06:00" }, 10],
    ["01:00", { ...window, from: "22:00", to: "06:00", days: [5] }, 10],
    ["01:00", { ...window, from: "22:00", to: "06:00", days: [6] }, 32],
    ["23:00", { ...window, from: "22:00", to: "06:00", days: [6] }, 10],
    ["12:00", { ...window, from: "00:00", to: "00:00" }, 10],
  ])("at %s on a Saturday follows the schedule, and falls a minute ahead", (time, each, amps) => {
    const limit = { kind: "schedule" as const, otherwiseA: 32, windows: [each] };
    expect(limitAt({ ...none, limit }, at(time))).toEqual([amps, amps, amps]);
    expect(LEAD_MS).toBe(60_000);
  });

  it("knows Monday after Sunday night, and the lowest of windows that overlap", () => {
    const night = { ...window, from: "22:00", to: "06:00", days: [7] };
    const limit = {
      kind: "schedule" as const,
      otherwiseA: 32,
      windows: [night, { ...window, from: "05:00", to: "07:00", limitA: 20 }],
    };
    expect(limitAt({ ...none, limit }, Date.parse("2026-11-23T05:30:00+01:00"))).toEqual([10, 10, 10]);
    expect(limitAt({ ...none, limit }, Date.parse("2026-11-24T05:30:00+01:00"))).toEqual([20, 20, 20]);
    expect(guaranteedLimit({ ...none, limit })).toEqual([10, 10, 10]);
  });

  it("is what the meter leaves, at least what is guaranteed and at most the fuse", () => {
    const limit = { kind: "meter" as const, fuseA: 40, guaranteedA: 8, includesChargers: false };
    expect(limitAt({ ...none, limit, leftA: [30, 2, 99] }, 0)).toEqual([30, 8, 40]);
    expect(limitAt({ ...none, limit }, 0)).toEqual([8, 8, 8]);
    expect(guaranteedLimit({ ...none, limit })).toEqual([8, 8, 8]);
  });
});

describe("a site meter", () => {
  const report: MeterReport = { at: 0, amps: [10, 10, 10], fuseA: [40, 40, 40], chargersA: null, steady: true };

  it("leaves the lowest of the last minute, and nothing is known when it is silent", () => {
    let meter = reported(noMeter, report);
    meter = reported(meter, { ...report, at: 1_000, amps: [25, 5, 10] });
    meter = reported(meter, { ...report, at: 2_000 });
    expect(leftBy(meter, 2_000)).toEqual([15, 30, 30]);
    expect(leftBy(meter, 1_000 + SILENT_MS)).toEqual([30, 30, 30]);
    expect(leftBy(meter, 2_000 + SILENT_MS)).toBeNull();
    expect(reported(meter, { ...report, at: 2_001 + SILENT_MS }).recent).toHaveLength(1);
  });

  it("that sees the chargers too leaves what it shows less their own readings", () => {
    const meter = reported(noMeter, { ...report, amps: [30, 5, 10], chargersA: [16, 16, 0] });
    expect(leftBy(meter, 0)).toEqual([26, 40, 30]);
  });

  it("is not believed about the rest of the site while the chargers' limits move, unless the fuse is overloaded", () => {
    const before = reported(noMeter, { ...report, amps: [20, 20, 20], chargersA: [10, 10, 10] });
    const moving = { ...report, at: 1_000, chargersA: [10, 10, 10] as const, steady: false };
    expect(reported(before, { ...moving, amps: [35, 35, 35] }).otherA).toEqual([10, 10, 10]);
    expect(reported(before, { ...moving, amps: [45, 35, 35] }).otherA).toEqual([35, 25, 25]);
    expect(reported(noMeter, { ...moving, amps: [35, 35, 35] }).otherA).toEqual([25, 25, 25]);
  });
});
