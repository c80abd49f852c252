import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PILOT_C } from "./board";
import { canHold, decodeProfile, encodeProfile, readProfile } from "./charging-profile";
import type { ChargingProfile } from "./charging-profile";
import { ChargingProfiles, MAX_PROFILES } from "./charging-profiles";
import { FOREVER, limitOf, UNLIMITED } from "./charging-schedule";
import type { Payload } from "./frame";
import { MemoryStore, Rig } from "./testing/rig";
import { addSeconds, parseInstant } from "./time";
import type { Instant } from "./time";
import { WallClock } from "./wall-clock";

const NOW = "2026-03-01T12:00:00Z"; // what the rig's central system says, a Sunday

interface Wish {
  id?: number;
  stackLevel?: number;
  purpose?: string;
  kind?: string;
  recurrencyKind?: string;
  validFrom?: unknown;
  validTo?: unknown;
  start?: unknown;
  duration?: unknown;
  unit?: string;
  periods?: unknown;
  transactionId?: unknown;
}

/** A chargingProfile; a limit of 10 A from the transaction's start where nothing else is wished for. */
function payload(wish: Wish = {}): Payload {
  return {
    chargingProfileId: wish.id ?? 1,
    stackLevel: wish.stackLevel ?? 0,
    chargingProfilePurpose: wish.purpose ?? "TxDefaultProfile",
    chargingProfileKind: wish.kind ?? "Relative",
    ...(wish.recurrencyKind === undefined ? {} : { recurrencyKind: wish.recurrencyKind }),
    ...(wish.validFrom === undefined ? {} : { validFrom: wish.validFrom }),
    ...(wish.validTo === undefined ? {} : { validTo: wish.validTo }),
    ...(wish.transactionId === undefined ? {} : { transactionId: wish.transactionId }),
    chargingSchedule: {
      ...(wish.start === undefined ? {} : { startSchedule: wish.start }),
      ...(wish.duration === undefined ? {} : { duration: wish.duration }),
      chargingRateUnit: wish.unit ?? "A",
      chargingSchedulePeriod: wish.periods ?? [{ startPeriod: 0, limit: 10 }],
    },
  };
}

function read(wish: Wish = {}, connectorId = 1): ChargingProfile {
  return readProfile(connectorId, payload(wish)) as ChargingProfile;
}

function instant(text: string): Instant {
  return parseInstant(text) as Instant;
}

/** The limit of a profile some seconds into a transaction that began at NOW. */
function after(seconds: number, wish: Wish): { ma: number; leftSec: number } {
  return limitOf(read(wish), { at: addSeconds(instant(NOW), seconds), known: true, sinceStart: seconds });
}

function amps(limit: number): Wish {
  return { periods: [{ startPeriod: 0, limit }] };
}

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

