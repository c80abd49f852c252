import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canHold } from "./charging-profile";
import { ChargingProfiles, MAX_PROFILES } from "./charging-profiles";
import { UNLIMITED } from "./charging-schedule";
import { amps, NOW, read } from "./testing/profiles";
import type { Wish } from "./testing/profiles";
import { MemoryStore } from "./testing/rig";
import { WallClock } from "./wall-clock";

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
