import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PILOT_A, PILOT_B, PILOT_C, PILOT_D, PILOT_E, PILOT_F } from "../core/board";
import { Ads1115 } from "./ads1115";
import { Debounce } from "./debounce";
import { lampColour } from "./lamp";
import { LockMotor } from "./lock-motor";
import { FULL_ON, Pca9685 } from "./pca9685";
import { cableMa, dutyCounts, isHot, pilotState } from "./pilot-signal";
import { Tca9534 } from "./tca9534";
import { Circuit } from "./testing/circuit";

function bench() {
  const circuit = new Circuit();
  const pause = async (ms: number): Promise<void> => circuit.step(ms);
  return { circuit, bus: circuit.bus, pause };
}

describe("PCA9685", () => {
  it("makes exactly 1 kHz from the oscillator at EXTCLK, and starts with everything off", async () => {
    const { circuit, bus, pause } = bench();
    const pca = new Pca9685(bus, pause);
    expect(await pca.start()).toBe(true);
    expect(circuit.pca.hertz()).toBe(1000);
    for (let channel = 0; channel < 16; channel++) expect(circuit.pca.duty(channel)).toBe(0);
  });

  it("sets pulses, fully on and fully off, and reads them back", async () => {
    const { circuit, bus, pause } = bench();
    const pca = new Pca9685(bus, pause);
    await pca.start();
    expect(await pca.set([1092, FULL_ON, 0, 5000, -3])).toBe(true);
    expect([0, 1, 2, 3, 4, 5].map((channel) => circuit.pca.duty(channel))).toEqual([1092 / 4096, 1, 0, 1, 0, 0]);
  });

  it("says so when the chip is away, has been reset, or holds something else than was written", async () => {
    const { circuit, bus, pause } = bench();
    const pca = new Pca9685(bus, pause);
    bus.silent.add(0x40);
    expect(await pca.start()).toBe(false);
    bus.silent.clear();
    await pca.start();
    circuit.pca.reset();
    expect(await pca.set([FULL_ON])).toBe(false);
    expect(circuit.pca.duty(0)).toBe(0);
    await pca.start();
    for (const register of [0xfe, 0x06]) {
      await pca.start();
      bus.corrupt = (address, answer) => (address === 0x40 && answer[0] === (register === 0xfe ? 5 : 0) ? [9] : answer);
      expect(await pca.set([FULL_ON])).toBe(false);
      bus.corrupt = undefined;
    }
    bus.stuck = true;
    expect(await pca.set([FULL_ON])).toBe(false);
    expect(pca.healthy).toBe(false);
  });

  it("does not count a start as done when any of its writes is lost", async () => {
    for (let lost = 0; lost < 8; lost++) {
      const { bus, pause } = bench();
      const pca = new Pca9685(bus, pause);
      bus.loses = lost;
      expect(await pca.start()).toBe(false);
      expect(await pca.start()).toBe(true);
    }
  });
});

describe("ADS1115", () => {
  it("measures the input it was asked for", async () => {
    const { circuit, bus } = bench();
    const adc = new Ads1115(bus, async (ms) => {
      circuit.now += ms;
    });
    circuit.adc.inputs = [2850, 450, 1, 4000];
    expect(await adc.millivolts(0)).toBe(2850);
    expect(await adc.millivolts(1)).toBe(450);
    expect(await adc.millivolts(2)).toBe(1);
    expect(await adc.millivolts(3)).toBe(4000);
  });

  it("gives nothing for a conversion that did not end, a restarted chip, or a lost transfer", async () => {
    const { circuit, bus, pause } = bench();
    circuit.adc.frozen = true;
    expect(await new Ads1115(bus, pause).millivolts(0)).toBeUndefined();
    circuit.adc.frozen = false;
    const brownOut = async (ms: number): Promise<void> => {
      circuit.step(ms);
      circuit.adc.reset();
    };
    expect(await new Ads1115(bus, brownOut).millivolts(0)).toBeUndefined();
    for (let lost = 0; lost < 3; lost++) {
      bus.loses = lost;
      expect(await new Ads1115(bus, pause).millivolts(0)).toBeUndefined();
    }
  });
});

describe("TCA9534", () => {
  it("reads its pins, and feeds the watchdog with an edge each time", async () => {
    const { circuit, bus } = bench();
    const pins = new Tca9534(bus);
    expect(await pins.start()).toBe(true);
    expect(await pins.read()).toBe(0x28);
    circuit.emergencyStop = true;
    expect(await pins.read()).toBe(0x29);
    expect(circuit.alive()).toBe(false);
    for (let i = 0; i < 4; i++) {
      circuit.step(1000);
      expect(await pins.kick()).toBe(true);
      expect(await pins.read()).toBe(0x29);
      expect(circuit.alive()).toBe(true);
    }
    circuit.step(1600);
    expect(circuit.alive()).toBe(false);
  });

  it("trusts no pins of a chip that is away, restarted, or does not drive its output", async () => {
    const { circuit, bus } = bench();
    const pins = new Tca9534(bus);
    bus.silent.add(0x20);
    expect(await pins.start()).toBe(false);
    expect(await pins.read()).toBeUndefined();
    bus.silent.clear();
    expect(await pins.read()).toBeUndefined(); // sets it up
    expect(await pins.read()).toBe(0x28);
    circuit.switches.reset();
    expect(await pins.read()).toBeUndefined();
    bus.corrupt = (_address, answer) => (answer[0] === 0x7f ? answer : [0x80]);
    expect(await pins.read()).toBeUndefined();
    bus.loses = 1;
    expect(await pins.read()).toBeUndefined();
  });
});

