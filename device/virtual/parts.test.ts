import fs from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PILOT_A, PILOT_B, PILOT_C } from "../core/board";
import { BOARD_CLASS, BOARD_DEVICE_ID, decodeOutputs, encodeReading } from "./board-bus";
import { findBuilt } from "./built";
import { scaledClock } from "./clock";
import { announcement, crc16, decodePackets, encodePacket, serviceIndexOf } from "./jacdac";
import type { Packet } from "./jacdac";
import { DEFAULT_CAR, Plant } from "./plant";

const ON = { contactor: true, lock: true, lamp: 3, currentMa: 16000 };

/** A plant whose program keeps speaking while time passes. */
function run(plant: Plant, ms: number, outputs = ON): void {
  for (let t = 0; t < ms; t += 500) {
    plant.obey(outputs);
    plant.step(500);
  }
}

describe("plant", () => {
  it("shows the pilot that a car makes", () => {
    const plant = new Plant(1);
    expect(plant.pilot()).toBe(PILOT_A);
    plant.plug(DEFAULT_CAR);
    expect(plant.pilot()).toBe(PILOT_B);
    plant.obey(ON);
    expect(plant.pilot()).toBe(PILOT_C);
    plant.obey({ ...ON, currentMa: 5900 });
    expect(plant.pilot()).toBe(PILOT_B);
    plant.unplug();
    expect(plant.pilot()).toBe(PILOT_A);
  });

  it("integrates real power over time into meter and battery", () => {
    const plant = new Plant(1);
    plant.plug({ ...DEFAULT_CAR, soc: 0.2 });
    run(plant, 3_600_000);
    // three phases, 16 A at 227.6 V, but for the seconds of the ramp
    expect(plant.countedWh()).toBeGreaterThan(10_890);
    expect(plant.countedWh()).toBeLessThan(10_925);
    expect(plant.car?.soc).toBeCloseTo(0.2 + (plant.countedWh() * 0.92) / 58000, 6);
    const r = plant.reading();
    expect(r).toMatchObject({ currentMa: 16000, voltageMv: 227600, powerW: 10925, locked: true, meterEpoch: 1 });
    expect(r.energyWh).toBe(Math.floor(plant.countedWh()));
  });

  it("is limited by the pilot, by the car, and by a battery that fills", () => {
    const plant = new Plant(1);
    plant.plug({ ...DEFAULT_CAR, maxCurrentA: 10 });
    run(plant, 10_000);
    expect(plant.currentA).toBe(10);
    run(plant, 10_000, { ...ON, currentMa: 6000 });
    expect(plant.currentA).toBe(6);
    plant.plug({ ...DEFAULT_CAR, soc: 0.9 });
    run(plant, 10_000);
    expect(plant.currentA).toBeLessThan(9);
    plant.plug({ ...DEFAULT_CAR, soc: 0.9999, batteryWh: 1000 });
    run(plant, 60_000);
    expect([plant.car?.soc, plant.pilot(), plant.contactorClosed, plant.powerW()]).toEqual([1, PILOT_B, false, 0]);
  });

  it.each<[string, (plant: Plant) => void]>([
    ["emergency stop", (plant) => (plant.emergencyStop = true)],
    ["opened case", (plant) => (plant.caseOpen = true)],
    ["unplugging", (plant) => plant.unplug()],
    ["a request to open", (plant) => plant.obey({ ...ON, contactor: false })],
    ["a silent program", (plant) => plant.step(2500)],
  ])("opens the contactor at %s", (_name, happen) => {
    const plant = new Plant(1);
    plant.plug(DEFAULT_CAR);
    run(plant, 5000);
    expect(plant.contactorClosed).toBe(true);
    happen(plant);
    plant.step(1);
    expect([plant.contactorClosed, plant.powerW()]).toEqual([false, 0]);
  });

  it("never runs the meter back, nor with the contactor open", () => {
    const outputs = fc.record({
      contactor: fc.boolean(),
      lock: fc.boolean(),
      lamp: fc.nat(6),
      currentMa: fc.integer({ min: 0, max: 32000 }),
    });
    const event = fc.oneof(
      fc.record({ obey: outputs }),
      fc.record({ step: fc.integer({ min: 1, max: 60000 }) }),
      fc.constantFrom("plug", "unplug", "stop", "release"),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        const plant = new Plant(1);
        for (const e of events) {
          const before = plant.countedWh();
          if (e === "plug") plant.plug(DEFAULT_CAR);
          else if (e === "unplug") plant.unplug();
          else if (e === "stop") plant.emergencyStop = true;
          else if (e === "release") plant.emergencyStop = false;
          else if (typeof e === "object" && "obey" in e) plant.obey(e.obey);
          else if (typeof e === "object") plant.step(e.step);
          expect(plant.countedWh()).toBeGreaterThanOrEqual(before);
          if (!plant.contactorClosed) expect(plant.powerW()).toBe(0);
        }
      }),
    );
  });

  it("counts taps, and gives the last tag", () => {
    const plant = new Plant(1);
    for (let i = 0; i < 257; i++) plant.tap(`T${i}`);
    expect(plant.reading()).toMatchObject({ taps: 1, tag: "T256" });
  });
});

