import { expect, test } from "vitest";
import { GroupCommit } from "./group-commit";
import type { Waiting } from "./group-commit";

const entry = { first: 1, last: 1, prev: "", hash: "", text: "[]" };

/** Adds something that waits; gives what becomes of it. */
function add(group: GroupCommit, what: Waiting["entry"] = entry): Promise<unknown> {
  return new Promise((resolve) =>
    group.add({ entry: what, events: [], settle: () => resolve("settled"), reject: resolve }),
  );
}

test("what only waits causes no write, and what comes after a failure is refused with the same error", async () => {
  const writes: number[] = [];
  const refusal = new Error("refused");
  let failing = false;
  const group = new GroupCommit({
    write: async (entries) => {
      if (failing) throw new Error("EIO");
      writes.push(entries.length);
    },
    written: () => {},
    failed: () => refusal,
  });
  expect(await add(group, null)).toBe("settled");
  await group.idle();
  expect(writes).toEqual([]);

  failing = true;
  expect(await add(group)).toBe(refusal);
  await group.idle();
  expect(await add(group)).toBe(refusal);
});

test("what joins a batch that fails is refused with it", async () => {
  const refusal = new Error("refused");
  const fails: ((error: Error) => void)[] = [];
  const group = new GroupCommit({
    write: () => new Promise((_resolve, reject) => void fails.push(reject)),
    written: () => {},
    failed: () => refusal,
  });
  const one = add(group);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const two = add(group);
  fails[0]?.(new Error("EIO"));
  expect(await Promise.all([one, two])).toEqual([refusal, refusal]);
});
