import { describe, expect, it } from "vitest";
import type { PhaseCurrents } from "../../shared/load";
import type { Grip } from "./grip";
import { accepted, noGrip, sending } from "./grip";
import type { Reading } from "./measure";
import type { Outlet } from "./observe";
import { ALL_PHASES } from "./phases";
import {
  countsOf,
  FRESH_MS,
  isResting,
  newWatch,
  OBEY_MS,
  REST_MS,
  settledUnseen,
  SETTLE_MS,
  sureOf,
  wantedA,
  watched,
} from "./watch";
import type { Watch } from "./watch";

const all = (amps: number): PhaseCurrents => [amps, amps, amps];
const reading = (at: number, amps: PhaseCurrents, perPhase = true): Reading => ({ at, amps, perPhase });
/** Lowered from 16 A to 6 A at instant 0. */
const lowered: Grip = accepted({ ...noGrip, storedA: 0, txA: 16 }, "tx", 6, null, true, 0);
const outlet: Outlet = {
  key: "A/1",
  cpId: "A",
  connectorId: 1,
  connectors: 1,
  connected: true,
  ratedA: 32,
  ratedKnown: true,
  priority: 0,
  phases: 3,
  rotation: null,
  wired: ALL_PHASES,
  session: { id: "S", transactionId: 1, startedAt: 0 },
  inUse: true,
  suspendedSince: null,
};

it("a car that is seen to draw is allowed the least there is, unless that was measured before the hub knew of it", () => {
  const bound: Grip = { ...noGrip, storedA: 10 };
  const least = (amps: number, knownSince: number) =>
    watched(newWatch, bound, reading(1_000, all(amps)), knownSince).grip.runningLeastA;
  expect([least(5, 1_000), least(5, 1_001), least(1, 0)]).toEqual([6, 0, 0]);
});

describe("a lowering", () => {
  it("is done only when a reading from after its time shows it", () => {
    expect(lowered.settling).toEqual({ fromA: 16, since: 0 });
    expect(watched(newWatch, lowered, reading(SETTLE_MS - 1, all(5))).grip.settling).not.toBeNull();
    expect(watched(newWatch, lowered, reading(SETTLE_MS, all(6.9))).grip.settling).toBeNull();
  });

  it("that shows no effect is noticed, not before it had time, and is over after two readings that obey", () => {
    const early = watched(newWatch, lowered, reading(OBEY_MS - 1, all(16)));
    expect(early.watch.beyond).toBeNull();
    const late = watched(early.watch, lowered, reading(OBEY_MS, [6, 16, 6]));
    expect(late.watch.beyond).toEqual({ limitA: 6, measuredA: 16 });
    expect(countsOf(outlet, late.watch, OBEY_MS).atLeast).toEqual(all(32));
    const once = watched(late.watch, lowered, reading(OBEY_MS + 1, all(6))).watch;
    expect(once.beyond).not.toBeNull();
    expect(watched(once, lowered, reading(OBEY_MS + 2, all(6))).watch.beyond).toBeNull();
  });

  it("counts as done without a reading after a while, longer where readings are to be expected", () => {
    expect(settledUnseen(lowered, false, 34_999)).toBe(false);
    expect(settledUnseen(lowered, false, 35_000)).toBe(true);
    expect(settledUnseen(lowered, true, 119_999)).toBe(false);
    expect(settledUnseen(lowered, true, 120_000)).toBe(true);
    expect(settledUnseen({ ...lowered, settling: null }, true, 1e9)).toBe(false);
  });

  it("is not judged by a limit that may have been raised meanwhile, nor where nothing was confirmed", () => {
    const raising = sending({ ...lowered, settling: null }, "tx", 16);
    expect(watched(newWatch, raising, reading(OBEY_MS, all(16))).watch.beyond).toBeNull();
    expect(watched(newWatch, noGrip, reading(OBEY_MS, all(99))).watch.beyond).toBeNull();
  });
});

