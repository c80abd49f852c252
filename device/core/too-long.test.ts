import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "./byte-queue";
import type { Payload } from "./frame";
import { MessageQueue } from "./message-queue";
import { CONTEXT_END, encodeEntry } from "./queue-entry";
import type { Entry } from "./queue-entry";
import { Replies } from "./replies";
import { MemoryStore, Rig } from "./testing/rig";
import { decodeTransaction } from "./transaction";

const T = "2026-03-01T12:00:00.000Z";
const INT32 = 2 ** 31 - 1;
const printable = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
const int = fc.integer({ min: 0, max: INT32 });

function entries(q: MessageQueue): (Entry | undefined)[] {
  return Array.from({ length: q.count() }, (_, i) => q.entryAt(i));
}

/** A queue whose first place is free and whose second is not. */
function besideAnother(store: MemoryStore): MessageQueue {
  const q = new MessageQueue(store, {});
  for (const tx of [1, 2]) q.start(tx, "BEFORE", 0, T, 0);
  q.done(1);
  return q;
}

function stop(q: MessageQueue, idTag: string, reason: string, no: number): void {
  const last = { context: CONTEXT_END, stamp: T, wh: no, powerW: 0, currentMa: 0, voltageMv: 0 };
  q.stop({ no, idTag, meterStart: no, stamp: T }, idTag, reason, last, true, 0);
}

function list(entry: object): Payload {
  return { listVersion: 9, updateType: "Full", localAuthorizationList: [entry] };
}

describe("a message of the queue", () => {
  it("has room in its place whatever its tag and its numbers are", () => {
    fc.assert(
      fc.property(printable, int, fc.integer({ min: -INT32 - 1, max: INT32 }), (tag, number, reservation) => {
        const store = new MemoryStore();
        store.saved["seq"] = `${INT32 - 9}`;
        const q = new MessageQueue(store, { ...store.saved });
        stop(q, tag, "EVDisconnected", number);
        q.start(number, tag, number, T, 0, { id: reservation, idTag: tag, parentIdTag: "", expiry: T });
        expect(entries(q)).toMatchObject([
          { idTag: tag, reason: "EVDisconnected", startWh: number, startStamp: T },
          { idTag: tag, reservationId: reservation, wh: number },
        ]);
        expect(entries(new MessageQueue(store, { ...store.saved }))).toEqual(entries(q));
      }),
      { numRuns: 100, examples: [['"\\'.repeat(10), INT32, -INT32 - 1]] },
    );
  });

  it("is only lost itself where it is too long all the same", () => {
    const text = fc.string({ unit: "grapheme", minLength: 100, maxLength: 250 });
    fc.assert(
      fc.property(text, (tag) => {
        const store = new MemoryStore();
        const q = besideAnother(store);
        q.start(3, tag, 0, T, 0);
        const kept = Buffer.byteLength(encodeEntry({ ...(q.entryAt(0) as Entry), idTag: tag })) <= 168;
        const tags = kept ? ["BEFORE", tag] : ["BEFORE"];
        expect(entries(q).map((e) => e?.idTag)).toEqual(tags);
        expect(entries(new MessageQueue(store, { ...store.saved })).map((e) => e?.idTag)).toEqual(tags);
        stop(q, "AFTER", "Local", 4);
        expect(entries(q).map((e) => e?.idTag)).toEqual([...tags, "AFTER"]);
      }),
      { numRuns: 60, examples: [["\u00e4".repeat(100)], ["\u{1f50c}".repeat(25)]] },
    );
  });

  it("is taken from flash only where it fits, in bytes", () => {
    const store = new MemoryStore();
    store.saved["q0"] = JSON.stringify([3, "S", 1, T, 0, ["\u{1f50c}".repeat(32), ""]]);
    store.saved["q1"] = JSON.stringify([4, "S", 2, T, 0, ["A", ""]]);
    expect(store.saved["q0"].length).toBeLessThan(168);
    expect(entries(new MessageQueue(store, { ...store.saved })).map((e) => e?.tx)).toEqual([2]);
  });

  it("has no stamp of a damaged flash that would make it too long", () => {
    for (const stamp of ["", "x".repeat(25), "\u00e4", 5, null]) {
      expect(decodeTransaction(JSON.stringify([1, "A", 0, stamp]))).toBeUndefined();
    }
    const store = new MemoryStore();
    store.saved = { reg: `5,5,7,${"x".repeat(180)}`, tx: JSON.stringify([1, "A", 0, T]) };
    const rig = new Rig(store).online();
    rig.run(10_000);
    expect(rig.last("StopTransaction")).toMatchObject({ reason: "PowerLoss", meterStop: 5 });
  });
});

