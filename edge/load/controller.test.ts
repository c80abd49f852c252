import { describe, expect, it } from "vitest";
import type { PhaseCurrents } from "../../shared/load";
import { SimSite } from "./testing/site";

const all = (amps: number): PhaseCurrents => [amps, amps, amps];
const stateOf = (site: SimSite, cpId: string) => site.loads.view().connectors.find((each) => each.cpId === cpId);

describe("sharing", () => {
  it("stores the safe current in idle chargers and gives the rest to who charges", async () => {
    const site = new SimSite(32, [{ cpId: "A" }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    expect(site.limits()).toEqual({ A: 6, B: 6 });
    site.charger("A").start(all(32));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 26, B: 6 });
    site.charger("B").start(all(16));
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
    expect(site.drawsA).toBe(32);
    expect(site.loads.view()).toMatchObject({ worstCaseA: all(32), measuredA: all(32), limitA: all(32) });
    site.charger("B").end();
    await site.pass(60);
    expect(site.limits()).toEqual({ A: 26, B: 6 });
  });

  it("does nothing at all where nobody has set a limit", async () => {
    const site = new SimSite(null, [{ cpId: "A" }]);
    site.connectAll();
    site.charger("A").start(all(16));
    await site.pass(120);
    expect(site.charger("A").received).toEqual([]);
    expect(site.loads.view()).toMatchObject({ active: false, limitA: null, connectors: [] });
  });

  it("raises one only after the other has shown that it obeys", async () => {
    const site = new SimSite(32, [{ cpId: "A", obeysAfterMs: 90_000 }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    site.charger("A").start(all(32));
    await site.pass(60);
    site.charger("B").start(all(32));
    const look = () => expect(site.drawsA).toBeLessThanOrEqual(32);
    await site.pass(10, look);
    expect(site.limits()).toEqual({ A: 16, B: 6 });
    await site.pass(60, look);
    // It confirmed 16 A and still draws 26: noticed, told, and nobody else gets what it should have given back.
    expect(site.store.ofType("load.problem").map(({ data }) => data)).toMatchObject([
      { cpId: "A", problem: "no_effect", limitA: 16, measuredA: 26 },
    ]);
    expect(site.limits()["B"]).toBe(0);
    await site.pass(300, look);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
    expect(site.store.ofType("load.problem").at(-1)?.data).toMatchObject({ cpId: "A", problem: null });
  });

  it("sees a charger that confirms and does as it likes, and takes its current away from the others", async () => {
    const site = new SimSite(40, [{ cpId: "A", ignores: true, ratedA: 32 }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    site.charger("B").start(all(32));
    await site.pass(60);
    expect(site.limits()["B"]).toBe(32);
    site.charger("A").start(all(32));
    await site.pass(120);
    expect(stateOf(site, "A")).toMatchObject({ state: "uncontrolled", problem: "no_effect", worstCaseA: all(32) });
    expect(site.limits()["B"]).toBe(8);
    expect(site.drawsA).toBe(40);
    // It is tried in other ways too.
    await site.pass(300);
    const purposes = site.charger("A").received.map((each) => each.csChargingProfiles.chargingProfilePurpose);
    expect(new Set(purposes)).toEqual(new Set(["TxDefaultProfile", "TxProfile", "ChargePointMaxProfile"]));
    // It stays distrusted over a restart of the hub, without being told of twice.
    site.restartHub();
    await site.pass(5);
    expect(stateOf(site, "A")).toMatchObject({ problem: "no_effect", worstCaseA: all(32) });
    expect(site.store.ofType("load.problem")).toHaveLength(1);
  });

  it("keeps what a charger out of reach may take", async () => {
    const site = new SimSite(32, [{ cpId: "A" }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    site.charger("A").start(all(32));
    await site.pass(60);
    site.charger("A").disconnect();
    site.charger("B").start(all(32));
    await site.pass(600, () => expect(site.drawsA).toBeLessThanOrEqual(32));
    expect(stateOf(site, "A")).toMatchObject({ state: "unreachable", worstCaseA: all(26) });
    expect(site.limits()).toEqual({ A: 26, B: 6 });
    // The hub is killed, and the one that starts again knows it too.
    site.restartHub();
    await site.pass(60, () => expect(site.drawsA).toBeLessThanOrEqual(32));
    expect(stateOf(site, "A")?.worstCaseA).toEqual(all(26));
    expect(site.limits()["B"]).toBe(6);
    site.charger("A").connect();
    await site.pass(120, () => expect(site.drawsA).toBeLessThanOrEqual(32));
    expect(site.limits()).toEqual({ A: 16, B: 16 });
  });

  it("gives what a car does not use to who does, and back when it does", async () => {
    const site = new SimSite(32, [{ cpId: "A" }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    site.charger("A").start(all(7));
    site.charger("B").start(all(32));
    await site.pass(300);
    expect(site.limits()).toEqual({ A: 9, B: 23 });
    site.charger("A").end();
    await site.pass(10);
    site.charger("A").start(all(32));
    await site.pass(300);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
  });

  it("serves higher priority fully first", async () => {
    const site = new SimSite(32, [
      { cpId: "A", ratedA: 20 },
      { cpId: "B", ratedA: 20 },
    ]);
    const usual = { connectorId: 1, phases: 3 as const, rotation: null };
    await site.set({ sharing: "priority", connectors: [{ ...usual, cpId: "B", priority: 5 }] });
    site.connectAll();
    await site.pass(5);
    site.charger("A").start(all(32));
    site.charger("B").start(all(32));
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 12, B: 20 });
  });
});

describe("too little for all", () => {
  it("queues new starts with 0 A where the safe currents alone are too much, and each gets its turn", async () => {
    const site = new SimSite(16, [{ cpId: "A" }, { cpId: "B" }, { cpId: "C" }]);
    await site.set({ turnMinutes: 5 });
    site.connectAll();
    await site.pass(5);
    expect(site.limits()).toEqual({ A: 0, B: 0, C: 0 });
    for (const charger of site.chargers.values()) charger.start(all(16));
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 8, B: 8, C: 0 });
    expect(stateOf(site, "C")).toMatchObject({ state: "queued", targetA: 0 });
    expect(stateOf(site, "C")?.waitingSince).not.toBeNull();
    const chargedSeconds: Record<string, number> = { A: 0, B: 0, C: 0 };
    for (let minute = 0; minute < 60; minute++) {
      await site.pass(60, () => expect(site.drawsA).toBeLessThanOrEqual(16));
      for (const [cpId, charger] of site.chargers) if (charger.drawsA[0] > 0) chargedSeconds[cpId]! += 60;
    }
    const seconds = Object.values(chargedSeconds);
    expect(Math.min(...seconds)).toBeGreaterThan(28 * 60);
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThanOrEqual(10 * 60);
  });

  it("ends the turn of a car that is full", async () => {
    const site = new SimSite(10, [{ cpId: "A" }, { cpId: "B" }]);
    await site.set({ turnMinutes: 240 });
    site.connectAll();
    await site.pass(5);
    site.charger("A").start(all(16));
    await site.pass(30);
    site.charger("B").start(all(16));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 10, B: 0 });
    site.charger("A").say([site.charger("A").status("SuspendedEV")]);
    await site.pass(200);
    expect(site.limits()).toEqual({ A: 0, B: 10 });
    // Seen by its readings alone, without a word of the charger.
    const charger = site.charger("B");
    charger.transaction!.car = all(0);
    await site.pass(200);
    expect(site.limits()).toEqual({ A: 10, B: 0 });
  });
});

describe("the ways of chargers", () => {
  it.each([
    ["watts only", { unit: "W" as const }, "TxProfile"],
    ["absolute schedules only", { kinds: ["Absolute"] }, "TxProfile"],
    ["no limit of a transaction", { refuses: ["TxProfile"] }, "TxDefaultProfile"],
    ["the charge point's maximum only", { refuses: ["TxProfile", "TxDefaultProfile"] }, "ChargePointMaxProfile"],
    [
      "watts, absolute, and the maximum only",
      { unit: "W" as const, refuses: ["TxProfile", "TxDefaultProfile"] },
      "ChargePointMaxProfile",
    ],
  ])("copes with %s", async (_, traits, purpose) => {
    const site = new SimSite(32, [{ cpId: "A", ...traits }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 6, B: 6 });
    site.charger("A").start(all(32));
    await site.pass(60);
    expect(site.limits()).toEqual({ A: 26, B: 6 });
    expect(Math.max(...site.charger("A").drawsA)).toBeCloseTo(26, 1);
    expect(site.charger("A").received.at(-1)?.csChargingProfiles.chargingProfilePurpose).toBe(purpose);
    site.charger("A").end();
    await site.pass(30);
    expect(site.charger("A").possibleA).toBeCloseTo(6, 1);
  });

  it("counts one that takes no limit with all it can, tells the owner, and tries again later", async () => {
    const site = new SimSite(32, [
      { cpId: "A", ratedA: 16, refuses: ["TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"] },
      { cpId: "B" },
    ]);
    site.connectAll();
    await site.pass(30);
    site.charger("B").start(all(32));
    await site.pass(60);
    expect(stateOf(site, "A")).toMatchObject({ state: "uncontrolled", problem: "refused", limitA: null });
    expect(site.limits()["B"]).toBe(16);
    expect(site.store.ofType("load.problem").map(({ data }) => data.problem)).toEqual(["refused"]);
    const tries = site.charger("A").received.length;
    site.charger("A").traits.refuses = [];
    await site.pass(700);
    expect(site.charger("A").received.length).toBeGreaterThan(tries);
    expect(site.limits()).toEqual({ A: 6, B: 26 });
    expect(site.store.ofType("load.problem").at(-1)?.data.problem).toBeNull();
  });

  it("does not wait for a charger that does not answer", async () => {
    const site = new SimSite(32, [{ cpId: "A" }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    site.charger("A").hung = true;
    site.charger("A").start(all(32));
    site.charger("B").start(all(32));
    await site.pass(120, () => expect(site.drawsA).toBeLessThanOrEqual(32));
    // Whatever was sent to A may have arrived.
    expect(stateOf(site, "A")).toMatchObject({ state: "uncontrolled", limitA: 6, worstCaseA: all(16) });
    expect(site.limits()["B"]).toBe(16);
    site.charger("A").hung = false;
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
  });

  it("waits for no reading of a charger that never gave one", async () => {
    const site = new SimSite(32, [{ cpId: "A", meters: false, triggers: false }, { cpId: "B" }]);
    site.connectAll();
    await site.pass(5);
    site.charger("A").start(all(32));
    await site.pass(30);
    site.charger("B").start(all(32));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 16, B: 6 });
    await site.pass(10);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
    expect(stateOf(site, "A")).toMatchObject({ measuredA: null, measuredAt: null });
  });
});

describe("the site's limit", () => {
  it("is followed as the owner changes it, but never above the hub's own setting", async () => {
    const site = new SimSite(20, [{ cpId: "A" }]);
    await site.set({ limit: { kind: "constant", limitA: 40 } });
    site.connectAll();
    site.charger("A").start(all(32));
    await site.pass(60);
    expect(site.limits()).toEqual({ A: 20 });
    await site.set({ limit: { kind: "constant", limitA: [10, 20, 20] } });
    await site.pass(60);
    expect(site.limits()).toEqual({ A: 10 });
    expect(site.loads.view().limitA).toEqual([10, 20, 20]);
  });

  it("falls by schedule only after the chargers were lowered", async () => {
    const site = new SimSite(null, [{ cpId: "A" }, { cpId: "B" }]);
    const windows = [{ days: [], from: "12:10", to: "12:20", limitA: 14 }];
    await site.set({ limit: { kind: "schedule", otherwiseA: 50, windows } });
    site.connectAll();
    site.charger("A").start(all(32));
    site.charger("B").start(all(32));
    await site.pass(9 * 60);
    expect(site.limits()).toEqual({ A: 25, B: 25 });
    await site.pass(59);
    expect(site.possibleA).toBeLessThanOrEqual(14);
    await site.pass(11 * 60);
    expect(site.limits()).toEqual({ A: 25, B: 25 });
  });

  it("is what a site meter leaves, and what is guaranteed when it is silent; nothing of it is written", async () => {
    const site = new SimSite(null, [{ cpId: "A" }]);
    site.loads.meter(all(10));
    await site.set({ limit: { kind: "meter", fuseA: 40, guaranteedA: 8, includesChargers: true } });
    site.connectAll();
    await site.pass(2);
    site.charger("A").start(all(32));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 8 });
    let houseA = 10;
    const report = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        const drawn = site.charger("A").drawsA;
        site.loads.meter([drawn[0] + houseA + (second % 2), drawn[1] + houseA, drawn[2] + houseA]);
        await site.pass(1);
      }
    };
    await report(200);
    expect(site.limits()["A"]).toBeGreaterThanOrEqual(27);
    expect(site.limits()["A"]).toBeLessThanOrEqual(30);
    houseA = 25;
    await report(120);
    expect(site.limits()["A"]).toBeLessThanOrEqual(15);
    expect(site.limits()["A"]).toBeGreaterThanOrEqual(12);
    const written = site.store.ofType("load.held").length;
    houseA = 10;
    await report(3600);
    expect(site.store.ofType("load.held").length - written).toBeLessThanOrEqual(12);
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 8 });
  });

  it("is taken back from the chargers when the owner takes it away", async () => {
    const site = new SimSite(null, [{ cpId: "A" }, { cpId: "B" }]);
    await site.set({ limit: { kind: "constant", limitA: 20 } });
    site.connectAll();
    await site.pass(10);
    expect(site.limits()).toEqual({ A: 6, B: 6 });
    site.charger("B").hung = true;
    await site.set({ limit: null });
    await site.pass(60);
    expect(site.charger("A").possibleA).toBe(32);
    site.charger("B").hung = false;
    await site.pass(120);
    expect(site.charger("B").possibleA).toBe(32);
    expect(site.store.state.load?.held).toEqual({});
    expect(site.loads.view().active).toBe(false);
  });
});

