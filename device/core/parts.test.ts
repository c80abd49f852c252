import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTEMPTS, Backoff, BY_HAND, SLOW_MS } from "./backoff";
import { noInputs, PILOT_A, PILOT_B, PILOT_C, PILOT_D, PILOT_E, PILOT_F } from "./board";
import type { Inputs } from "./board";
import { decodeRegister } from "./energy";
import { DEBOUNCE_MS, Pilot } from "./pilot";
import { findFault, mayClose } from "./safety";
import { allowed, statusOf, steps } from "./status";
import type { Facts, Status } from "./status";
import { decodeTransaction, encodeTransaction } from "./transaction";
import { WallClock } from "./wall-clock";

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  faulted: fc.boolean(),
  operative: fc.boolean(),
  transaction: fc.boolean(),
  plugged: fc.boolean(),
  granted: fc.boolean(),
  reserved: fc.boolean(),
  finishing: fc.boolean(),
  wantsPower: fc.boolean(),
  offered: fc.boolean(),
});

describe("pilot", () => {
  it("believes a state only after it has stood", () => {
    const pilot = new Pilot();
    expect(pilot.settled).toBe(false);
    pilot.update(PILOT_C, 100);
    pilot.update(PILOT_C, DEBOUNCE_MS - 1);
    expect(pilot.wantsPower()).toBe(false);
    pilot.update(PILOT_C, 1);
    expect([pilot.wantsPower(), pilot.plugged(), pilot.settled]).toEqual([true, true, true]);
    pilot.update(PILOT_B, 100);
    expect([pilot.state, pilot.wantsPower(), pilot.plugged()]).toEqual([PILOT_C, false, true]);
    pilot.update(PILOT_B, DEBOUNCE_MS);
    expect(pilot.plugged()).toBe(true);
    pilot.update(PILOT_D, 1);
    pilot.update(PILOT_D, DEBOUNCE_MS);
    expect([pilot.wantsPower(), pilot.plugged(), pilot.needsVentilation()]).toEqual([false, true, true]);
    pilot.update(PILOT_A, 1);
    pilot.update(PILOT_A, DEBOUNCE_MS);
    expect([pilot.empty(), pilot.plugged()]).toEqual([true, false]);
  });

  it("never lets a chattering contact through", () => {
    const shorter = fc.integer({ min: 1, max: DEBOUNCE_MS - 1 });
    fc.assert(
      fc.property(fc.array(shorter), (gaps) => {
        const pilot = new Pilot();
        gaps.forEach((ms, i) => pilot.update(i % 2 === 0 ? PILOT_C : PILOT_B, ms));
        expect(pilot.wantsPower()).toBe(false);
      }),
    );
  });
});

describe("safety", () => {
  const good: Inputs = { ...noInputs(), ageMs: 0, pilot: PILOT_B };
  it.each<[Partial<Inputs>, string, string]>([
    [{ ageMs: 1501 }, "InternalError", ""],
    [{ emergencyStop: true }, "OtherError", "EmergencyStop"],
    [{ caseOpen: true }, "OtherError", "Other"],
    [{ welded: true }, "PowerSwitchFailure", "Other"],
    [{ residualCurrent: true }, "GroundFailure", "Other"],
    [{ overCurrent: true }, "OverCurrentFailure", ""],
    [{ overTemperature: true }, "HighTemperature", ""],
    [{ meterFailed: true }, "PowerMeterFailure", ""],
    [{ pilot: PILOT_E }, "EVCommunicationError", ""],
    [{ pilot: PILOT_F }, "EVCommunicationError", ""],
    [{ pilot: -1 }, "EVCommunicationError", ""],
  ])("names %o", (change, code, stops) => {
    expect(findFault({ ...good, ...change })).toMatchObject({ code, stops });
  });

  it("is content with a healthy board", () => {
    expect(findFault(good)).toBeUndefined();
  });

  it("closes only when everything says so", () => {
    const four = fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 32000 }), fc.boolean());
    fc.assert(
      fc.property(four, ([wants, granted, offer, healthy]) => {
        expect(mayClose(wants, granted, offer, healthy)).toBe(wants && granted && healthy && offer >= 6000);
      }),
    );
    expect([mayClose(true, true, 6000, true), mayClose(true, true, 5999, true)]).toEqual([true, false]);
  });
});

