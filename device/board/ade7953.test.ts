import { describe, expect, it } from "vitest";
import { Ade7953 } from "./ade7953";
import { Meter } from "./meter-chip";
import { Circuit } from "./testing/circuit";

describe("ADE7953", () => {
  async function meter() {
    const circuit = new Circuit();
    const { bus } = circuit;
    const ade = new Meter(new Ade7953(bus));
    await ade.start();
    circuit.car = { state: "C", diode: true, currentA: 16 };
    circuit.meter.voltage = 230 / 350.4;
    circuit.meter.current = 16 / 70.71;
    return { circuit, bus, ade };
  }

  it("is set up as its maker requires, and measures within one percent", async () => {
    const { circuit, ade } = await meter();
    expect(circuit.meter.required).toBe(0x30);
    expect(await ade.read()).toBe(true);
    expect(Math.abs(ade.voltageMv - 230000)).toBeLessThan(500);
    expect(Math.abs(ade.currentMa - 16000)).toBeLessThan(50);
    expect(Math.abs(ade.powerW - 3680)).toBeLessThan(10);
  });

  it("counts an hour of 16 A through a register that runs over many times, and loses nothing to lost readings", async () => {
    const { circuit, bus, ade } = await meter();
    await ade.read();
    for (let i = 0; i < 360; i++) {
      circuit.meter.step(10000);
      bus.stuck = i % 3 === 0;
      await ade.read();
    }
    expect(Math.abs(ade.energyWh - 3680)).toBeLessThan(10);
    expect(new Ade7953(bus).countsPerWh).toBeGreaterThan(30000);
  });

  it("never counts backwards, and takes noise for nothing", async () => {
    const { circuit, ade } = await meter();
    circuit.meter.current = -0.1;
    await ade.read();
    circuit.meter.step(60_000);
    await ade.read();
    expect(ade.energyWh).toBe(0);
    expect(ade.powerW).toBe(0);
    circuit.meter.current = 0.0001;
    await ade.read();
    expect(ade.currentMa).toBe(0);
    expect(ade.powerW).toBe(0);
  });

  it("notices a reset, starts again, and does not take the new count for energy", async () => {
    const { circuit, ade } = await meter();
    circuit.meter.step(20000);
    await ade.read();
    circuit.meter.reset();
    expect(await ade.read()).toBe(false);
    expect(circuit.meter.required).toBe(0x30);
    expect(await ade.read()).toBe(true);
    expect(ade.energyWh).toBe(0);
  });

  it("tells frozen measurements from live ones, but not from no current", async () => {
    const { circuit, ade } = await meter();
    await ade.read();
    circuit.meter.frozen = true;
    const answers: boolean[] = [];
    for (let i = 0; i < 30; i++) answers.push(await ade.read());
    expect(answers[5]).toBe(true);
    expect(answers.at(-1)).toBe(false);
    circuit.meter.frozen = false;
    circuit.meter.current = 0;
    for (let i = 0; i < 30; i++) expect(await ade.read()).toBe(true);
  });

  it("gives no reading when any transfer is lost", async () => {
    for (let lost = 0; lost < 5; lost++) {
      const { bus, ade } = await meter();
      bus.loses = lost;
      expect(await ade.read()).toBe(false);
    }
    for (let lost = 0; lost < 3; lost++) {
      const { bus } = new Circuit();
      bus.loses = lost;
      expect(await new Meter(new Ade7953(bus)).start()).toBe(false);
    }
  });
});
