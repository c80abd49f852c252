import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PhaseCurrents } from "../../shared/load";
import { allocate, MIN_A } from "./allocate";
import type { Claim, Division } from "./allocate";
import type { PhaseMask } from "./phases";
import { add, ALL_PHASES, NONE, on, sum, within } from "./phases";
import { noTurn, turnAfter } from "./turns";
import type { Turn } from "./turns";

const base: Claim = {
  key: "A",
  wired: ALL_PHASES,
  used: ALL_PHASES,
  fixedA: null,
  active: true,
  since: 0,
  priority: 0,
  wantA: 32,
  maxA: 32,
  turn: noTurn,
};
const usual: Division = {
  sharing: "fair",
  limit: [32, 32, 32],
  guaranteed: [32, 32, 32],
  safeA: 6,
  turnMs: 900_000,
  now: 0,
};
const claim = (key: string, more: Partial<Claim> = {}): Claim => ({ ...base, key, ...more });
const shares = (claims: Claim[], more: Partial<Division> = {}) => {
  const { safeA, targets } = allocate(claims, { ...usual, ...more });
  return { safeA, ...Object.fromEntries(targets) };
};

describe("dividing", () => {
  it.each<[string, Claim[], Partial<Division>, Record<string, number>]>([
    ["nothing among nobody", [], {}, { safeA: 6 }],
    [
      "all to one, less what is set aside for the idle",
      [claim("A"), claim("B", { active: false })],
      {},
      { safeA: 6, A: 26 },
    ],
    [
      "evenly, the odd ampere to who came first",
      [claim("B", { since: 2 }), claim("A", { since: 1 })],
      { limit: [33, 33, 33] },
      { safeA: 6, A: 17, B: 16 },
    ],
    ["what one does not use to the other", [claim("A", { wantA: 8 }), claim("B")], {}, { safeA: 6, A: 8, B: 24 }],
    [
      "what nobody wants evenly too",
      [claim("A", { wantA: 8 }), claim("B", { wantA: 8 })],
      {},
      { safeA: 6, A: 16, B: 16 },
    ],
    ["no more than a charger can", [claim("A", { maxA: 10 })], {}, { safeA: 6, A: 10 }],
    [
      "by priority",
      [claim("A", { maxA: 20 }), claim("B", { priority: 1, maxA: 20 })],
      { sharing: "priority" },
      { safeA: 6, A: 12, B: 20 },
    ],
    ["beside what cannot be steered", [claim("A"), claim("B", { fixedA: [16, 16, 16] })], {}, { safeA: 6, A: 16 }],
    ["by the phase that has least", [claim("A")], { limit: [32, 10, 32] }, { safeA: 6, A: 10 }],
    [
      "by phase",
      [claim("A", { used: [true, false, false] }), claim("B", { used: [false, true, false] })],
      { safeA: 0 },
      { safeA: 0, A: 32, B: 32 },
    ],
    [
      "nothing stored where all at once would be too much",
      [claim("A"), claim("B", { active: false })],
      { limit: [11, 11, 11] },
      { safeA: 0, A: 11 },
    ],
    ["nothing stored where the hub is needed for it", [claim("A")], { guaranteed: [5, 32, 32] }, { safeA: 0, A: 32 }],
    ["nothing at all where there is less than a car can take", [claim("A")], { limit: [5, 5, 5] }, { safeA: 0, A: 0 }],
  ])("gives %s", (_, claims, more, expected) => {
    expect(shares(claims, more)).toEqual(expected);
  });

  it("lets nobody overtake on a phase that one who waits for longer needs, or he might wait for ever", () => {
    const waits = { ...noTurn, waitingSince: 1 };
    const served = { ...noTurn, servedSince: 5, turnSince: 5 };
    const claims = [
      claim("three", { turn: waits }),
      claim("L1", { used: [true, false, false], turn: served }),
      claim("late", { used: [false, true, false], turn: { ...waits, waitingSince: 3 } }),
    ];
    expect(shares(claims, { limit: [8, 8, 8], safeA: 0 })).toMatchObject({ three: 0, L1: 8, late: 0 });
    // One who can never be served does not hold up the rest.
    expect(shares(claims, { limit: [8, 8, 5], safeA: 0 })).toMatchObject({ three: 0, L1: 8, late: 8 });
  });
});