describe("connector status", () => {
  it("takes only steps that OCPP 1.6 allows, whatever happens", () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 2 }), (history) => {
        let now: Status = "Available";
        for (const facts of history) {
          const goal = statusOf(facts);
          for (const next of steps(now, goal)) {
            expect(allowed(now, next), `${now} -> ${next}`).toBe(true);
            now = next;
          }
          expect(now).toBe(goal);
        }
      }),
    );
  });

  it("says Charging only in a transaction with power asked for and offered", () => {
    fc.assert(
      fc.property(anyFacts, (f) => {
        const charging = f.transaction && f.wantsPower && f.offered && !f.faulted;
        expect(statusOf(f) === "Charging").toBe(charging);
      }),
    );
  });

  // OCPP 1.6 section 4.9
  const ALL: Status[] = [
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
  ];
  it.each<[Status, string]>([
    ["Available", ".xxxx.xxx"],
    ["Preparing", "x.xxxx..x"],
    ["Charging", "x..xxx.xx"],
    ["SuspendedEV", "x.x.xx.xx"],
    ["SuspendedEVSE", "x.xx.x.xx"],
    ["Finishing", "xx.....xx"],
    ["Reserved", "xx.....xx"],
    ["Unavailable", "xxxxx...x"],
    ["Faulted", "xxxxxxxx."],
  ])("goes from %s as the table says", (from, row) => {
    expect(ALL.map((to) => (allowed(from, to) ? "x" : ".")).join("")).toBe(row);
  });
});

describe("energy register", () => {
  it("counts on over the edge of 24 bits, Wh by Wh", () => {
    const register = decodeRegister("16777215,0,1");
    for (let wh = 1; wh <= 5; wh++) register.update(wh, 1);
    expect(register.totalWh).toBe(16777220);
    expect(decodeRegister(register.encode()).totalWh).toBe(16777220);
  });

  it("adds up over lives of the meter chip and of the program", () => {
    const lives = fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(lives, (lives) => {
        let register = decodeRegister(undefined);
        let truth = 0;
        lives.forEach((steps, epoch) => {
          let count = 0;
          for (const step of steps) {
            count += step;
            truth += step;
            register.update(count, epoch + 1);
            register = decodeRegister(register.encode());
          }
        });
        expect(register.totalWh).toBe(truth);
      }),
    );
  });

  it("takes a count that runs back for a new life", () => {
    const register = decodeRegister("100,50,3");
    register.update(20, 3);
    expect(register.totalWh).toBe(120);
  });

  it("makes zeros of a damaged text", () => {
    expect(decodeRegister("x,-5").encode()).toBe("0,0,0");
  });
});

describe("backoff", () => {
  it("doubles from 5 s to 300 s, then tries every 15 minutes", () => {
    const backoff = new Backoff();
    const pauses = Array.from({ length: ATTEMPTS }, () => backoff.failed(0, false) / 1000);
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
    expect(backoff.needsAttention()).toBe(false);
    expect([backoff.failed(0, false), backoff.failed(1, false)]).toEqual([900_000, 990_000]);
    expect(backoff.needsAttention()).toBe(true);
    backoff.begin();
    expect(backoff.needsAttention()).toBe(false);
    expect(backoff.failed(1, false)).toBe(5500);
  });

  it("waits for a hand after ten attempts where it shall", () => {
    const backoff = new Backoff();
    for (let i = 0; i < ATTEMPTS; i++) expect(backoff.failed(0, true)).toBeGreaterThan(0);
    expect([backoff.failed(0, true), backoff.failed(1, true)]).toEqual([BY_HAND, BY_HAND]);
    backoff.begin();
    expect(backoff.failed(0, true)).toBe(5000);
  });

  it("stays within its bounds for any luck", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (luck) => {
        const backoff = new Backoff();
        for (const random of luck) {
          const pause = backoff.failed(random, false);
          expect(pause).toBeGreaterThanOrEqual(5000);
          expect(pause).toBeLessThanOrEqual(SLOW_MS * 1.1);
        }
      }),
    );
  });
});

describe("wall clock", () => {
  it("marks time relative until it knows it, and resolves the marks later", () => {
    const clock = new WallClock(3);
    clock.tick(2500);
    const early = clock.stamp();
    expect(early).toBe("+3:2");
    clock.tick(8000);
    expect(clock.sync("no time")).toBe(false);
    expect(clock.sync("2026-03-01T00:00:05Z")).toBe(true);
    expect(clock.resolve(early)).toBe("2026-02-28T23:59:57.000Z");
    expect(clock.resolve("+2:9")).toBe("2026-02-28T23:59:55.000Z");
    expect(clock.resolve("2026-01-01T00:00:00.000Z")).toBe("2026-01-01T00:00:00.000Z");
  });

  it("runs over midnight and new year", () => {
    const clock = new WallClock(1);
    clock.sync("2026-12-31T23:59:58.900Z");
    for (let i = 0; i < 21; i++) clock.tick(100);
    expect(clock.stamp()).toBe("2027-01-01T00:00:01.000Z");
    expect(clock.upSec).toBe(2);
  });
});

describe("transaction in flash", () => {
  it("comes back as it was", () => {
    const tx = { no: 4, idTag: 'A"\\', meterStart: 16777217, stamp: "+1:2" };
    expect(decodeTransaction(encodeTransaction(tx))).toEqual(tx);
  });
  it.each([undefined, "", "[1,2", "{}", "[1]", "[1,2,3,4]", '["1","A",2,"t"]', '[1,2,3,"t"]', '[1,"A",0.5,"t"]'])(
    "is none in %s",
    (text) => {
      expect(decodeTransaction(text)).toBeUndefined();
    },
  );
});
