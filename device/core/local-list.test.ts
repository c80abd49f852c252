import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupCode } from "./list-entry";
import type { ListEntry } from "./list-entry";
import { LIST_BLOCKS, LocalList, MAX_LIST } from "./local-list";
import { MemoryStore } from "./testing/rig";
import { parseInstant } from "./time";
import { WallClock } from "./wall-clock";

const entry = (idTag: string, more: Partial<ListEntry> = {}): ListEntry => ({
  idTag,
  status: "Accepted",
  parentIdTag: "",
  expiry: undefined,
  ...more,
});

const many = (count: number, from = 0): ListEntry[] =>
  Array.from({ length: count }, (_, i) => entry(`TAG-${from + i}`));

function list(store = new MemoryStore(), now = "2026-03-01T12:30:00Z"): LocalList {
  const clock = new WallClock(1);
  clock.sync(now);
  return new LocalList(store, { ...store.saved }, clock);
}

describe("the local authorisation list", () => {
  it("knows its tags whatever their case, and what the hub says of them", () => {
    const l = list();
    expect(
      l.update(7, true, [entry("Card"), entry("Lost", { status: "Blocked" }), entry("x", { parentIdTag: "Fleet" })]),
    ).toBe(true);
    expect([l.version, l.count()]).toEqual([7, 3]);
    expect(["CARD", "lost", "Nobody"].map((tag) => [l.knows(tag), l.accepts(tag)])).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
    expect([l.groupOf("X"), l.groupOf("card"), l.groupOf("Nobody")]).toEqual([groupCode("FLEET"), "", ""]);
    expect(groupCode("")).toBe("");
  });

  it("lets a tag expire within the hour, never later, and refuses it while the time is not known", () => {
    const l = list();
    l.update(1, true, [
      entry("past", { expiry: parseInstant("2026-03-01T12:29:59Z") }),
      entry("soon", { expiry: parseInstant("2026-03-01T13:00:00Z") }),
      entry("old", { expiry: parseInstant("1999-01-01T00:00:00Z") }),
      entry("late", { expiry: parseInstant("2199-01-01T00:00:00Z") }),
    ]);
    expect(["past", "soon", "old", "late"].map((tag) => l.accepts(tag))).toEqual([false, true, false, true]);
    const store = new MemoryStore();
    list(store).update(1, true, [entry("soon", { expiry: parseInstant("2026-03-01T13:00:00Z") }), entry("ever")]);
    const unsure = new LocalList(store, { ...store.saved }, new WallClock(2));
    expect(["soon", "ever"].map((tag) => unsure.accepts(tag))).toEqual([false, true]);
  });

  it("adds, changes and removes, and comes back from flash as it was", () => {
    const store = new MemoryStore();
    const l = list(store);
    l.update(1, true, many(40));
    l.update(2, false, [
      entry("TAG-3", { status: "Expired" }),
      entry("TAG-4", { status: "" }),
      entry("new"),
      entry("none", { status: "" }),
    ]);
    for (const now of [l, list(store)]) {
      expect([now.version, now.count()]).toEqual([2, 40]);
      expect(["TAG-2", "TAG-3", "TAG-4", "new"].map((tag) => now.accepts(tag))).toEqual([true, false, false, true]);
    }
    l.update(3, true, [entry("only")]);
    expect(list(store).count()).toBe(1);
    expect(Object.keys(store.saved).toSorted()).toEqual(["l0", "lv"]);
    l.update(4, false, [entry("only", { status: "" })]);
    expect([list(store).version, list(store).count(), Object.keys(store.saved)]).toEqual([4, 0, ["lv"]]);
  });

  it("holds two hundred and no more, and is not changed by what does not fit", () => {
    const store = new MemoryStore();
    const l = list(store);
    for (let at = 0; at < MAX_LIST; at += 20) expect(l.update(1 + at, at === 0, many(20, at))).toBe(true);
    expect(l.count()).toBe(MAX_LIST);
    const writes = store.writes;
    expect(l.update(900, false, [entry("one more")])).toBe(false);
    expect(l.update(900, false, many(30, 500))).toBe(false);
    expect([store.writes, l.version, l.knows("one more"), l.knows("TAG-0")]).toEqual([writes, 181, false, true]);
    expect(l.update(900, false, [entry("TAG-7", { status: "" }), entry("one more")])).toBe(true);
    expect(list(store).accepts("one more")).toBe(true);
    expect(list(store).count()).toBe(MAX_LIST);
  });

  it("is none where a power cut left parts of two updates, or flash is damaged", () => {
    const store = new MemoryStore();
    list(store).update(1, true, many(30));
    const whole = { ...store.saved };
    list(store).update(2, false, [entry("TAG-20", { status: "Blocked" })]);
    const changed = Object.keys(whole).find((key) => key !== "lv" && whole[key] !== store.saved[key]) ?? "";
    const torn: Record<string, string>[] = [
      { ...whole, [changed]: store.saved[changed] ?? "" },
      { ...whole, l9: "AB" },
      { ...whole, l0: "" },
      { ...whole, l1: `${whole["l1"]}x` },
      { ...whole, lv: "1" },
      { ...whole, lv: "0,x" },
      { ...whole, lv: `1,${"AA".repeat(LIST_BLOCKS)}` },
    ];
    for (const saved of torn) {
      store.saved = Object.fromEntries(Object.entries(saved).filter(([, value]) => value.length > 0));
      const l = list(store);
      expect([l.version, l.count(), l.knows("TAG-1")]).toEqual([0, 0, false]);
      // and the next list is whole again
      l.update(5, true, [entry("again")]);
      expect([list(store).version, list(store).accepts("again")]).toEqual([5, true]);
    }
  });

  it("is at every moment what a map would be", () => {
    const tags = fc.integer({ min: 0, max: 60 }).map((i) => `tag ${i}`);
    const change = fc.record({ idTag: tags, status: fc.constantFrom("Accepted", "Blocked", "") });
    const updates = fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(updates, (all) => {
        const store = new MemoryStore();
        const known = new Map<string, string>();
        let l = list(store);
        all.forEach((changes, at) => {
          l.update(
            at + 1,
            false,
            changes.map((c) => entry(c.idTag, c)),
          );
          for (const { idTag, status } of changes)
            if (status === "") known.delete(idTag);
            else known.set(idTag, status);
          if (at % 3 === 0) l = list(store);
        });
        expect(l.count()).toBe(known.size);
        for (let i = 0; i <= 60; i += 1) {
          expect([l.knows(`tag ${i}`), l.accepts(`tag ${i}`)]).toEqual([
            known.has(`tag ${i}`),
            known.get(`tag ${i}`) === "Accepted",
          ]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
