import { describe, expect, it } from "vitest";
import { Ade7880 } from "./ade7880";
import { Meter } from "./meter-chip";
import { ReferenceBoard } from "./reference-board";
import { Ade7880Model } from "./testing/ade7880-model";
import { Circuit } from "./testing/circuit";
import { ModelBus } from "./testing/model-bus";

const VOLTS = [228, 230, 232].map((v) => v / 350.372);
const AMPS = [16, 10, 12].map((a) => a / 70.711);

describe("ADE7880", () => {
  async function meter() {
    const bus = new ModelBus();
    const chip = new Ade7880Model();
    bus.chips.set(0x38, chip);
    const ade = new Meter(new Ade7880(bus));
    expect(await ade.start()).toBe(true);
    chip.voltage = [...VOLTS];
    chip.current = [...AMPS];
    return { bus, chip, ade };
  }

  it("tells the mean voltage, the current of the phase that carries most, and the power of all", async () => {
    const { ade } = await meter();
    expect(await ade.read()).toBe(true);
    expect(Math.abs(ade.voltageMv - 230000)).toBeLessThan(50);
    expect(Math.abs(ade.currentMa - 16000)).toBeLessThan(5);
    expect(Math.abs(ade.powerW - (228 * 16 + 230 * 10 + 232 * 12))).toBeLessThan(5);
  });

  it("counts an hour of three phases through registers that run over, and loses nothing to lost readings", async () => {
    const { bus, chip, ade } = await meter();
    await ade.read();
    for (let i = 0; i < 360; i++) {
      chip.step(10_000);
      bus.stuck = i % 3 === 0;
      await ade.read();
    }
    expect(Math.abs(ade.energyWh - 8732)).toBeLessThan(10);
    expect(new Ade7880(bus).countsPerWh).toBeGreaterThan(9_900);
  });

  it("counts what one phase feeds back off the others, and never backwards in all", async () => {
    const { chip, ade } = await meter();
    await ade.read();
    chip.current = [16 / 70.711, -6 / 70.711, 0];
    chip.step(3_600_000 / 36);
    await ade.read();
    expect(Math.abs(ade.energyWh - (228 * 16 - 230 * 6) / 36)).toBeLessThan(2);
    chip.current = AMPS.map((a) => -a);
    const before = ade.energyWh;
    chip.step(60_000);
    await ade.read();
    expect([ade.energyWh, ade.powerW, ade.currentMa]).toEqual([before, 0, 0]);
  });

  it("takes noise for nothing", async () => {
    const { chip, ade } = await meter();
    chip.current = [0.0001, 0.0002, 0];
    await ade.read();
    expect([ade.currentMa, ade.powerW]).toEqual([0, 0]);
  });

  it("notices a reset, starts again, and does not take the new count for energy", async () => {
    const { chip, ade } = await meter();
    await ade.read();
    chip.step(20_000);
    await ade.read();
    const before = ade.energyWh;
    chip.reset();
    expect(await ade.read()).toBe(false);
    expect(await ade.read()).toBe(true);
    expect(ade.energyWh).toBe(before);
  });

  it("tells frozen measurements from live ones, but not from no current", async () => {
    const { chip, ade } = await meter();
    await ade.read();
    chip.frozen = true;
    const answers: boolean[] = [];
    for (let i = 0; i < 30; i++) answers.push(await ade.read());
    expect([answers[5], answers.at(-1)]).toEqual([true, false]);
    chip.frozen = false;
    chip.current = [0, 0, 0];
    for (let i = 0; i < 30; i++) expect(await ade.read()).toBe(true);
  });

  it("gives no reading when any transfer is lost, on a stuck bus or from a chip that is silent", async () => {
    for (let lost = 0; lost < 14; lost++) {
      const { bus, ade } = await meter();
      bus.loses = lost;
      expect(await ade.read()).toBe(false);
      expect(await ade.read()).toBe(true);
    }
    for (let lost = 0; lost < 8; lost++) {
      const { bus } = await meter();
      bus.loses = lost;
      expect(await new Meter(new Ade7880(bus)).start()).toBe(false);
    }
    const { bus, ade } = await meter();
    bus.silent.add(0x38);
    expect(await ade.read()).toBe(false);
  });

  it("is the meter of a board that is set up for three phases", async () => {
    const circuit = new Circuit();
    const chip = new Ade7880Model();
    circuit.bus.chips.set(0x38, chip);
    const board = new ReferenceBoard(circuit.bus, async (ms) => circuit.step(ms), 7, 32000, true);
    await board.start();
    chip.voltage = [...VOLTS];
    chip.current = [...AMPS];
    let seen = await board.read(100);
    for (let i = 0; i < 20; i++) {
      await board.write({ contactor: false, currentMa: 0, lock: false, lamp: 0, restart: false }, 100);
      seen = await board.read(100);
    }
    expect(Math.abs(seen.currentMa - 16000)).toBeLessThan(5);
    expect(seen.meterFailed).toBe(false);
    circuit.bus.silent.add(0x38);
    for (let i = 0; i < 40; i++) seen = await board.read(100);
    expect(seen.meterFailed).toBe(true);
  });
});
