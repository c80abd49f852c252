import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { Decider } from "../testing/handle";
import { changedSince, newestChange, wholeList } from "./plan";

const set = (idTag: string, more: object = {}): HubEvent => ({
  type: "idTag.set",
  data: { idTag, status: "Accepted", expiryDate: null, parentIdTag: null, ...more },
});
const removed = (idTag: string): HubEvent => ({ type: "idTag.removed", data: { idTag } });
const room = { entries: 100, perMessage: 10 };
const seqOf = (hub: Decider) => hub.events.length;

describe("the whole list", () => {
  it("has what each tag may do now", () => {
    const hub = new Decider(
      set("A"),
      set("B", { status: "Blocked", parentIdTag: "A" }),
      set("C", { expiryDate: "2026-11-21T11:59:00Z" }),
    );
    expect(wholeList(hub.state, hub.now, 7, room)).toEqual({
      updates: [
        {
          listVersion: 7,
          updateType: "Full",
          localAuthorizationList: [
            { idTag: "A", idTagInfo: { status: "Accepted" } },
            { idTag: "B", idTagInfo: { status: "Blocked", parentIdTag: "A" } },
            { idTag: "C", idTagInfo: { status: "Expired", expiryDate: "2026-11-21T11:59:00.000Z" } },
          ],
        },
      ],
      upTo: seqOf(hub),
      entries: 3,
      complete: true,
    });
  });

  it("goes in pieces that the charger takes, those that may charge first where it has not room for all", () => {
    const hub = new Decider(set("A", { status: "Blocked" }), ...[..."BCDEF"].map((idTag) => set(idTag)));
    const { updates, entries, complete } = wholeList(hub.state, hub.now, 3, { entries: 5, perMessage: 2 });
    expect([entries, complete]).toEqual([5, false]);
    expect(updates.map(({ listVersion, updateType }) => [listVersion, updateType])).toEqual([
      [3, "Full"],
      [4, "Differential"],
      [5, "Differential"],
    ]);
    const tags = updates.flatMap((each) => each.localAuthorizationList ?? []).map(({ idTag }) => idTag);
    expect(tags).toEqual([..."BCDEF"]);
  });

  it("is empty where there are no tags (any more)", () => {
    const { updates } = wholeList(new Decider(set("A"), removed("a")).state, 0, 1, room);
    expect(updates).toEqual([{ listVersion: 1, updateType: "Full", localAuthorizationList: [] }]);
    expect(wholeList(new Decider().state, 0, 1, room).upTo).toBe(0);
  });
});

describe("what has changed", () => {
  it("is the tags set since, children of those too, and those removed, which go first", () => {
    const hub = new Decider(set("Dad"), set("Kid", { parentIdTag: "DAD" }), set("Old"), set("Same"));
    const upTo = seqOf(hub);
    hub.apply([set("Dad", { status: "Blocked" }), set("New"), removed("OLD")]);
    const plan = changedSince(hub.state, hub.now, 2, room, upTo);
    expect(plan).toMatchObject({ upTo: seqOf(hub), entries: 4, complete: true });
    expect(plan?.updates).toEqual([
      {
        listVersion: 2,
        updateType: "Differential",
        localAuthorizationList: [
          { idTag: "Old" },
          { idTag: "Dad", idTagInfo: { status: "Blocked" } },
          { idTag: "Kid", idTagInfo: { status: "Blocked", parentIdTag: "DAD" } },
          { idTag: "New", idTagInfo: { status: "Accepted" } },
        ],
      },
    ]);
  });

  it("is told as a whole where a tag has got another spelling, or the charger has not room for all", () => {
    const hub = new Decider(set("Tag"), set("B"));
    const upTo = seqOf(hub);
    hub.apply([set("tag")]);
    expect(changedSince(hub.state, hub.now, 2, room, upTo)).toBeNull();
    expect(changedSince(hub.state, hub.now, 2, room, seqOf(hub))).toMatchObject({ entries: 2 });
    expect(changedSince(hub.state, hub.now, 2, { entries: 1, perMessage: 1 }, seqOf(hub))).toBeNull();
    expect(changedSince(new Decider().state, 0, 1, room, 0)).toBeNull();
  });

  it("is forgotten where very many were removed", () => {
    const hub = new Decider(set("Stays"));
    const upTo = seqOf(hub);
    for (let i = 0; i < 1001; i += 1) hub.apply([set(`T${i}`), removed(`T${i}`)]);
    expect(changedSince(hub.state, hub.now, 2, room, upTo)).toBeNull();
    expect(Object.keys(hub.state.localLists?.changes ?? {})).toEqual(["STAYS"]);
    expect(newestChange(hub.state.localLists!)).toBe(seqOf(hub));
  });

  it("brings any charger to what a whole list would, also one that looks at the case", () => {
    const tag = fc.constantFrom("a", "A", "b", "B", "c", "d");
    const change = fc.record({
      tag,
      act: fc.constantFrom("set", "block", "remove", "sync"),
      parent: fc.option(tag),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const hub = new Decider();
        let list = new Map<string, unknown>();
        let upTo = -1;
        for (const { tag: idTag, act, parent } of [...changes, { tag: "a", act: "sync", parent: null }]) {
          if (act === "remove") hub.apply([removed(idTag)]);
          if (act === "set") hub.apply([set(idTag, { parentIdTag: parent })]);
          if (act === "block") hub.apply([set(idTag, { status: "Blocked" })]);
          if (act !== "sync") continue;
          const plan = changedSince(hub.state, hub.now, 1, room, upTo) ?? wholeList(hub.state, hub.now, 1, room);
          for (const { updateType, localAuthorizationList = [] } of plan.updates) {
            if (updateType === "Full") list = new Map();
            for (const { idTag: told, idTagInfo } of localAuthorizationList) {
              if (idTagInfo) list.set(told, idTagInfo);
              else list.delete(told);
            }
          }
          upTo = plan.upTo;
        }
        const whole = wholeList(hub.state, hub.now, 1, room).updates.flatMap(
          (each) => each.localAuthorizationList ?? [],
        );
        expect(list).toEqual(new Map(whole.map(({ idTag, idTagInfo }) => [idTag, idTagInfo])));
      }),
      { numRuns: 200 },
    );
  });
});
