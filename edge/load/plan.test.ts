import { describe, expect, it } from "vitest";
import { countedA } from "./counts";
import type { Grip } from "./grip";
import { holding, mayRaise, noGrip, remembered, seenDrawing, sending, transactionOver } from "./grip";
import { EXACT_WRITES, heldAfter, writtenNow, WRITES_MS } from "./held";
import type { Written } from "./held";
import { anotherRound, configured, failed, linkAgain, newLink, refusedWay, ROUND_MS, withoutEffect } from "./link";
import { ALL_PHASES, NONE, toGrid } from "./phases";
import { plan } from "./plan";
import type { Candidate } from "./plan";

const grip = (storedA: number, txA: number | null = null): Grip => {
  const least = { storedLeastA: storedA, runningLeastA: txA ?? storedA };
  return { ...noGrip, ...least, storedA, txA, told: true };
};
const candidate = (key: string, more: Partial<Candidate>): Candidate => ({
  key,
  cpId: key,
  ready: true,
  grip: noGrip,
  storedA: 6,
  txA: null,
  underWay: false,
  running: true,
  unheard: false,
  lately: false,
  counts: { ratedA: 32, wired: ALL_PHASES, used: ALL_PHASES, atLeast: NONE },
  again: { stored: false, tx: false },
  ...more,
});
const planned = (candidates: Candidate[], limitA = 32) =>
  plan(candidates, [limitA, limitA, limitA]).map(({ key, register, limitA: amps }) => `${key} ${register} ${amps}`);

describe("what to tell now", () => {
  it("is the safe current first, to a charger that counts with all it can", () => {
    expect(planned([candidate("A", { txA: 20 })], 16)).toEqual(["A stored 6"]);
  });

  it("is every lowering, while a raise waits for them", () => {
    const lower = candidate("A", { grip: grip(6, 26), txA: 16 });
    const raise = candidate("B", { grip: grip(6), txA: 16 });
    expect(planned([lower, raise])).toEqual(["A tx 16"]);
    const done = { ...lower, grip: grip(6, 16), txA: 16 };
    expect(planned([done, raise])).toEqual(["B tx 16"]);
    expect(planned([{ ...done, grip: { ...grip(6, 16), settling: { fromA: 26, since: 0 } } }, raise])).toEqual([]);
  });

  it("is as much of a raise as fits, where that is worth a message", () => {
    const other = candidate("A", { grip: grip(6, 20), txA: 20, ready: false });
    expect(planned([other, candidate("B", { grip: grip(6, 6), txA: 16 })])).toEqual(["B tx 12"]);
    expect(planned([other, candidate("B", { grip: grip(6, 11), txA: 16 })])).toEqual([]);
    expect(planned([other, candidate("B", { grip: grip(0, 0), storedA: 0, txA: 16 })], 26)).toEqual(["B tx 6"]);
    expect(planned([other, candidate("B", { grip: grip(0, 0), storedA: 6, txA: 0 })], 25)).toEqual([]);
  });

  it("is one message a charge point, and each raise counts for the next", () => {
    const two = ["A", "B"].map((key) => candidate(key, { cpId: "CP", grip: grip(0), storedA: 0, txA: 16 }));
    expect(planned(two)).toEqual(["A tx 16"]);
    const apart = two.map((each) => ({ ...each, cpId: each.key }));
    expect(planned(apart, 16)).toEqual(["A tx 16"]);
    expect(planned(apart, 22)).toEqual(["A tx 16", "B tx 6"]);
    const lowering = ["A", "B"].map((key) => candidate(key, { cpId: "CP", grip: grip(16), storedA: 6 }));
    expect(planned(lowering)).toEqual(["A stored 6"]);
  });

  it("is a raise of the lowest first, and not so soon after the last", () => {
    const candidates = [candidate("A", { grip: grip(6, 10), txA: 16 }), candidate("B", { grip: grip(6, 8), txA: 16 })];
    expect(planned(candidates, 24)).toEqual(["B tx 14"]);
    expect(
      planned(
        candidates.map((each) => ({ ...each, lately: true })),
        32,
      ),
    ).toEqual([]);
    expect(planned([candidate("A", { grip: grip(0, 0), storedA: 0, txA: 16, lately: true })])).toEqual(["A tx 16"]);
  });

  it("is what may have been forgotten or lost, again", () => {
    expect(planned([candidate("A", { grip: grip(6, 10), txA: 10, again: { stored: true, tx: true } })])).toEqual([
      "A tx 10",
    ]);
    expect(planned([candidate("A", { grip: grip(6, 10), txA: 10, again: { stored: true, tx: false } })])).toEqual([
      "A stored 6",
    ]);
    expect(planned([candidate("A", { grip: { ...grip(6, 10), txDoubtA: 20 }, txA: 10 })])).toEqual(["A tx 10"]);
    expect(planned([candidate("A", { grip: { ...grip(6), storedDoubtA: 20 } })])).toEqual(["A stored 6"]);
    expect(planned([candidate("A", { grip: grip(6, 10), txA: 10 })])).toEqual([]);
  });
});