const masks: PhaseMask[] = [ALL_PHASES, ALL_PHASES, [true, false, false], [false, true, false], [false, false, true]];
const arbitraryClaim = fc.record({
  used: fc.constantFrom(...masks),
  active: fc.boolean(),
  since: fc.nat(5),
  priority: fc.nat(2),
  maxA: fc.constantFrom(6, 10, 16, 32),
  wantA: fc.constantFrom(6, 9, 32),
  fixed: fc.option(fc.constantFrom<PhaseCurrents>([0, 0, 0], [6, 6, 6], [16, 0, 3]), { freq: 4, nil: null }),
  turn: fc.record({
    servedSince: fc.constantFrom(null, 10, 20),
    waitingSince: fc.constantFrom(null, 10, 20),
    resting: fc.boolean(),
  }),
});
const arbitraryClaims = fc.array(arbitraryClaim, { maxLength: 6 }).map((all) =>
  all.map(({ fixed, turn, wantA, ...each }, index): Claim => {
    const full: Turn = { ...turn, servedMs: 0, turnSince: turn.servedSince };
    return { ...base, ...each, wantA: Math.min(wantA, each.maxA), key: `C${index}`, fixedA: fixed, turn: full };
  }),
);
const amps = fc.constantFrom(0, 5, 6, 13.5, 16, 25, 40, 63);
const limits = fc.tuple(amps, amps, amps);

describe("shares", () => {
  it("stay within the limit of each phase, with what is stored in all chargers set aside", () => {
    fc.assert(
      fc.property(
        arbitraryClaims,
        limits,
        fc.constantFrom("fair" as const, "priority" as const),
        fc.constantFrom(0, 6, 8),
        (claims, limit, sharing, safe) => {
          const fixed = sum(claims.map((each) => each.fixedA ?? NONE));
          const { safeA, targets } = allocate(claims, { ...usual, limit, guaranteed: limit, sharing, safeA: safe });
          const steered = claims.filter((each) => !each.fixedA);
          const taken = steered.map((each) => {
            const stored = on(each.wired, Math.min(safeA, each.maxA));
            const target = targets.get(each.key) ?? 0;
            return each.wired.map((_, phase) =>
              Math.max(stored[phase] as number, each.used[phase] ? target : 0),
            ) as unknown as PhaseCurrents;
          });
          const together = sum(taken);
          // What cannot be steered may be too much by itself; nobody adds to it.
          const allowed = limit.map((each, phase) =>
            Math.max(each, fixed[phase] as number),
          ) as unknown as PhaseCurrents;
          expect(within(add(fixed, together), allowed)).toBe(true);
          for (const each of steered) {
            const target = targets.get(each.key);
            if (!each.active) expect(target).toBeUndefined();
            else expect(target === 0 || ((target as number) >= MIN_A && (target as number) <= each.maxA)).toBe(true);
          }
          expect(safeA === 0 || safeA === safe).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are fair: nobody has more than 1 A more than another who could take it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(10, 16, 32), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 36, max: 120 }),
        (maxima, limitA) => {
          const claims = maxima.map((maxA, index) => claim(`C${index}`, { maxA, wantA: maxA }));
          const { targets } = allocate(claims, {
            ...usual,
            limit: [limitA, limitA, limitA],
            guaranteed: [limitA, limitA, limitA],
          });
          const all = claims.map(({ key, maxA }) => ({ amps: targets.get(key) as number, maxA }));
          for (const one of all)
            for (const other of all) expect(one.amps < one.maxA && other.amps > one.amps + 1).toBe(false);
          const total = all.reduce((total, each) => total + each.amps, 0);
          expect(total).toBe(
            Math.min(
              limitA,
              maxima.reduce((total, each) => total + each, 0),
            ),
          );
        },
      ),
    );
  });
});

