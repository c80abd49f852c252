import { expect, it } from "vitest";
import { batched } from "./batched";

const ticks = () => new Promise((resolve) => setImmediate(resolve));

it("asks for what comes meanwhile together, each key once, and never with a query that had begun before", async () => {
  const asked: string[][] = [];
  const waiting: (() => void)[] = [];
  const look = batched<string, string>(
    (key) => key,
    async (keys) => {
      asked.push([...keys]);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return keys.map((key) => `${key}!`);
    },
  );
  const first = look("a");
  await ticks();
  const others = [look("b"), look("a"), look("b")];
  await ticks();
  expect(asked).toEqual([["a"]]);
  waiting.shift()!();
  expect(await first).toBe("a!");
  await ticks();
  expect(asked).toEqual([["a"], ["b", "a"]]);
  const late = look("b");
  waiting.shift()!();
  expect(await Promise.all(others)).toEqual(["b!", "a!", "b!"]);
  await ticks();
  waiting.shift()!();
  expect(await late).toBe("b!");
  expect(asked).toHaveLength(3);
});

it("fails those who asked together, and goes on", async () => {
  let isBroken = true;
  const look = batched<number, number>(String, async (keys) => {
    if (isBroken) throw new Error("away");
    return keys;
  });
  const both = await Promise.allSettled([look(1), look(2)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isBroken = false;
  expect(await look(3)).toBe(3);
});
