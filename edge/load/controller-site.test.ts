import { describe, expect, it } from "vitest";
import type { PhaseCurrents } from "../../shared/load";
import { SimSite } from "./testing/site";

const all = (amps: number): PhaseCurrents => [amps, amps, amps];
const stateOf = (site: SimSite, cpId: string) => site.loads.view().connectors.find((each) => each.cpId === cpId);

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
    const written = site.ofType("load.held").length;
    houseA = 10;
    await report(3600);
    expect(site.ofType("load.held").length - written).toBeLessThanOrEqual(12);
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
    const site = await SimSite.connected(32, [{ cpId: "A" }]);
    site.diskFails = true;
    site.charger("A").start(all(32));
    await site.pass(60);
    expect(site.charger("A").allowsA).toBe(6);
    expect(site.loads.view().worstCaseA).toEqual(all(6));
    site.diskFails = false;
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
    site.diskFails = true;
    await site.pass(10);
    expect(site.charger("A").possibleA).toBe(32);
    site.diskFails = false;
    site.restartHub();
    await site.pass(10);
    expect(site.store.state.load?.held).toEqual({});
  });

  it("that booted are told everything again, and those that were removed nothing", async () => {
    const site = await SimSite.connected(32, [{ cpId: "A" }]);
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
