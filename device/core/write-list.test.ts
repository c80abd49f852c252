import { describe, expect, it } from "vitest";
import type { Write } from "./write-list";
import { WriteList } from "./write-list";

/** Does the next write, with what is read back afterwards. */
function refuse(list: WriteList, times: number): void {
  for (let i = 0; i < times; i += 1) expect(list.checked(list.next() as Write, "other")).toBe(false);
}

function accept(list: WriteList): string {
  const write = list.next() as Write;
  expect(list.checked(write, write.value)).toBe(true);
  return `${write.key}=${write.value}`;
}

describe("what is to be written to flash", () => {
  it("goes in order, and the newest of a key stands where it was asked for last", () => {
    const list = new WriteList();
    expect(list.empty()).toBe(true);
    list.add("tx", "1");
    list.add("q0", "start");
    list.add("tx", undefined);
    expect([accept(list), accept(list), list.empty()]).toEqual(["q0=start", "tx=undefined", true]);
    expect(list.next()).toBeUndefined();
  });

  it("keeps a write that a newer one overtook while it was under way", () => {
    const list = new WriteList();
    list.add("reg", "1");
    const first = list.next() as Write;
    list.add("reg", "2");
    expect(list.checked(first, "1")).toBe(true);
    expect(accept(list)).toBe("reg=2");
  });

  it("counts as failed after three refusals, until a value is there again", () => {
    const list = new WriteList();
    list.add("q5", "stop");
    list.add("tx", undefined);
    refuse(list, 2);
    expect(list.failed()).toBe(false);
    refuse(list, 1);
    expect([list.failed(), list.next()?.key]).toEqual([true, "q5"]);
    list.add("q6", "sample");
    accept(list);
    expect(list.failed()).toBe(false);
  });

  it("gives up places of the queue first where it failed, nothing else before its turn", () => {
    const list = new WriteList();
    list.add("q5", "stop");
    list.add("tx", undefined);
    list.add("q1", undefined);
    expect([list.next()?.key, list.relief()?.key]).toEqual(["q5", "q1"]);
    refuse(list, 3);
    expect(accept(list)).toBe("q1=undefined");
    // a removal alone shows nothing
    expect([list.failed(), list.relief(), list.next()?.key]).toEqual([true, undefined, "q5"]);
    expect(accept(list)).toBe("q5=stop");
    expect(list.failed()).toBe(false);
    expect(accept(list)).toBe("tx=undefined");
  });

  it("is well again when nothing is left to write", () => {
    const list = new WriteList();
    list.add("tx", undefined);
    refuse(list, 3);
    expect(list.failed()).toBe(true);
    accept(list);
    expect(list.failed()).toBe(false);
  });
});