describe("turns", () => {
  const minute = 60_000;
  /** Runs a queue by the minute and gives, for each car, the minutes in which it had current. */
  function run(cars: Partial<Claim>[], limit: PhaseCurrents, minutes: number, turnMinutes: number): number[][] {
    const turnMs = turnMinutes * minute;
    let turns = cars.map((): Turn => noTurn);
    const had = cars.map((): number[] => []);
    for (let now = 0; now < minutes * minute; now += minute) {
      const claims = cars.map((car, index) => claim(`C${index}`, { ...car, turn: turns[index] as Turn }));
      const { targets } = allocate(claims, { ...usual, limit, safeA: 0, turnMs, now });
      const contested = [...targets.values()].includes(0);
      turns = turns.map((turn, index) => {
        const target = targets.get(`C${index}`) as number;
        if (target > 0) had[index]?.push(now / minute);
        return turnAfter(turn, target, { contested, turnMs, now });
      });
    }
    return had;
  }

  it("come to everyone who can be served at all, within a turn of each other", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...masks), { minLength: 2, maxLength: 6 }),
        fc.tuple(fc.constantFrom(6, 12, 14), fc.constantFrom(6, 12, 14), fc.constantFrom(6, 12, 14)),
        fc.integer({ min: 1, max: 5 }),
        (used, limit, turnMinutes) => {
          const had = run(
            used.map((mask) => ({ used: mask })),
            limit,
            200,
            turnMinutes,
          );
          for (const minutes of had) {
            const gaps = [0, ...minutes, 199].map((at, index, all) => at - (all[index - 1] ?? 0));
            expect(Math.max(...gaps)).toBeLessThanOrEqual(used.length * turnMinutes + 1);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("are equally long for equals", () => {
    for (const [cars, places] of [
      [3, 2],
      [3, 1],
      [5, 2],
      [4, 3],
    ] as const) {
      const limitA = places * MIN_A;
      const had = run(
        Array.from({ length: cars }, () => ({})),
        [limitA, limitA, limitA],
        600,
        5,
      );
      const minutes = had.map((each) => each.length);
      expect(Math.max(...minutes) - Math.min(...minutes)).toBeLessThanOrEqual(10);
    }
  });

  it("are not interrupted, not even by one who has waited longer", () => {
    const had = run([{}, {}], [6, 6, 6], 40, 10);
    for (const minutes of had) {
      const pieces = minutes.filter((at, index) => at !== (minutes[index - 1] ?? -9) + 1);
      expect(pieces.length).toBeLessThanOrEqual(2);
    }
  });

  it("end early for a car that makes no use of its current, and go by priority where that counts", () => {
    const turn = { ...noTurn, servedSince: 0, turnSince: 0 };
    const waits = { ...noTurn, waitingSince: 0 };
    const few: Partial<Division> = { limit: [6, 6, 6], safeA: 0, now: 5 };
    const claims = (resting: boolean) => [
      claim("A", { turn: { ...turn, resting } }),
      claim("B", { turn: waits, priority: 1 }),
    ];
    expect(shares(claims(false), few)).toMatchObject({ A: 6, B: 0 });
    expect(shares(claims(true), few)).toMatchObject({ A: 0, B: 6 });
    expect(shares(claims(false), { ...few, sharing: "priority" })).toMatchObject({ A: 0, B: 6 });
  });

  it("are forgotten with the transaction", () => {
    expect(turnAfter({ ...noTurn, waitingSince: 3 }, null, { contested: true, turnMs: 1, now: 5 })).toEqual(noTurn);
  });
});