describe("the stack", () => {
  function stack(store = new MemoryStore()): { profiles: ChargingProfiles; clock: WallClock; store: MemoryStore } {
    const clock = new WallClock(1);
    clock.sync(NOW);
    return { profiles: new ChargingProfiles(store, { ...store.saved }, clock), clock, store };
  }

  const MAX: Wish = { id: 9, purpose: "ChargePointMaxProfile", kind: "Absolute", start: "2000-01-01T00:00:00Z" };

  it("takes the lower of the charge point's limit and the transaction's, which beats the default", () => {
    const { profiles } = stack();
    expect(profiles.currentMa(32000)).toBe(32000);
    profiles.install(read({ id: 1, ...amps(20) }, 0));
    expect(profiles.currentMa(32000)).toBe(20000);
    profiles.install(read({ id: 2, ...amps(18) }, 1));
    expect(profiles.currentMa(32000)).toBe(18000);
    profiles.install(read({ ...MAX, ...amps(16) }, 0));
    expect(profiles.currentMa(32000)).toBe(16000);
    profiles.begin();
    profiles.install(read({ id: 3, purpose: "TxProfile", ...amps(10) }));
    expect([profiles.currentMa(32000), profiles.currentMa(8000)]).toEqual([10000, 8000]);
    profiles.install(read({ id: 3, purpose: "TxProfile", ...amps(25) }));
    expect(profiles.currentMa(32000)).toBe(16000);
    profiles.end();
    profiles.clear(9, false, -1, -1, -1);
    expect(profiles.currentMa(32000)).toBe(18000);
  });

  it("lets the highest level that sets a limit prevail, in whatever order they came", () => {
    const { profiles, clock } = stack();
    profiles.install(read({ id: 2, stackLevel: 2, duration: 60, ...amps(12) }));
    profiles.install(read({ id: 1, stackLevel: 0, ...amps(8) }));
    profiles.install(read({ id: 3, stackLevel: 3, validFrom: "2026-03-01T12:05:00Z", ...amps(6) }));
    profiles.begin();
    expect(profiles.currentMa(32000)).toBe(12000);
    clock.tick(60_000);
    expect(profiles.currentMa(32000)).toBe(8000);
    clock.tick(240_000);
    expect(profiles.currentMa(32000)).toBe(6000);
  });

  it("replaces by id, and by place in the stack", () => {
    const { profiles, store } = stack();
    profiles.install(read({ id: 1, stackLevel: 1, ...amps(10) }));
    profiles.install(read({ id: 2, stackLevel: 2, ...amps(11) }));
    profiles.install(read({ id: 1, stackLevel: 2, ...amps(12) }));
    expect(Object.keys(store.saved)).toEqual(["p0"]);
    expect(profiles.currentMa(32000)).toBe(12000);
    profiles.install(read({ id: 1, purpose: "TxProfile" }));
    expect(store.saved).toEqual({});
  });

  it("writes the same again no second time", () => {
    const { profiles, store } = stack();
    profiles.install(read());
    profiles.install(read());
    expect(store.writes).toBe(1);
    profiles.install(read(amps(11)));
    expect(store.writes).toBe(2);
  });

  it("holds so many and no more", () => {
    const { profiles } = stack();
    const wishes = [0, 1, 2, 3].map((stackLevel) => read({ id: stackLevel, stackLevel }));
    for (const profile of wishes) expect(profiles.install(profile)).toBe(true);
    expect(profiles.install(read({ id: 4 }, 0))).toBe(true);
    expect(profiles.install(read({ id: 5, stackLevel: 1 }, 0))).toBe(true);
    expect(profiles.install(read({ id: MAX_PROFILES, stackLevel: 2 }, 0))).toBe(false);
    expect(profiles.install(read({ id: 5, stackLevel: 2 }, 0))).toBe(true);
    profiles.clear(2, false, -1, -1, -1);
    expect(profiles.install(read({ id: 7, stackLevel: 2 }))).toBe(true);
  });

  it("clears what matches everything that is given", () => {
    const { profiles } = stack();
    for (const stackLevel of [0, 1])
      for (const c of [0, 1]) profiles.install(read({ id: 2 * stackLevel + c, stackLevel }, c));
    expect(profiles.clear(99, false, -1, -1, -1)).toBe(false);
    expect(profiles.clear(0, true, 1, 1, 1)).toBe(true);
    expect(profiles.clear(3, false, -1, -1, -1)).toBe(false);
    expect(profiles.clear(0, true, -1, 0, -1)).toBe(false);
    expect(profiles.clear(0, true, -1, -1, -1)).toBe(true);
    expect(profiles.currentMa(32000)).toBe(32000);
  });

  it("survives a reset but for what belongs to a transaction", () => {
    const { profiles, store } = stack();
    profiles.begin();
    profiles.install(read({ ...MAX, ...amps(14) }, 0));
    profiles.install(read({ id: 3, purpose: "TxProfile", ...amps(6) }));
    store.saved["p4"] = "damaged";
    const again = new ChargingProfiles(store, { ...store.saved }, new WallClock(2));
    expect(again.currentMa(32000)).toBe(14000);
  });

  const period = fc.record({ startPeriod: fc.nat(300), limit: fc.integer({ min: 0, max: 40 }) });
  const anyProfile = fc.record({
    connectorId: fc.nat(1),
    purpose: fc.constantFrom("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"),
    stackLevel: fc.nat(3),
    startsIn: fc.integer({ min: -300, max: 300 }),
    duration: fc.option(fc.nat(400), { nil: undefined }),
    periods: fc
      .uniqueArray(period, { selector: (p) => p.startPeriod, minLength: 1, maxLength: 4 })
      .map((all) => all.toSorted((a, b) => a.startPeriod - b.startPeriod)),
  });

  it("makes the least of what each purpose's highest level says, at every second", () => {
    fc.assert(
      fc.property(fc.array(anyProfile, { maxLength: 6 }), fc.nat(700), (wishes, second) => {
        const { profiles } = stack();
        profiles.begin();
        const kept = new Map<string, (typeof wishes)[number]>();
        wishes.forEach((wish, id) => {
          const start = new Date(Date.parse(NOW) + wish.startsIn * 1000).toISOString();
          const profile = read({ ...wish, id, kind: "Absolute", start }, wish.connectorId);
          if (!canHold(profile)) return;
          expect(profiles.install(profile)).toBe(true);
          kept.set(`${wish.purpose} ${wish.stackLevel} ${wish.connectorId}`, wish);
        });
        // the oracle: look each profile up by hand, then choose
        const says = (purpose: string, connectorId: number): number | undefined =>
          [...kept.values()]
            .filter((w) => w.purpose === purpose && w.connectorId === connectorId)
            .toSorted((a, b) => b.stackLevel - a.stackLevel)
            .map((w) => {
              const at = second - w.startsIn;
              if (at < 0 || (w.duration !== undefined && at >= w.duration)) return undefined;
              return w.periods.findLast((p) => p.startPeriod <= at)?.limit;
            })
            .find((limit) => limit !== undefined);
        const tx = says("TxProfile", 1) ?? says("TxDefaultProfile", 1) ?? says("TxDefaultProfile", 0) ?? 32;
        const expected = 1000 * Math.min(tx, says("ChargePointMaxProfile", 0) ?? 32, 32);
        const { ma, leftSec } = profiles.limitIn(second);
        expect(ma === UNLIMITED ? 32000 : Math.min(ma, 32000)).toBe(expected);
        // and it says truly for how long
        const until = Math.min(leftSec, 1000);
        for (const later of [second + 1, second + until - 1]) {
          if (later < second + until) expect(profiles.limitIn(later).ma).toBe(ma);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("Smart Charging from the hub", () => {
  const set = (rig: Rig, wish: Wish, connectorId = 1): unknown =>
    rig.call("SetChargingProfile", { connectorId, csChargingProfiles: payload(wish) });
  const ACCEPTED = { status: "Accepted" };
  const REJECTED = { status: "Rejected" };

  it("limits a running transaction at once, down to a pause, and lets it go on", () => {
    const rig = new Rig().charging();
    expect(set(rig, { purpose: "TxProfile", transactionId: 2147483647 })).toEqual(ACCEPTED);
    rig.run(100);
    expect(rig.outputs).toMatchObject({ contactor: true, currentMa: 10000 });
    set(rig, { purpose: "TxProfile", periods: [{ startPeriod: 0, limit: 5.9 }] });
    rig.run(100);
    expect(rig.outputs).toMatchObject({ contactor: false, currentMa: 0 });
    rig.run(1000);
    expect(rig.statuses().at(-1)).toBe("SuspendedEVSE");
    expect(rig.sent("StopTransaction")).toHaveLength(0);
    set(rig, { purpose: "TxProfile", periods: [{ startPeriod: 0, limit: 6 }] });
    rig.run(500);
    rig.inputs.pilot = PILOT_C;
    rig.run(500);
    expect([rig.outputs?.currentMa, rig.outputs?.contactor, rig.statuses().at(-1)]).toEqual([6000, true, "Charging"]);
    rig.charger.station.stop("Local", "");
    rig.run(500);
    rig.call("RemoteStartTransaction", { idTag: "NEXT" });
    rig.run(500);
    expect(rig.outputs?.currentMa).toBe(16000);
  });

  it("follows a schedule as time passes", () => {
    const rig = new Rig().charging();
    set(rig, {
      periods: [
        { startPeriod: 0, limit: 8 },
        { startPeriod: 60, limit: 12 },
      ],
    });
    rig.run(1000);
    expect(rig.outputs?.currentMa).toBe(8000);
    rig.run(60_000);
    expect(rig.outputs?.currentMa).toBe(12000);
  });

  it("keeps a site's limit over a power cut, before anybody tells the time", () => {
    const rig = new Rig().online();
    rig.call("ChangeConfiguration", { key: "AllowOfflineTxForUnknownId", value: "true" });
    const wish = { purpose: "ChargePointMaxProfile", kind: "Absolute", start: "2000-01-01T00:00:00Z" };
    expect(set(rig, wish, 0)).toEqual(ACCEPTED);
    const again = rig.powerCycle();
    again.run(1000);
    again.plug();
    again.inputs.tap = "CARD";
    again.run(500);
    expect(again.outputs?.currentMa).toBe(10000);
  });

  it.each<[string, Wish, number]>([
    ["a TxProfile without a transaction", { purpose: "TxProfile" }, 1],
    ["another connector", {}, 2],
    ["a level too high", { stackLevel: 4 }, 1],
  ])("refuses %s", (_what, wish, connectorId) => {
    expect(set(new Rig().online(), wish, connectorId)).toEqual(REJECTED);
  });

  it("refuses another transaction's profile, and one too many", () => {
    const rig = new Rig().charging();
    expect(set(rig, { purpose: "TxProfile", transactionId: 5 })).toEqual(REJECTED);
    for (const stackLevel of [0, 1, 2, 3]) set(rig, { id: stackLevel, stackLevel });
    for (const stackLevel of [0, 1]) set(rig, { id: 4 + stackLevel, stackLevel }, 0);
    expect(set(rig, { id: 8, stackLevel: 2 }, 0)).toEqual(REJECTED);
  });

  it("starts with a profile of the start's own, once", () => {
    const rig = new Rig().online();
    rig.plug();
    const start = (chargingProfile: unknown): unknown =>
      rig.call("RemoteStartTransaction", { idTag: "A", chargingProfile });
    expect(start(5)).toBe("FormationViolation");
    expect(start({ ...payload(), chargingSchedule: 1 })).toBe("FormationViolation");
    expect(start(payload())).toEqual(REJECTED);
    expect(start(payload({ purpose: "TxProfile", stackLevel: 7 }))).toEqual(REJECTED);
    expect(start(payload({ purpose: "TxProfile" }))).toEqual(ACCEPTED);
    rig.run(500);
    expect(rig.outputs?.currentMa).toBe(10000);
    rig.charger.station.stop("Local", "");
    rig.run(500);
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect([rig.charger.station.tx?.idTag, rig.outputs?.currentMa]).toEqual(["CARD", 16000]);
  });

  it("does not give a profile to whoever comes after the start it was for", () => {
    const rig = new Rig().online();
    rig.call("RemoteStartTransaction", { idTag: "A", chargingProfile: payload({ purpose: "TxProfile" }) });
    rig.run(61_000);
    rig.plug();
    rig.inputs.tap = "CARD";
    rig.run(500);
    expect(rig.outputs?.currentMa).toBe(16000);
  });

  it.each<[string, Payload, unknown]>([
    ["SetChargingProfile", {}, "FormationViolation"],
    ["SetChargingProfile", { connectorId: 1 }, "FormationViolation"],
    ["SetChargingProfile", { connectorId: 1, csChargingProfiles: {} }, "FormationViolation"],
    ["ClearChargingProfile", {}, { status: "Unknown" }],
    ["ClearChargingProfile", { id: "1" }, "FormationViolation"],
    ["ClearChargingProfile", { connectorId: "1" }, "FormationViolation"],
    ["ClearChargingProfile", { stackLevel: 0.5 }, "FormationViolation"],
    ["ClearChargingProfile", { chargingProfilePurpose: "Other" }, "FormationViolation"],
    ["ClearChargingProfile", { id: 1, chargingProfilePurpose: "TxProfile" }, { status: "Unknown" }],
    ["GetCompositeSchedule", { connectorId: 1 }, "FormationViolation"],
    ["GetCompositeSchedule", { duration: 1 }, "FormationViolation"],
    ["GetCompositeSchedule", { connectorId: 1, duration: 60, chargingRateUnit: "V" }, "FormationViolation"],
    ["GetCompositeSchedule", { connectorId: 2, duration: 60 }, { status: "Rejected" }],
    ["GetCompositeSchedule", { connectorId: -1, duration: 60 }, { status: "Rejected" }],
    ["GetCompositeSchedule", { connectorId: 1, duration: 0 }, { status: "Rejected" }],
  ])("%s %o", (action, request, expected) => {
    expect(new Rig().online().call(action, request)).toEqual(expected);
  });

  it("clears", () => {
    const rig = new Rig().online();
    set(rig, {});
    expect(rig.call("ClearChargingProfile", { chargingProfilePurpose: "TxDefaultProfile" })).toEqual(ACCEPTED);
    expect(rig.call("ClearChargingProfile", { id: 1 })).toEqual({ status: "Unknown" });
  });

  it("knows no composite schedule while it does not know the time", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Accepted" });
    rig.online();
    expect(rig.call("GetCompositeSchedule", { connectorId: 1, duration: 60 })).toEqual(REJECTED);
  });

  it("tells the composite schedule, in amperes and in watts", () => {
    const rig = new Rig().online();
    const ask = (duration: number, unit?: string): Payload => {
      const more = unit === undefined ? {} : { chargingRateUnit: unit };
      return rig.call("GetCompositeSchedule", { connectorId: 0, duration, ...more }) as Payload;
    };
    expect(ask(600)).toMatchObject({
      status: "Accepted",
      connectorId: 0,
      scheduleStart: expect.stringMatching(/^2026-03-01T12:00:/),
      chargingSchedule: {
        duration: 600,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }],
      },
    });
    set(rig, {
      periods: [
        { startPeriod: 0, limit: 8.3 },
        { startPeriod: 60, limit: 32 },
        { startPeriod: 90, limit: 99 },
      ],
    });
    const periods = (p: Payload): unknown => (p["chargingSchedule"] as Payload)["chargingSchedulePeriod"];
    expect(periods(ask(600, "A"))).toEqual([
      { startPeriod: 0, limit: 8.3, numberPhases: 3 },
      { startPeriod: 60, limit: 16, numberPhases: 3 },
    ]);
    expect(periods(ask(600, "W"))).toEqual([
      { startPeriod: 0, limit: 5727, numberPhases: 3 },
      { startPeriod: 60, limit: 11040, numberPhases: 3 },
    ]);
    expect(periods(ask(60))).toHaveLength(1);
  });

  it("cuts a schedule that changes too often, and says where", () => {
    const rig = new Rig().online();
    const limits = [10, 11, 12, 13, 12, 11, 10, 9].map((limit, i) => ({ startPeriod: i * 3600, limit }));
    set(rig, { kind: "Recurring", recurrencyKind: "Daily", start: "2026-03-01T00:00:00Z", periods: limits });
    const week = rig.call("GetCompositeSchedule", { connectorId: 1, duration: 1_000_000 }) as Payload;
    const schedule = week["chargingSchedule"] as {
      duration: number;
      chargingSchedulePeriod: { startPeriod: number }[];
    };
    expect(schedule.chargingSchedulePeriod).toHaveLength(16);
    expect(schedule.duration).toBeGreaterThan(schedule.chargingSchedulePeriod.at(-1)?.startPeriod ?? 0);
    expect(schedule.duration).toBeLessThan(604_800);
    const flat = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ startPeriod: i * 60, limit: 10 }));
    set(rig, { kind: "Recurring", recurrencyKind: "Daily", start: "2026-03-01T12:00:00Z", periods: flat });
    const day = rig.call("GetCompositeSchedule", { connectorId: 1, duration: 1_000_000 }) as Payload;
    expect((day["chargingSchedule"] as Payload)["duration"]).toBeLessThan(604_800);
  });
});
