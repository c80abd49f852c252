import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pn532, pn532Data, pn532Frame, tagOf } from "./pn532";
import { ModelBus } from "./testing/model-bus";
import { Pn532Model } from "./testing/pn532-model";

function bench() {
  const bus = new ModelBus();
  const chip = new Pn532Model();
  bus.chips.set(0x24, chip);
  const reader = new Pn532(bus);
  const taps: string[] = [];
  const run = async (ms: number): Promise<string[]> => {
    for (let at = 0; at < ms; at += 100) {
      const tag = await reader.poll(100);
      if (tag !== "") taps.push(tag);
    }
    return taps;
  };
  return { bus, chip, run, taps };
}

describe("PN532", () => {
  it("reads a tag once for as long as it is held, and again when it comes back", async () => {
    const { chip, run } = bench();
    expect(await run(1500)).toEqual([]);
    chip.tag = [0x04, 0xa2, 0x3b, 0x9c];
    expect(await run(8000)).toEqual(["04A23B9C"]);
    chip.tag = undefined;
    await run(3000);
    chip.tag = [0x04, 0xa2, 0x3b, 0x9c];
    expect(await run(1500)).toEqual(["04A23B9C", "04A23B9C"]);
  });

  it("tells one tag from the next, of 4, 7 and 10 bytes", async () => {
    const { chip, run } = bench();
    chip.tag = [1, 2, 3, 4];
    await run(2000);
    chip.tag = [4, 5, 6, 7, 8, 9, 10];
    await run(1500);
    chip.tag = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(await run(1500)).toEqual(["01020304", "0405060708090A", "0102030405060708090A"]);
  });

  it("starts the chip anew after a reset, a hang, or a bus that was away", async () => {
    const { bus, chip, run, taps } = bench();
    await run(1500);
    chip.reset();
    chip.tag = [1, 2, 3, 4];
    await run(14_000);
    expect(taps).toEqual(["01020304"]);
    chip.tag = undefined;
    chip.hung = true;
    await run(30_000);
    chip.hung = false;
    chip.tag = [5, 6, 7, 8];
    await run(14_000);
    expect(taps).toEqual(["01020304", "05060708"]);
    bus.stuck = true;
    await run(15_000);
    bus.stuck = false;
    chip.tag = [9, 9, 9, 9];
    await run(14_000);
    expect(taps).toEqual(["01020304", "05060708", "09090909"]);
    expect(chip.aborts).toBeGreaterThan(0);
  });

  it("asks again from time to time, in case the chip has forgotten that it searches", async () => {
    const { chip, run } = bench();
    await run(60_000);
    expect(chip.searches).toBeGreaterThan(3);
  });

  it("takes nothing from a frame that is not right", async () => {
    const frame = [1, ...pn532Frame(0xd5, [0x4b, 1, 1, 0, 4, 8, 4, 1, 2, 3, 4])];
    expect(tagOf(pn532Data(frame) ?? [])).toBe("01020304");
    for (let i = 1; i < frame.length - 1; i++) {
      const bad = frame.with(i, (frame[i] ?? 0) ^ 0x11);
      expect(pn532Data(bad)).toBeUndefined();
    }
    expect(pn532Data([1, ...pn532Frame(0xd4, [0x4b, 1])])).toBeUndefined();
    expect(pn532Data(frame.slice(0, 12))).toBeUndefined();
    expect(tagOf([0x4b, 0])).toBe("");
    expect(tagOf([0x41, 1, 1, 0, 4, 8, 4, 1, 2, 3, 4])).toBe("");
    expect(tagOf([0x4b, 1, 1, 0, 4, 8, 5, 1, 2, 3, 4, 5])).toBe("");
    expect(tagOf([0x4b, 1, 1, 0, 4, 8, 10, 1, 2, 3, 4])).toBe("");
  });

  it("goes on after answers of any kind", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 255 }), { maxLength: 30 }), { maxLength: 20 }), async (junk) => {
        const { bus, chip, run } = bench();
        let at = 0;
        bus.corrupt = (_address, answer) =>
          at < junk.length ? answer.map((b, i) => (junk[at++ % junk.length] ?? [])[i] ?? b) : answer;
        await run(3000);
        bus.corrupt = undefined;
        chip.tag = [7, 7, 7, 7];
        expect(await run(25_000)).toContain("07070707");
      }),
      { numRuns: 40 },
    );
  });
});
