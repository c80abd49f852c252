import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteQueue } from "./byte-queue";

it("gives texts back in their order, over its end and its beginning, and takes none that do not fit", () => {
  const step = fc.oneof(fc.string({ maxLength: 30, unit: "grapheme-ascii" }), fc.constant(null));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new ByteQueue(100);
      const model: string[] = [];
      for (const text of steps) {
        if (text === null) expect(queue.shift()).toBe(model.shift());
        else {
          const fits = model.reduce((sum, one) => sum + one.length + 2, 0) + text.length + 2 <= 100;
          expect(queue.push(text)).toBe(fits);
          if (fits) model.push(text);
        }
        expect(queue.empty()).toBe(model.length === 0);
      }
      queue.clear();
      expect([queue.shift(), queue.room()]).toEqual([undefined, 100]);
    }),
    { numRuns: 200 },
  );
});

it("goes on at its beginning when it has come to its end", () => {
  const queue = new ByteQueue(100);
  for (const text of ["a".repeat(60), "b".repeat(60), "c".repeat(96)]) {
    expect(queue.push(text)).toBe(true);
    expect(queue.shift()).toBe(text);
  }
  expect(queue.push("d".repeat(99))).toBe(false);
});
