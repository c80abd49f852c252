import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "./spans";
import { covers, intersect, overlaps, subtract, union } from "./spans";

const SLOTS = 40;
const anySpan = fc.tuple(fc.nat(SLOTS), fc.nat(SLOTS)).map(([from, to]) => ({ from, to }));
const anyList = fc.array(anySpan, { maxLength: 6 });

/** The slots of a list, one by one. */
const slots = (list: readonly Span[]): Set<number> =>
  new Set(list.flatMap(({ from, to }) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)));
const isNormal = (list: readonly Span[]): boolean =>
  list.every(({ from, to }, index) => from < to && (index === 0 || (list[index - 1] as Span).to < from));

describe("runs of slots behave like sets of slots", () => {
  it("union", () => {
    fc.assert(
      fc.property(anyList, anyList, (a, b) => {
        const both = union(a, b);
        expect(isNormal(both)).toBe(true);
        expect(slots(both)).toEqual(new Set([...slots(a), ...slots(b)]));
      }),
    );
  });

  it("subtract", () => {
    fc.assert(
      fc.property(anyList, anyList, (a, b) => {
        const left = subtract(a, b);
        expect(isNormal(left)).toBe(true);
        expect(slots(left)).toEqual(new Set([...slots(a)].filter((slot) => !slots(b).has(slot))));
      }),
    );
  });

  it("intersect, overlaps and covers", () => {
    fc.assert(
      fc.property(anyList, anySpan, (list, span) => {
        const common = intersect(list, [span]);
        expect(isNormal(common)).toBe(true);
        expect(slots(common)).toEqual(new Set([...slots(list)].filter((slot) => slots([span]).has(slot))));
        const real = span.from < span.to;
        const normal = union(list, []);
        if (real) expect(normal.some((each) => overlaps(each, span))).toBe(common.length > 0);
        if (real) expect(covers(normal, span)).toBe(slots(common).size === span.to - span.from);
      }),
    );
  });

  it("changes none of its arguments", () => {
    const list = [{ from: 1, to: 3 }];
    union(list, [{ from: 2, to: 9 }]);
    expect(list).toEqual([{ from: 1, to: 3 }]);
  });
});
