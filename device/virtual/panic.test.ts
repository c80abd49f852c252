import { describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { findHeap, heapAt, loadHeap } from "./heap";
import { Desk } from "./testing/desk";
import { Vm } from "./vm";

const desk = new Desk(20);

describe("a VM that dies", () => {
  it("starts again from its flash, is counted, and goes on with the session's end", async () => {
    const charger = await desk.charging();
    await desk.central.expectCall("MeterValues", 1);
    desk.panicsExpected = true;
    const { plant } = charger;
    const obey = plant.obey.bind(plant);
    let broken = true;
    // the host fails under the VM, in the middle of one of its calls
    plant.obey = (outputs) => {
      if (!broken) return obey(outputs);
      broken = false;
      throw new Error("the bus is gone");
    };
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 2_000_000_001, reason: "PowerLoss" });
    expect(charger.panics).toBe(1);
    expect(charger.view().log.join("\n")).toContain("the bus is gone");
    expect(desk.central.sent("BootNotification")).toHaveLength(2);
  });

  it("is not started again once it is powered off", async () => {
    const charger = await desk.power();
    await desk.central.expectStatus("Available");
    desk.panicsExpected = true;
    charger.plant.obey = () => {
      charger.stop();
      throw new Error("the bus is gone");
    };
    await until("its end", () => charger.heap() === undefined);
    await desk.pass(2000);
    // what fails after the power is gone counts for nothing, and nothing comes back
    expect([charger.connected, charger.heap(), charger.panics]).toEqual([false, undefined, 0]);
    charger.collectAlways();
    expect(charger.loadHeap(1)).toBe(false);
  });

  it("reports a program's own panic and its restart", async () => {
    const charger = await desk.power();
    await desk.central.expectStatus("Available");
    desk.panicsExpected = true;
    // what the VM says when a program has failed: a code, then it starts the program again by itself
    let hear: ((code: number) => void) | undefined;
    const create = Vm.create;
    Vm.create = async (factory, id, clock, image, host) => {
      hear = host.panic;
      return create.call(Vm, factory, id, clock, image, host);
    };
    await charger.reset().finally(() => (Vm.create = create));
    hear?.(60004);
    hear?.(0); // a restart that the program asked for
    expect(charger.panics).toBe(1);
    expect(charger.view().log.filter((line) => line.includes("program stopped"))).toHaveLength(2);
  });
});

describe("the look into the heap", () => {
  it("finds none where there is none", () => {
    const memory = new Uint8Array(256 * 1024);
    expect(findHeap(memory)).toBeUndefined();
    const words = new Uint32Array(memory.buffer);
    words[11] = 100_000; // an end, but blocks that lead nowhere
    words[25_000] = 0x4f000001;
    expect(findHeap(memory)).toBeUndefined();
    words[12] = 0x02000000 + 30_000; // a block beyond it
    expect(findHeap(memory)).toBeUndefined();
    words[12] = 0x02000000 + 10_000;
    words[10_012] = 0x01000000 + 14_988;
    expect(findHeap(memory)).toBe(10);
    expect(heapAt(memory, 10)).toEqual({ size: 24_988 * 4, free: 14_988 * 4, largest: 14_988 * 4 });
    // half of what is free is taken away, and then there is not so much any more
    expect([0, 30_000, 30_000].map((bytes) => loadHeap(memory, 10, bytes))).toEqual([false, true, false]);
    expect(heapAt(memory, 10)).toEqual({ size: 24_988 * 4, free: 29_952, largest: 29_952 });
    words[25_000] = 0;
    expect(heapAt(memory, 10)).toBeUndefined();
  });
});