describe("what a charger takes for certain", () => {
  it("is its latest reading, while that is fresh and its transaction runs", () => {
    const watch: Watch = { ...newWatch, reading: reading(0, [7, 3, 3]) };
    expect(countsOf(outlet, watch, 1).atLeast).toEqual(all(7));
    expect(countsOf({ ...outlet, rotation: "STR" }, watch, 1).atLeast).toEqual([3, 7, 3]);
    expect(countsOf(outlet, watch, FRESH_MS).atLeast).toEqual(all(0));
    expect(countsOf({ ...outlet, session: null }, watch, 1).atLeast).toEqual(all(0));
  });

  it("for a site meter is the lower of two readings, or one since its limit stood still", () => {
    const first = watched(newWatch, lowered, reading(10_000, all(6))).watch;
    expect(sureOf(outlet, first, 10_000)).toEqual(all(6));
    const moved = { ...first, raisedAt: 20_000 };
    const second = watched(moved, lowered, reading(21_000, all(5))).watch;
    expect(sureOf(outlet, second, 21_000)).toEqual(all(5));
    const third = watched(second, lowered, reading(26_000, [6, 4, 6])).watch;
    expect(sureOf({ ...outlet, rotation: "STR" }, third, 26_000)).toEqual([6, 6, 4]);
    expect(sureOf(outlet, third, 26_000)).toEqual(all(4));
    expect(sureOf({ ...outlet, session: null }, third, 26_000)).toEqual(all(0));
    expect(sureOf(outlet, newWatch, 26_000)).toEqual(all(0));
  });
});

describe("phases that a car uses", () => {
  const known = { ...outlet, rotation: "TRS" as const };
  const after = (...readings: Reading[]) =>
    readings.reduce((watch, each) => watched(watch, lowered, each).watch, newWatch);

  it("are all, until two readings by phase have shown otherwise and the rotation is known", () => {
    const single = reading(0, [6, 0, 0.2]);
    expect(countsOf(known, after(single), 0).used).toEqual(ALL_PHASES);
    expect(countsOf(known, after(single, single), 0).used).toEqual([false, false, true]);
    expect(countsOf(outlet, after(single, single), 0).used).toEqual(ALL_PHASES);
    expect(countsOf(known, after(single, single, reading(0, [6, 3, 0])), 0).used).toEqual([true, false, true]);
    // A sleeping car shows nothing, and one value for all phases shows no phase.
    expect(countsOf(known, after(single, reading(0, [1, 0, 0])), 0).used).toEqual(ALL_PHASES);
    expect(countsOf(known, after(single, single, reading(0, all(6), false)), 0).used).toEqual(ALL_PHASES);
  });
});

describe("what a car wants", () => {
  const grip: Grip = { ...noGrip, storedA: 6, txA: 16 };

  it("is learnt once it had time to ramp up, and forgotten when it takes all it may", () => {
    const wants = (watch: Watch, at: number, amps: number) => watched(watch, grip, reading(at, all(amps))).watch;
    expect(wantedA(outlet, wants(newWatch, 59_999, 7.5))).toBe(32);
    const modest = wants(newWatch, 60_000, 7.5);
    expect(wantedA(outlet, modest)).toBe(10);
    expect(wantedA(outlet, wants(modest, 61_000, 14))).toBe(10);
    expect(wantedA(outlet, wants(modest, 61_000, 15.5))).toBe(32);
    expect(wantedA(outlet, wants(newWatch, 60_000, 2))).toBe(6);
    expect(wantedA({ ...outlet, suspendedSince: 0 }, modest)).toBe(6);
  });

  it("is nothing when it has taken nothing for a while, by its readings or its charger's word", () => {
    const quiet = watched(newWatch, grip, reading(1_000, all(0.3))).watch;
    expect(isResting(outlet, quiet, 0, 1_000 + REST_MS)).toBe(true);
    expect(isResting(outlet, quiet, 5_000, 1_000 + REST_MS)).toBe(false);
    expect(isResting(outlet, quiet, null, 1e9)).toBe(false);
    expect(isResting(outlet, newWatch, 0, 1e9)).toBe(false);
    expect(isResting({ ...outlet, suspendedSince: 0 }, newWatch, 0, REST_MS)).toBe(true);
    const awake = watched(quiet, grip, reading(2_000, all(3))).watch;
    expect(awake.quietSince).toBeNull();
  });
});