describe("phases", () => {
  it("counts a single-phase car on its own phase, once readings have shown it and where the rotation is known", async () => {
    const site = new SimSite(20, [{ cpId: "A" }, { cpId: "B" }]);
    const usual = { connectorId: 1, phases: 3 as const, priority: 0 };
    await site.set({
      safeCurrentA: 0,
      connectors: [
        { ...usual, cpId: "A", rotation: "RST" },
        { ...usual, cpId: "B", rotation: "STR" },
      ],
    });
    site.connectAll();
    await site.pass(5);
    site.charger("A").start([32, 0, 0]);
    site.charger("B").start([32, 0, 0]);
    await site.pass(20);
    expect(site.limits()).toEqual({ A: 10, B: 10 });
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 20, B: 20 });
    expect(site.loads.view().worstCaseA).toEqual([20, 20, 0]);
    // It begins to use all phases after all: seen at once, and all have room again.
    site.charger("A").transaction!.car = all(32);
    await site.pass(150);
    expect(site.limits()).toEqual({ A: 10, B: 10 });
    expect(site.loads.view().worstCaseA).toEqual([10, 20, 10].map((amps, phase) => (phase === 1 ? 20 : amps)));
  });
});

describe("a disk that refuses", () => {
  it("keeps chargers from being told of more", async () => {
    const site = new SimSite(32, [{ cpId: "A" }]);
    site.connectAll();
    await site.pass(5);
    site.store.refusesLoad = true;
    site.charger("A").start(all(32));
    await site.pass(60);
    expect(site.charger("A").allowsA).toBe(6);
    expect(site.loads.view().worstCaseA).toEqual(all(6));
    site.store.refusesLoad = false;
    await site.pass(90);
    expect(site.charger("A").allowsA).toBe(32);
  });
});

