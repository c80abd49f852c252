import fc from "fast-check";
import { expect, test } from "vitest";
import { plain } from "./plain";

const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const scalar = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, Number.NaN, Infinity, Symbol("s"), new Date(0), new Map([[1, 2]])),
);
const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "toJSON", "2", "10"));
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    fc.array(tie("value"), { maxLength: 2 }).map((some) => Object.assign(Object.create(null) as object, { some })),
  ),
}));

test("a copy is what its JSON reads back as, key for key", () => {
  fc.assert(
    fc.property(anything, (value) => {
      const held = { value };
      const copy = plain(held);
      expect(copy).toStrictEqual(read(held));
      expect(JSON.stringify(copy)).toBe(JSON.stringify(held));
    }),
    { numRuns: 500 },
  );
});

test("nothing is shared with the original", () => {
  const original = { list: [{ a: 1 }], deep: { b: [1] } };
  const copy = plain(original);
  original.list[0]!.a = 2;
  original.deep.b.push(2);
  expect(copy).toEqual({ list: [{ a: 1 }], deep: { b: [1] } });
});

test("holes, and what says itself how it is written", () => {
  const holes: unknown[] = [];
  holes[2] = 1;
  const value = { holes, self: { toJSON: () => ({ a: 1 }) }, gone: { toJSON: () => undefined } };
  expect(plain(value)).toStrictEqual({ holes: [null, null, 1], self: { a: 1 } });
  expect(() => plain({ big: 1n })).toThrow(TypeError);
});