it("texts that wait count in bytes", () => {
  const queue = new ByteQueue(12);
  expect(queue.push("\u00e4".repeat(6))).toBe(false);
  expect([queue.push("\u00e4".repeat(5)), queue.push(""), queue.room()]).toEqual([true, false, 0]);
  expect(queue.shift()).toBe("\u00e4".repeat(5));
});

it("an answer that has more bytes than its place is not remembered, and one beyond all room not taken", () => {
  const replies = new Replies();
  for (const id of ["one", "two"]) expect(replies.answer(id, "\u00e4".repeat(60))).toBe(true);
  expect(replies.repeat("one")).toBe(false);
  expect(replies.answer("three", "x".repeat(110))).toBe(true);
  expect(replies.repeat("three")).toBe(true);
  replies.clear();
  expect(replies.answer("long", "\u{1f50c}".repeat(1000))).toBe(false);
  expect(replies.take()).toBeUndefined();
});

describe("what is no printable ASCII", () => {
  const INFO = { idTagInfo: { status: "Accepted" } };
  const expiryDate = "2030-01-01T00:00:00Z";

  it.each<[string, (bad: string) => Payload, string]>([
    ["RemoteStartTransaction", (idTag) => ({ idTag }), "FormationViolation"],
    ["ReserveNow", (idTag) => ({ connectorId: 1, reservationId: 1, idTag, expiryDate }), "FormationViolation"],
    [
      "ReserveNow",
      (parentIdTag) => ({ connectorId: 1, reservationId: 1, idTag: "A", parentIdTag, expiryDate }),
      "FormationViolation",
    ],
    ["SendLocalList", (idTag) => list({ idTag, ...INFO }), "FormationViolation"],
    [
      "SendLocalList",
      (parentIdTag) => list({ idTag: "A", idTagInfo: { status: "Accepted", parentIdTag } }),
      "FormationViolation",
    ],
    ["GetConfiguration", (bad) => ({ key: ["HeartbeatInterval", bad] }), "PropertyConstraintViolation"],
    ["ChangeConfiguration", (key) => ({ key, value: "1" }), "FormationViolation"],
    ["TriggerMessage", (requestedMessage) => ({ requestedMessage }), "FormationViolation"],
  ])("is refused in %s", (action, payload, code) => {
    const rig = new Rig().online();
    for (const bad of ["\u0001".repeat(20), "A\u007f", "\u00e4", "\u{1f50c}", "A\n"]) {
      expect(rig.call(action, payload(bad))).toBe(code);
    }
    expect(rig.charger.station.list.version).toBe(0);
    expect(rig.call("RemoteStartTransaction", { idTag: " ~" })).toEqual({ status: "Accepted" });
  });

  it("is no tag at the reader either, nor is one that is too long", () => {
    const rig = new Rig().online();
    rig.plug();
    for (const bad of ["\u0001", "\u00e4", "A".repeat(21)]) {
      rig.inputs.tap = bad;
      rig.run(500);
    }
    expect([rig.sent("Authorize"), rig.charger.station.tx]).toEqual([[], undefined]);
    rig.inputs.tap = "A".repeat(20);
    rig.run(500);
    expect(rig.charger.station.tx?.idTag).toBe("A".repeat(20));
    rig.inputs.tap = "\u0001";
    rig.run(500);
    expect(rig.charger.station.tx?.idTag).toBe("A".repeat(20));
  });
});
