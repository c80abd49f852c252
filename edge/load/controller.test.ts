import { describe, expect, it } from "vitest";
import type { PhaseCurrents } from "../../shared/load";
import { SimSite } from "./testing/site";

const all = (amps: number): PhaseCurrents => [amps, amps, amps];
const stateOf = (site: SimSite, cpId: string) => site.loads.view().connectors.find((each) => each.cpId === cpId);

describe("sharing", () => {
  it("stores the safe current in idle chargers and gives the rest to who charges", async () => {
    const site = await SimSite.connected(32, [{ cpId: "A" }, { cpId: "B" }]);
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
    const site = await SimSite.connected(32, [{ cpId: "A", obeysAfterMs: 90_000 }, { cpId: "B" }]);
    site.charger("A").start(all(32));
    await site.pass(60);
    site.charger("B").start(all(32));
    const look = () => expect(site.drawsA).toBeLessThanOrEqual(32);
    await site.pass(10, look);
    expect(site.limits()).toEqual({ A: 16, B: 6 });
    await site.pass(60, look);
    // It confirmed 16 A and still draws 26: noticed, told, and nobody else gets what it should have given back.
    expect(site.ofType("load.problem").map(({ data }) => data)).toMatchObject([
      { cpId: "A", problem: "no_effect", limitA: 16, measuredA: 26 },
    ]);
    expect(site.limits()["B"]).toBe(0);
    await site.pass(300, look);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
    expect(site.ofType("load.problem").at(-1)?.data).toMatchObject({ cpId: "A", problem: null });
  });

  it("sees a charger that confirms and does as it likes, and takes its current away from the others", async () => {
    const site = await SimSite.connected(40, [{ cpId: "A", ignores: true, ratedA: 32 }, { cpId: "B" }]);
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
    expect(site.ofType("load.problem")).toHaveLength(1);
  });

  it("keeps what a charger out of reach may take", async () => {
    const site = await SimSite.connected(32, [{ cpId: "A" }, { cpId: "B" }]);
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

  it("knows after a restart what one that is away may take, though its car had begun before it was told anything", async () => {
    const ratedA = 16;
    const site = new SimSite(ratedA, [
      { cpId: "A", ratedA },
      { cpId: "B", ratedA },
    ]);
    site.connectAll();
    site.charger("A").start(all(ratedA));
    await site.pass(120);
    expect(site.limits()).toEqual({ A: 10, B: 6 });
    site.charger("A").disconnect();
    site.restartHub();
    await site.pass(60, () => expect(site.possibleA).toBeLessThanOrEqual(ratedA));
    expect(stateOf(site, "A")).toMatchObject({ state: "unreachable", worstCaseA: all(10) });
    expect(site.limits()["B"]).toBe(6);
  });

  it("gives what a car does not use to who does, and back when it does", async () => {
    const site = await SimSite.connected(32, [{ cpId: "A" }, { cpId: "B" }]);
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
    expect(site.ofType("load.problem").map(({ data }) => data.problem)).toEqual(["refused"]);
    const tries = site.charger("A").received.length;
    site.charger("A").traits.refuses = [];
    await site.pass(700);
    expect(site.charger("A").received.length).toBeGreaterThan(tries);
    expect(site.limits()).toEqual({ A: 6, B: 26 });
    expect(site.ofType("load.problem").at(-1)?.data.problem).toBeNull();
  });

  it("does not wait for a charger that does not answer", async () => {
    const site = await SimSite.connected(32, [{ cpId: "A" }, { cpId: "B" }]);
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
    const site = await SimSite.connected(32, [{ cpId: "A", meters: false, triggers: false }, { cpId: "B" }]);
    site.charger("A").start(all(32));
    await site.pass(30);
    site.charger("B").start(all(32));
    await site.pass(30);
    expect(site.limits()).toEqual({ A: 16, B: 6 });
    await site.pass(10);
    expect(site.limits()).toEqual({ A: 16, B: 16 });
    expect(stateOf(site, "A")).toMatchObject({ measuredA: null, measuredAt: null });
  });

  it("asks for readings again where one answer was lost", async () => {
    const site = await SimSite.connected(36, [{ cpId: "A" }, { cpId: "B" }, { cpId: "C" }]);
    site.charger("A").start(all(32));
    await site.pass(31);
    site.charger("B").start(all(32));
    await site.pass(1);
    site.charger("A").hung = true;
    await site.pass(12);
    site.charger("A").hung = false;
    // It has just told what it tells every half minute.
    await site.pass(17);
    site.charger("C").start(all(32));
    await site.pass(20);
    expect(site.limits()).toEqual({ A: 12, B: 12, C: 12 });
  });
});