describe("the pilot's signal", () => {
  it("says the limits of IEC 61851-1 table A.7", () => {
    const percent = (ma: number): number => (dutyCounts(ma) * 100) / 4096;
    for (const [ma, wanted] of [
      [6000, 10],
      [10000, 16.67],
      [16000, 26.67],
      [32000, 53.33],
      [51000, 85],
      [60000, 88],
      [63000, 89.2],
      [80000, 96],
      [100000, 96],
    ] as const) {
      expect(Math.abs(percent(ma) - wanted)).toBeLessThan(0.05);
    }
    expect(dutyCounts(5999)).toBe(FULL_ON);
    expect(dutyCounts(0)).toBe(FULL_ON);
  });

  it("never says more than the limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6000, max: 80000 }), (ma) => {
        const duty = (dutyCounts(ma) * 100) / 4096;
        const said = duty <= 85 ? duty * 600 : (duty - 64) * 2500;
        expect(said).toBeLessThanOrEqual(ma + 0.001);
        expect(said).toBeGreaterThan(ma - (ma > 51000 && ma < 52600 ? 1600 : 70));
      }),
    );
  });

  it("knows the states by their levels, and takes the careful one between two", () => {
    const steady = (mv: number): number => pilotState(mv, mv, false);
    expect([12000, 11000, 13000, 10500].map(steady)).toEqual([PILOT_A, PILOT_A, PILOT_A, PILOT_A]);
    expect([9000, 8000, 10000, 7500].map(steady)).toEqual([PILOT_B, PILOT_B, PILOT_B, PILOT_B]);
    expect([6000, 5000, 7000].map(steady)).toEqual([PILOT_C, PILOT_C, PILOT_C]);
    expect([3000, 2000, 4000].map(steady)).toEqual([PILOT_D, PILOT_D, PILOT_D]);
    expect([0, 1000, -1000, -5000, 14000].map(steady)).toEqual([PILOT_E, PILOT_E, PILOT_E, PILOT_E, PILOT_E]);
    expect(steady(-12000)).toBe(PILOT_F);
  });

  it("wants the negative half of a pilot that oscillates: without a diode it is E, at any level", () => {
    expect(pilotState(6000, -12000, true)).toBe(PILOT_C);
    expect(pilotState(6000, -6000, true)).toBe(PILOT_E);
    expect(pilotState(9000, -14000, true)).toBe(PILOT_E);
    expect(pilotState(9000, 9000, true)).toBe(PILOT_E);
  });

  it("reads the cable, and no cable from what it does not know", () => {
    expect([1980, 1335, 595, 300].map(cableMa)).toEqual([13000, 20000, 32000, 63000]);
    expect([3300, 100, 0].map(cableMa)).toEqual([0, 0, 0]);
  });

  it("is hot at 85 degrees until 75, and when the thermistor is broken", () => {
    expect([isHot(1650, false), isHot(300, false), isHot(400, true), isHot(500, true)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([isHot(3300, false), isHot(5, false)]).toEqual([true, true]);
  });
});

describe("small parts", () => {
  it("believes a switch once it has stood", () => {
    const button = new Debounce(50);
    expect([
      button.update(30, true),
      button.update(10, false),
      button.update(30, true),
      button.update(30, true),
    ]).toEqual([false, false, false, true]);
    expect(button.update(60, false)).toBe(false);
  });

  it("shows each state of the charger in its colour", () => {
    const shown = [0, 1, 2, 3, 4, 5, 6].map((lamp) => [lampColour(lamp, 0).join(), lampColour(lamp, 700).join()]);
    expect(new Set(shown.map(String)).size).toBe(7);
    expect(shown[0]).toEqual(["0,0,0", "0,0,0"]);
    expect(shown[5]).toEqual(["4096,0,0", "4096,0,0"]);
  });

  it("drives the lock for one stroke, rests, and tries again; turns only from standing", () => {
    const lock = new LockMotor();
    const drives = (ms: number, wanted: boolean, locked: boolean): number[] =>
      Array.from({ length: ms / 100 }, () => {
        lock.update(100, wanted, locked);
        return lock.drive;
      });
    const blocked = drives(5000, true, false);
    expect(blocked.slice(0, 7)).toEqual([1, 1, 1, 1, 1, 1, 0]);
    expect(blocked.filter((d) => d === 1).length).toBeLessThan(20);
    expect(blocked.lastIndexOf(1)).toBeGreaterThan(30);
    expect(drives(300, true, true)).toEqual([0, 0, 0]);
    expect(drives(200, true, false)).toEqual([1, 1]);
    expect(drives(300, false, true)).toEqual([0, -1, -1]);
  });
});
