import { describe, expect, it } from "vitest";
import { Gate } from "./gate";

describe("a gate", () => {
  it("lets so many through at a time, the rest in order, also after failures", async () => {
    const gate = new Gate(2);
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const work = (n: number) => async () => {
      inside += 1;
      most = Math.max(most, inside);
      order.push(n);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (n % 3 === 0) throw new Error(String(n));
      return n;
    };
    const results = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6].map((n) => gate.run(work(n))));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(results.map((result) => result.status === "fulfilled")).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});
