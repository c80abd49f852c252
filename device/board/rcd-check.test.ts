import { describe, expect, it } from "vitest";
import { RcdCheck } from "./rcd-check";
import { Rig } from "./testing/rig";

describe("the test of the RCD before a session", () => {
  it("trips it and resets it before the contactor closes, once a session, and nobody is alarmed", async () => {
    const rig = await new Rig().start();
    let trips = 0;
    let tripped = false;
    let alarms = 0;
    const watch = (): void => {
      if (rig.circuit.rcdTripped && !tripped) trips += 1;
      if (rig.circuit.rcdTripped && rig.circuit.closed) throw new Error("closed while tripped");
      tripped = rig.circuit.rcdTripped;
      if (rig.seen?.residualCurrent === true) alarms += 1;
    };
    rig.circuit.car = { state: "C", diode: true, currentA: 16 };
    rig.out = { ...rig.out, lock: true, currentMa: 16000, contactor: true };
    for (let i = 0; i < 40; i += 1) await rig.run(100, watch);
    expect([trips, alarms, rig.circuit.closed, rig.circuit.closures]).toEqual([1, 0, true, 1]);
    rig.out = { ...rig.out, lock: false, contactor: false };
    await rig.run(3000);
    rig.out = { ...rig.out, lock: true, contactor: true };
    for (let i = 0; i < 40; i += 1) await rig.run(100, watch);
    expect([trips, rig.circuit.closed]).toEqual([2, true]);
  });

  it.each([
    ["does not trip", (rig: Rig) => (rig.circuit.rcdWorks = false)],
    [
      "does not come back",
      (rig: Rig) => {
        const { circuit } = rig;
        const step = circuit.step.bind(circuit);
        circuit.step = (ms) => {
          step(ms);
          if (circuit.rcdTripped) circuit.rcdWorks = false;
        };
      },
    ],
  ])("never closes with one that %s, until it was reset by hand and works", async (_, breakIt) => {
    const rig = await new Rig().start();
    const step = rig.circuit.step.bind(rig.circuit);
    breakIt(rig);
    await rig.charge();
    expect(await rig.run(3000)).toMatchObject({ residualCurrent: true });
    rig.out = { ...rig.out, lock: false, contactor: false };
    rig.circuit.car = undefined;
    expect(await rig.run(2000)).toMatchObject({ residualCurrent: true });
    expect(rig.circuit.closures).toBe(0);
    rig.circuit.step = step;
    rig.circuit.rcdWorks = true;
    rig.circuit.button = true;
    await rig.run(3500);
    rig.circuit.button = false;
    expect(await rig.run(500)).toMatchObject({ residualCurrent: false });
    await rig.charge();
    await rig.run(1000);
    expect(rig.circuit.closed).toBe(true);
  });

  it("does not take for a test what has tripped before it", () => {
    const check = new RcdCheck();
    check.update(true, true);
    check.update(true, true);
    expect([check.drive, check.passed, check.failed]).toEqual([0, false, false]);
    check.update(true, false);
    expect(check.drive).toBe(1);
    check.update(false, false);
    expect(check.drive).toBe(0);
  });
});