describe("packet bus", () => {
  const packet: Packet = {
    deviceId: BOARD_DEVICE_ID,
    command: true,
    serviceIndex: 1,
    serviceCommand: 0x2002,
    payload: Buffer.from([3, 5, 0x80, 0x3e]),
  };

  it("reads the frames it writes", () => {
    const payload = fc.uint8Array({ maxLength: 236 });
    fc.assert(
      fc.property(payload, fc.boolean(), fc.nat(63), fc.nat(65535), (bytes, command, serviceIndex, serviceCommand) => {
        const sent = { ...packet, command, serviceIndex, serviceCommand, payload: Buffer.from(bytes) };
        const [got, ...more] = decodePackets(encodePacket(sent));
        expect(more).toEqual([]);
        expect({ ...got, payload: got?.payload.toString("hex") }).toEqual({
          ...sent,
          payload: sent.payload.toString("hex"),
        });
      }),
    );
    expect(() => encodePacket({ ...packet, payload: Buffer.alloc(237) })).toThrow(RangeError);
  });

  it("does not stumble over damaged frames", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decodePackets(bytes)));
    const cut = encodePacket(packet);
    cut[12] = 200;
    expect(decodePackets(cut)).toEqual([]);
    expect(crc16(Buffer.from("123456789"))).toBe(0x29b1); // the check value of CRC-16/CCITT-FALSE
  });

  it("finds services in announcements", () => {
    const hello = announcement(BOARD_DEVICE_ID, [5, BOARD_CLASS]);
    expect([serviceIndexOf(hello, BOARD_CLASS), serviceIndexOf(hello, 5), serviceIndexOf(hello, 6)]).toEqual([2, 1, 0]);
  });

  it("reads the outputs, and only those", () => {
    expect(decodeOutputs(packet)).toEqual({ contactor: true, lock: true, lamp: 5, currentMa: 16000 });
    const others: Partial<Packet>[] = [
      { command: false },
      { deviceId: "0".repeat(16) },
      { serviceIndex: 2 },
      { serviceCommand: 1 },
      { payload: Buffer.alloc(3) },
    ];
    for (const other of others) expect(decodeOutputs({ ...packet, ...other })).toBeUndefined();
  });

  it("writes the inputs as charger-board.md lays them out", () => {
    const plant = new Plant(0x1234);
    plant.emergencyStop = true;
    plant.caseOpen = true;
    plant.tap("A".repeat(25));
    plant.obey(ON);
    const { payload } = encodeReading(plant.reading());
    expect([payload[0], payload[1], payload.readUInt16LE(2), payload.readUInt16LE(20)]).toEqual([1, 0, 7, 0x1234]);
    expect([payload[22], payload[23], payload.toString("ascii", 24)]).toEqual([1, 20, "A".repeat(20)]);
    plant.emergencyStop = false;
    plant.caseOpen = false;
    plant.obey({ ...ON, lock: false });
    expect(encodeReading(plant.reading()).payload.readUInt16LE(2)).toBe(0);
  });
});

describe("scaled clock", () => {
  afterEach(() => vi.useRealTimers());

  it("runs faster than the wall, and its timers too", () => {
    vi.useFakeTimers();
    const clock = scaledClock(10);
    const start = clock.now();
    let ticks = 0;
    let fired = false;
    const timer = clock.every(() => clock.now() && ticks++, 100);
    clock.after(() => (fired = true), 5000);
    vi.advanceTimersByTime(499);
    expect([ticks, fired]).toEqual([49, false]);
    vi.advanceTimersByTime(1);
    expect([ticks, fired, clock.now() - start]).toEqual([50, true, 5000]);
    clearInterval(timer);
  });

  it("stands still while a busy machine pauses, but keeps up at the wall's own pace", () => {
    vi.useFakeTimers();
    const fast = scaledClock(10);
    const real = scaledClock(1);
    const [fastStart, realStart] = [fast.now(), real.now()];
    vi.advanceTimersByTime(3000);
    expect([fast.now() - fastStart, real.now() - realStart]).toEqual([200, 3000]);
  });
});

describe("the built program", () => {
  it("is asked for where it is missing", () => {
    vi.spyOn(fs, "existsSync").mockReturnValue(false);
    expect(findBuilt).toThrow("npm run build");
    vi.restoreAllMocks();
  });
});