describe("what a hub that has started again tells", () => {
  /** Upper bounds; of what they really hold nothing is known. */
  const bound = (storedA: number, txDoubtA: number | null = null): Grip => ({ ...noGrip, storedA, txDoubtA });

  it("is nothing that may be a raise while the bounds together are beyond the limit, but the least, one charger at a time", () => {
    const idle = candidate("A", { grip: bound(10), storedA: 6, running: false });
    const charging = candidate("B", { grip: bound(10), storedA: 8 });
    expect(planned([charging, idle], 16)).toEqual(["A stored 0"]);
    expect(planned([charging, { ...idle, underWay: true, ready: false }], 16)).toEqual([]);
    expect(
      planned(
        [
          { ...charging, unheard: true },
          { ...idle, grip: grip(10), ready: false },
        ],
        16,
      ),
    ).toEqual([]);
    const known = { ...idle, grip: grip(0), storedA: 6 };
    expect(planned([charging, known], 16)).toEqual(["A stored 6", "B stored 8"]);
  });

  it("leaves a car that draws what it must have to draw at all", () => {
    const drawing = { ...bound(10), storedLeastA: 6, runningLeastA: 6 };
    expect(planned([candidate("A", { grip: drawing }), candidate("B", { grip: bound(10) })], 16)).toEqual([
      "A stored 6",
    ]);
    const own = { ...bound(6, 16), runningLeastA: 6 };
    const other = candidate("B", { grip: grip(6, 10), txA: 10, ready: false });
    expect(planned([candidate("A", { grip: own, txA: 10 }), other], 20)).toEqual(["A tx 6"]);
  });

  it("is nothing where telling makes nothing better, or what was lowered only has to show", () => {
    expect(planned([candidate("A", { grip: bound(0, 20), storedA: 0 })], 16)).toEqual([]);
    const settling = { ...grip(6, 6), settling: { fromA: 20, since: 0 } };
    expect(
      planned([candidate("A", { grip: settling, txA: 6 }), candidate("B", { grip: grip(6, 8), txA: 9 })], 16),
    ).toEqual([]);
  });
});

describe("the least that a charger may hold", () => {
  it("is known once it has confirmed, and falls with what is on its way", () => {
    expect(holding(noGrip, "stored", 6)).toMatchObject({ storedLeastA: 6, runningLeastA: 6 });
    const running = holding(holding(noGrip, "stored", 6), "tx", 16);
    expect(running).toMatchObject({ storedLeastA: 6, runningLeastA: 16 });
    expect(holding(running, "stored", 0)).toMatchObject({ storedLeastA: 0, runningLeastA: 16 });
    const lowering = sending(running, "tx", 8);
    expect(lowering).toMatchObject({ storedLeastA: 6, runningLeastA: 8 });
    expect(holding(lowering, "stored", 10)).toMatchObject({ storedLeastA: 10, runningLeastA: 8 });
    expect(transactionOver(lowering)).toMatchObject({ storedLeastA: 6, runningLeastA: 6 });
    expect([7, 8, 9].map((amps) => mayRaise(lowering, "tx", amps))).toEqual([false, false, true]);
    expect([6, 7].map((amps) => mayRaise(lowering, "stored", amps))).toEqual([false, true]);
    expect(mayRaise(noGrip, "stored", 6)).toBe(false);
  });

  it("is 6 A of one that draws, as long as this hub has told it nothing", () => {
    expect(seenDrawing(remembered({ storedA: 10, ceilingA: 10 }))).toMatchObject({ storedLeastA: 6, runningLeastA: 6 });
    expect(seenDrawing(remembered({ storedA: 6, ceilingA: 16 }))).toMatchObject({ storedLeastA: 0, runningLeastA: 6 });
    const told = sending(remembered({ storedA: 6, ceilingA: 16 }), "tx", 0);
    expect(seenDrawing(told)).toBe(told);
  });
});

it("counts on the phases of the running car what that may take, and on the others it is wired to what is stored", () => {
  const counts = { ratedA: 32, wired: [true, true, false], used: [true, false, false], atLeast: [0, 0, 1] } as const;
  expect(countedA(counts, grip(6, 20))).toEqual([20, 6, 1]);
});

