import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canHold, decodeProfile, encodeProfile, readProfile } from "./charging-profile";
import { FOREVER, limitOf, UNLIMITED } from "./charging-schedule";
import type { Payload } from "./frame";
import { after, NOW, payload, read } from "./testing/profiles";
import type { Wish } from "./testing/profiles";

describe("reading a profile", () => {
  it.each<[string, unknown]>([
    ["an id", { chargingProfileId: "1" }],
    ["a stack level", { stackLevel: 1.5 }],
    ["a purpose", { chargingProfilePurpose: "Other" }],
    ["a kind", { chargingProfileKind: 3 }],
    ["a schedule", { chargingSchedule: [] }],
    ["a schedule that is something", { chargingSchedule: null }],
    ["a time", { validFrom: "soon" }],
    ["a time that is text", { validTo: 5 }],
    ["a transaction", { transactionId: "5" }],
  ])("wants %s", (_what, wrong) => {
    expect(readProfile(1, { ...payload(), ...(wrong as Payload) })).toBeUndefined();
  });

  it.each<[string, Wish]>([
    ["recurrence without its kind", { kind: "Recurring", start: NOW }],
    ["recurrence without a start", { kind: "Recurring", recurrencyKind: "Daily" }],
    ["a start that is no time", { kind: "Absolute", start: "2026-02-30T00:00:00Z" }],
    ["an unknown unit", { unit: "kW" }],
    ["a duration that is none", { duration: "1" }],
    ["a negative duration", { duration: -5 }],
    ["no periods", { periods: [] }],
    ["periods that are no list", { periods: {} }],
    ["a period that is nothing", { periods: [null] }],
    ["a period that is a number", { periods: [5] }],
    ["a period without a start", { periods: [{ limit: 5 }] }],
    [
      "periods that fall back",
      {
        periods: [
          { startPeriod: 5, limit: 5 },
          { startPeriod: 5, limit: 6 },
        ],
      },
    ],
    ["a start beyond all times", { periods: [{ startPeriod: 10_000_000, limit: 5 }] }],
    ["a period without a limit", { periods: [{ startPeriod: 0 }] }],
    ["a negative limit", { periods: [{ startPeriod: 0, limit: -1 }] }],
    ["four phases", { periods: [{ startPeriod: 0, limit: 1, numberPhases: 4 }] }],
    ["no phase", { periods: [{ startPeriod: 0, limit: 1, numberPhases: 0 }] }],
    ["half a phase", { periods: [{ startPeriod: 0, limit: 1, numberPhases: 0.5 }] }],
  ])("refuses %s", (_what, wish) => {
    expect(readProfile(1, payload(wish))).toBeUndefined();
  });

  it("holds what fits, where it belongs", () => {
    const periods = Array.from({ length: 9 }, (_, i) => ({ startPeriod: i, limit: 10 }));
    const max: Wish = { purpose: "ChargePointMaxProfile", kind: "Absolute", start: NOW };
    expect([read(), read({}, 0), read({ purpose: "TxProfile" }), read(max, 0)].map(canHold)).toEqual(
      Array(4).fill(true),
    );
    const refused = [
      read({ stackLevel: -1 }),
      read({ stackLevel: 4 }),
      read({ periods }),
      read({}, 2),
      read({ purpose: "TxProfile" }, 0),
      read(max, 1),
      read({ ...max, kind: "Relative" }, 0),
      read({ purpose: "ChargePointMaxProfile", kind: "Absolute" }, 0),
    ];
    expect(refused.map(canHold)).toEqual(Array(8).fill(false));
  });

  const anyTime = fc.option(
    fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => new Date(s * 1000).toISOString()),
    { nil: undefined },
  );
  const anyWish: fc.Arbitrary<Wish> = fc.record({
    id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    stackLevel: fc.nat(3),
    kind: fc.constantFrom("Absolute", "Relative"),
    validFrom: anyTime,
    validTo: anyTime,
    start: anyTime,
    duration: fc.option(fc.nat(), { nil: undefined }),
    unit: fc.constantFrom("A", "W"),
    periods: fc
      .uniqueArray(
        fc.record({
          startPeriod: fc.nat(9_999_999),
          limit: fc.double({ min: 0, max: 1e7, noNaN: true }),
          numberPhases: fc.integer({ min: 1, max: 3 }),
        }),
        { selector: (p) => p.startPeriod, minLength: 1, maxLength: 8 },
      )
      .map((all) => all.toSorted((a, b) => a.startPeriod - b.startPeriod)),
  });

  it("comes back from flash as it was, in one value", () => {
    fc.assert(
      fc.property(anyWish, (wish) => {
        const profile = read(wish);
        const text = encodeProfile(profile);
        expect(text.length).toBeLessThanOrEqual(224);
        expect(decodeProfile(text)).toEqual(profile);
      }),
    );
  });

  it.each([undefined, "", "x", "1,2", "1,".repeat(17), "1,".repeat(17) + "1.5", Array(18).fill(1).join(",")])(
    "finds no profile in %o",
    (text) => {
      expect(decodeProfile(text)).toBeUndefined();
    },
  );
});

