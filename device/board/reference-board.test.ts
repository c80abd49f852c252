import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PILOT_A, PILOT_B, PILOT_C, PILOT_E, PILOT_F } from "../core/board";
import { SILENT_MS } from "../core/safety";
import { Rig } from "./testing/rig";

describe("the reference board", () => {
  it("sees an empty place, then a car, and locks its plug", async () => {
    const rig = await new Rig().start();
    expect(await rig.run(100)).toMatchObject({ pilot: PILOT_A, emergencyStop: false, locked: false, welded: false });
    rig.circuit.car = { state: "B", diode: true, currentA: 16 };
    rig.out.lock = true;
    expect(await rig.run(2000)).toMatchObject({ pilot: PILOT_B, locked: true, overTemperature: false, meterEpoch: 7 });
    rig.out.lock = false;
    expect(await rig.run(2000)).toMatchObject({ locked: false });
  });

  it("charges: pilot, contactor and meter as asked, and opens when it is told to", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    expect(rig.circuit.closed).toBe(true);
    expect(Math.abs(rig.circuit.pca.duty(0) - 16 / 60)).toBeLessThan(0.001);
    const seen = await rig.run(60_000);
    expect(seen.pilot).toBe(PILOT_C);
    expect(Math.abs(seen.powerW - 3680)).toBeLessThan(20);
    expect(seen.energyWh).toBeGreaterThan(45);
    rig.out.contactor = false;
    await rig.run(100);
    expect(rig.circuit.closed).toBe(false);
  });

  it("never offers more than the cable may carry", async () => {
    const rig = await new Rig().start();
    rig.circuit.proximityMv = 1980; // 13 A
    await rig.charge();
    rig.out.currentMa = 32000;
    await rig.run(500);
    expect(rig.circuit.pca.duty(0)).toBeLessThanOrEqual(13 / 60);
    const fixed = await new Rig(10000).start();
    await fixed.charge();
    expect(fixed.circuit.closed).toBe(true);
    expect(fixed.circuit.pca.duty(0)).toBeLessThanOrEqual(10 / 60);
    expect(fixed.circuit.pca.duty(5)).toBe(0);
  });

  it("does not close without a plug that can be read, and does not drive the lock into nothing", async () => {
    const rig = await new Rig().start();
    rig.circuit.proximityMv = 3300;
    await rig.charge();
    expect(rig.circuit.closures).toBe(0);
    expect(rig.circuit.locked).toBe(false);
  });

  it("opens at once, by itself, at every fault that it sees, even with an interlock that does not work", async () => {
    const faults: ((rig: Rig) => void)[] = [
      (rig) => (rig.circuit.emergencyStop = true),
      (rig) => (rig.circuit.caseOpen = true),
      (rig) => (rig.circuit.rcdTripped = true),
      (rig) => (rig.circuit.thermistorMv = 200),
      (rig) => (rig.circuit.thermistorMv = 3300),
      (rig) => (rig.circuit.car = undefined),
      (rig) => (rig.circuit.car = { state: "B", diode: true, currentA: 0 }),
      (rig) => (rig.circuit.car = { state: "C", diode: false, currentA: 16 }),
      (rig) => (rig.circuit.car = { state: "short", diode: true, currentA: 16 }),
      (rig) => (rig.circuit.locked = false),
      (rig) => (rig.circuit.proximityMv = 3300),
      (rig) => (rig.circuit.adc.frozen = true),
      (rig) => (rig.circuit.bus.stuck = true),
      (rig) => rig.circuit.bus.silent.add(0x20),
      (rig) => rig.circuit.bus.silent.add(0x40),
      (rig) => rig.circuit.bus.silent.add(0x48),
    ];
    for (const fault of faults) {
      const rig = await new Rig().start();
      rig.circuit.interlockBypassed = true;
      await rig.charge();
      expect(rig.circuit.closed).toBe(true);
      fault(rig);
      rig.circuit.lockBlocked = true;
      await rig.run(2200);
      expect([fault.toString(), rig.circuit.closed]).toEqual([fault.toString(), false]);
    }
  });

  it("opens when the chips lose their supply, and closes again only with a pilot that is back", async () => {
    const rig = await new Rig().start();
    rig.circuit.interlockBypassed = true;
    await rig.charge();
    rig.circuit.brownOut();
    expect(rig.circuit.closed).toBe(false);
    await rig.run(300, () => expect(rig.circuit.closed).toBe(false));
    await rig.run(3000);
    expect(rig.circuit.closed).toBe(true);
    expect(rig.circuit.pca.hertz()).toBe(1000);
  });

  it("reports each fault in the core's words", async () => {
    const rig = await new Rig().start();
    rig.circuit.emergencyStop = true;
    rig.circuit.caseOpen = true;
    rig.circuit.rcdTripped = true;
    rig.circuit.welded = true;
    rig.circuit.thermistorMv = 100;
    expect(await rig.run(1000)).toMatchObject({
      emergencyStop: true,
      caseOpen: true,
      residualCurrent: true,
      welded: true,
      overTemperature: true,
    });
    rig.circuit.welded = false;
    expect((await rig.run(300)).welded).toBe(false);
  });

  it("takes a pause of the program for no weld", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    expect((await rig.board.read(3000)).welded).toBe(false);
    rig.circuit.welded = true;
    rig.out.contactor = false;
    expect((await rig.run(1000)).welded).toBe(true);
  });

  it("goes stale when the bus hangs, so that the core faults, and comes back by itself", async () => {
    const rig = await new Rig().start();
    rig.circuit.bus.stuck = true;
    expect((await rig.run(2000)).ageMs).toBeGreaterThan(SILENT_MS);
    const before = rig.circuit.bus.transfers;
    await rig.run(1000);
    expect(rig.circuit.bus.transfers - before).toBeLessThan(60); // it does not hammer a bus that hangs
    expect((await rig.run(3000)).meterFailed).toBe(true);
    expect(rig.circuit.alive()).toBe(false);
    rig.circuit.bus.stuck = false;
    expect(await rig.run(2000)).toMatchObject({ meterFailed: false, pilot: PILOT_A, ageMs: 0 });
  });

  it("bears a single lost reading without opening", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    for (let i = 0; i < 20; i++) {
      rig.circuit.bus.silent.add(0x20);
      await rig.run(100);
      rig.circuit.bus.silent.clear();
      await rig.run(400);
    }
    expect(rig.circuit.closed).toBe(true);
    expect(rig.circuit.closures).toBe(1);
  });

  it("starts a chip anew that was away at the beginning", async () => {
    const rig = new Rig();
    rig.circuit.bus.stuck = true;
    await rig.board.start();
    await rig.run(500);
    rig.circuit.bus.stuck = false;
    await rig.run(1000);
    expect((await rig.run(100)).ageMs).toBe(0);
    expect(rig.circuit.pca.hertz()).toBe(1000);
    expect(rig.circuit.meter.required).toBe(0x30);
  });

  it("says that the meter has failed, and only that, when the meter is away", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    rig.circuit.bus.silent.add(0x38);
    expect(await rig.run(3500)).toMatchObject({ meterFailed: true, ageMs: 0 });
  });

  it("opens when a slow reading has been missing for long", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    const real = rig.circuit.bus.transfer.bind(rig.circuit.bus);
    const slowInputs = new Set([0xe3, 0xf3]);
    rig.circuit.bus.transfer = async (address, out, count) =>
      address === 0x48 && slowInputs.has(out[1] ?? 0) ? undefined : await real(address, out, count);
    expect((await rig.run(4000)).overTemperature).toBe(true);
    expect(rig.circuit.closed).toBe(false);
  });

  it("calls it over-current when a car has drawn too much for ten seconds", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    (rig.circuit.car ?? { currentA: 0 }).currentA = 20;
    expect((await rig.run(9000)).overCurrent).toBe(false);
    expect((await rig.run(2000)).overCurrent).toBe(true);
    (rig.circuit.car ?? { currentA: 0 }).currentA = 16;
    expect((await rig.run(1000)).overCurrent).toBe(false);
  });

  it("resets a tripped RCD when the button is held, without a car only", async () => {
    const rig = await new Rig().start();
    rig.circuit.rcdTripped = true;
    rig.circuit.button = true;
    rig.circuit.car = { state: "B", diode: true, currentA: 0 };
    expect((await rig.run(5000)).residualCurrent).toBe(true);
    rig.circuit.car = undefined;
    expect((await rig.run(2000)).residualCurrent).toBe(true);
    expect((await rig.run(2500)).residualCurrent).toBe(false);
  });

  it("tells of the button once it has stood", async () => {
    const rig = await new Rig().start();
    expect((await rig.run(100)).buttonDown).toBe(false);
    rig.circuit.button = true;
    expect((await rig.run(200)).buttonDown).toBe(true);
    rig.circuit.button = false;
    expect((await rig.run(200)).buttonDown).toBe(false);
  });

  it("shows state F to the car when the program has gone silent", async () => {
    const rig = await new Rig().start();
    await rig.charge();
    rig.circuit.step(2000);
    expect(rig.circuit.closed).toBe(false);
    expect(rig.circuit.pilot()).toEqual({ plus: -12000, minus: -12000 });
    expect((await rig.run(0)).pilot).toBe(PILOT_F);
  });

  it("waits for the diode's half before it closes for a car that is in C already", async () => {
    const rig = await new Rig().start();
    rig.circuit.car = { state: "C", diode: false, currentA: 16 };
    rig.out = { ...rig.out, lock: true, currentMa: 16000, contactor: true };
    expect((await rig.run(4000)).pilot).toBe(PILOT_E);
    expect(rig.circuit.closures).toBe(0);
  });

  it("keeps the contactor open through any storm on the bus unless a car asks, whatever the program says", async () => {
    const event = fc.record({
      what: fc.constantFrom("nack", "stuck", "heal", "brownOut", "freeze", "flip", "wait"),
      chip: fc.constantFrom(0x20, 0x24, 0x38, 0x40, 0x48),
      ticks: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 15 }), fc.boolean(), async (events, plugged) => {
        const rig = await new Rig().start();
        const { circuit } = rig;
        circuit.interlockBypassed = true; // nothing but the program holds it open
        if (plugged) circuit.car = { state: "B", diode: true, currentA: 0 };
        rig.out = { ...rig.out, contactor: true, currentMa: 16000, lock: true };
        for (const { what, chip, ticks } of events) {
          if (what === "nack") circuit.bus.silent.add(chip);
          if (what === "stuck") circuit.bus.stuck = true;
          if (what === "brownOut") circuit.brownOut();
          if (what === "freeze") circuit.adc.frozen = true;
          if (what === "flip") circuit.bus.corrupt = (at, answer) => (at === chip ? answer.map(() => 0xff) : answer);
          if (what === "heal") {
            circuit.bus.silent.clear();
            circuit.bus.stuck = false;
            circuit.adc.frozen = false;
            circuit.bus.corrupt = undefined;
          }
          await rig.run(ticks * 100);
        }
        expect(circuit.closures).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