describe("what is written down", () => {
  const busy = { ratedA: 32, idle: false, rewritten: false };
  const many: Written = { storedA: 6, ceilingA: 9, times: Array.from({ length: EXACT_WRITES }, (_, i) => i) };

  it("is nothing before the charger has confirmed anything: it counts with all it can", () => {
    expect(heldAfter(null, { ...noGrip, storedDoubtA: 6 }, busy, 0)).toBeNull();
  });

  it("is each new ceiling, exact at first and rounded up when there are many", () => {
    expect(heldAfter(null, grip(6), busy, 0)).toEqual({ storedA: 6, ceilingA: 6 });
    expect(heldAfter({ ...many, times: [] }, grip(6, 10), busy, 9)).toEqual({ storedA: 6, ceilingA: 10 });
    expect(heldAfter(many, grip(6, 10), busy, 9)).toEqual({ storedA: 6, ceilingA: 16 });
    expect(heldAfter(many, grip(10), { ...busy, rewritten: true }, 9)).toEqual({ storedA: 16, ceilingA: 16 });
    expect(heldAfter(many, grip(6, 30), { ...busy, ratedA: 31 }, 9)).toEqual({ storedA: 6, ceilingA: 31 });
  });

  it("is a lower one when nothing goes on, or nothing was written for long", () => {
    expect(heldAfter(many, grip(6, 7), busy, 9)).toBeNull();
    expect(heldAfter(many, grip(6, 7), busy, 9 + WRITES_MS)).toEqual({ storedA: 6, ceilingA: 7 });
    expect(heldAfter(many, grip(0), { ...busy, idle: true }, 9)).toEqual({ storedA: 0, ceilingA: 0 });
    expect(heldAfter(many, grip(6, 9), { ...busy, idle: true }, 9)).toBeNull();
    expect(writtenNow(many, { storedA: 1, ceilingA: 2 }, WRITES_MS + 2).times).toEqual([3, 4, 5, WRITES_MS + 2]);
  });
});

describe("a charge point's ways", () => {
  it("are asked of it", () => {
    const said = new Map([
      ["ChargingScheduleAllowedChargingRateUnit", "Power"],
      ["ChargeProfileMaxStackLevel", "8"],
    ]);
    expect(configured(newLink, said)).toMatchObject({ asked: true, units: ["W"], stackLevel: 8 });
    expect(configured(newLink, null)).toMatchObject({ asked: true, units: null, stackLevel: 0 });
    expect(configured(newLink, new Map([["ChargeProfileMaxStackLevel", "lots"]])).stackLevel).toBe(0);
  });

  it("are left one after the other as it refuses, a transaction's only the second time", () => {
    expect(refusedWay(newLink, "stored", 1, 0)).toMatchObject({ way: 1 });
    const once = refusedWay(newLink, "tx", 1, 0);
    expect(once).toMatchObject({ way: 0, txRefusals: 1 });
    expect(refusedWay(once, "tx", 1, 0)).toMatchObject({ way: 1, txRefusals: 0 });
    const last = refusedWay({ ...newLink, units: ["A"], way: 4 }, "stored", 1, 0);
    expect(last).toMatchObject({ way: 5, retryAt: ROUND_MS });
    expect(anotherRound(last, 1, ROUND_MS - 1)).toBe(last);
    expect(anotherRound(last, 1, ROUND_MS).way).toBe(0);
  });

  it("are tried in turn where they have no effect, one round at a time", () => {
    expect(withoutEffect(newLink, 1, 0)).toMatchObject({ way: 1, roundAt: null });
    const round = withoutEffect({ ...newLink, units: ["A"], way: 4 }, 1, 7);
    expect(round).toMatchObject({ way: 0, roundAt: 7 });
    expect(withoutEffect(round, 1, 8)).toBe(round);
    expect(withoutEffect(round, 1, 7 + ROUND_MS)).toMatchObject({ way: 1, roundAt: null });
  });

  it("are tried less and less often while it is silent, and afresh when it is back", () => {
    let link = newLink;
    const pauses = [0, 1, 2, 3, 4, 5, 6].map(() => (link = failed(link, 0)).retryAt);
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(linkAgain({ ...link, way: 3 }, false)).toMatchObject({ failures: 0, retryAt: 0, way: 3 });
    expect(linkAgain({ ...link, way: 3, asked: true }, true)).toMatchObject({ way: 0, asked: false });
  });
});

it("a charger's phases are the grid's in the order of its rotation", () => {
  expect(toGrid("RST", [1, 2, 3])).toEqual([1, 2, 3]);
  expect(toGrid("STR", [1, 2, 3])).toEqual([3, 1, 2]);
});