describe("the limit of one profile", () => {
  const steps = [
    { startPeriod: 0, limit: 16 },
    { startPeriod: 60, limit: 6.7 },
    { startPeriod: 120, limit: 0 },
  ];

  it("follows its periods from the transaction's start", () => {
    const wish: Wish = { periods: steps };
    expect([0, 59, 60, 119, 120, 9999].map((s) => after(s, wish).ma)).toEqual([16000, 16000, 6700, 6700, 0, 0]);
    expect([0, 59, 60, 120].map((s) => after(s, wish).leftSec)).toEqual([60, 1, 60, FOREVER]);
  });

  it("sets none before its first period and after its duration", () => {
    const wish: Wish = { periods: [{ startPeriod: 30, limit: 8 }], duration: 90 };
    expect([0, 30, 89, 90].map((s) => after(s, wish))).toEqual([
      { ma: UNLIMITED, leftSec: 30 },
      { ma: 8000, leftSec: 60 },
      { ma: 8000, leftSec: 1 },
      { ma: UNLIMITED, leftSec: FOREVER },
    ]);
  });

  it("begins at its start, and is valid from and to", () => {
    const wish: Wish = { kind: "Absolute", start: "2026-03-01T12:01:00Z", validTo: "2026-03-01T12:03:00Z" };
    expect([0, 60, 179, 180, 999].map((s) => after(s, wish))).toEqual([
      { ma: UNLIMITED, leftSec: 60 },
      { ma: 10000, leftSec: 120 },
      { ma: 10000, leftSec: 1 },
      { ma: UNLIMITED, leftSec: FOREVER },
      { ma: UNLIMITED, leftSec: FOREVER },
    ]);
    expect(after(0, { validFrom: "2026-03-01T12:00:07Z" })).toEqual({ ma: UNLIMITED, leftSec: 7 });
    expect(after(7, { validFrom: "2026-03-01T12:00:07Z" }).ma).toBe(10000);
    expect(after(0, { validTo: "2026-03-01T12:00:07Z" }).leftSec).toBe(7);
  });

  it("comes again each day, and each week", () => {
    const night = [
      { startPeriod: 0, limit: 32 },
      { startPeriod: 6 * 3600, limit: 10 },
    ];
    const daily: Wish = { kind: "Recurring", recurrencyKind: "Daily", start: "2020-01-01T22:00:00Z", periods: night };
    // at noon; until the night begins; in the night; the morning after
    expect([0, 36_000 - 1, 36_000, 36_000 + 6 * 3600].map((s) => after(s, daily).ma)).toEqual([
      10000, 10000, 32000, 10000,
    ]);
    expect(after(0, daily).leftSec).toBe(36_000);
    const weekly: Wish = { ...daily, recurrencyKind: "Weekly", start: "2026-02-22T12:00:00Z", duration: 86_400 };
    expect(after(0, weekly).ma).toBe(32000);
    expect(after(86_400, weekly)).toEqual({ ma: UNLIMITED, leftSec: 6 * 86_400 });
    expect(after(7 * 86_400, weekly).ma).toBe(32000);
  });

  it("turns watts into amperes at nominal voltage, never above", () => {
    expect(after(0, { unit: "W", periods: [{ startPeriod: 0, limit: 11_040 }] }).ma).toBe(16000);
    expect(after(0, { unit: "W", periods: [{ startPeriod: 0, limit: 3680.9, numberPhases: 1 }] }).ma).toBe(16000);
    expect(after(0, { unit: "W", periods: [{ startPeriod: 0, limit: 1e9 }] }).ma).toBe(144_926);
  });

  it("is the strictest it could be while the time is not known", () => {
    const moment = { at: { day: 0, sec: 5, ms: 0 }, known: false, sinceStart: 5 };
    const wish: Wish = {
      periods: [
        { startPeriod: 0, limit: 16 },
        { startPeriod: 60, limit: 7 },
      ],
    };
    expect(limitOf(read({ ...wish, kind: "Absolute", start: NOW }), moment)).toEqual({ ma: 7000, leftSec: FOREVER });
    expect(limitOf(read({ ...wish, validTo: NOW }), moment).ma).toBe(7000);
    expect(limitOf(read(wish), moment).ma).toBe(16000);
  });
});