describe("charge points", () => {
  it("that are removed, or whose transaction ends, while a call is under way leave nothing behind", async () => {
    const site = new SimSite(32, [
      { cpId: "A", latencyMs: 3_000 },
      { cpId: "B", latencyMs: 3_000 },
    ]);
    site.connectAll();
    await site.pass(15);
    site.charger("A").start(all(32));
    await site.pass(2);
    site.charger("A").end();
    site.charger("B").start(all(32));
    await site.pass(2);
    const removed = { type: "chargePoint.removed" as const, data: { cpId: "B" } };
    void site.store.commit(() => ({ reply: undefined, events: [removed] }));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 6 });
    expect(stateOf(site, "A")?.worstCaseA).toEqual(all(6));
  });

  it("keep what they had when the disk refuses to remember that it was taken back", async () => {
    const site = new SimSite(null, [{ cpId: "A" }]);
    await site.set({ limit: { kind: "constant", limitA: 20 } });
    site.connectAll();
    await site.pass(10);
    await site.set({ limit: null });
    site.store.refusesLoad = true;
    await site.pass(10);
    expect(site.charger("A").possibleA).toBe(32);
    site.store.refusesLoad = false;
    site.restartHub();
    await site.pass(10);
    expect(site.store.state.load?.held).toEqual({});
  });

  it("that booted are told everything again, and those that were removed nothing", async () => {
    const site = new SimSite(32, [{ cpId: "A" }]);
    site.connectAll();
    await site.pass(5);
    const before = site.charger("A").received.length;
    site.charger("A").boot();
    await site.pass(5);
    expect(site.charger("A").received.length).toBe(before + 1);
    void site.store.commit(() => ({
      reply: undefined,
      events: [{ type: "chargePoint.removed", data: { cpId: "A" } }],
    }));
    await site.pass(5);
    expect(site.loads.view().connectors).toEqual([]);
  });

  it("that were registered and never seen do not count", async () => {
    const site = new SimSite(32, [{ cpId: "A" }, { cpId: "B" }]);
    site.charger("A").connect();
    await site.pass(5);
    site.charger("A").start(all(32));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 32 });
    site.charger("B").connect();
    await site.pass(60);
    expect(site.limits()).toEqual({ A: 26, B: 6 });
  });
});
