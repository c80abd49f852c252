import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageQueue, PLACES } from "./message-queue";
import {
  actionOf,
  CONTEXT_END,
  CONTEXT_PERIODIC,
  CONTEXT_TRIGGER,
  decimal,
  KIND_SAMPLE,
  meterValue,
  payloadOf,
} from "./queue-entry";
import type { Entry, Sample } from "./queue-entry";
import { MemoryStore } from "./testing/rig";
import { WallClock } from "./wall-clock";

const T = "2026-03-01T12:00:00.000Z";

function sampleAt(wh: number, context = CONTEXT_PERIODIC): Sample {
  return { context, stamp: T, wh, powerW: 11040, currentMa: 48000, voltageMv: 230000 };
}

function queue(store = new MemoryStore()): MessageQueue {
  return new MessageQueue(store, { ...store.saved });
}

function stop(q: MessageQueue, no: number, idTag: string, wh: number, inFlight: number, withStart = false): void {
  const tx = { no, idTag, meterStart: 1, stamp: T };
  q.stop(tx, idTag, "Local", sampleAt(wh, CONTEXT_END), withStart, inFlight);
}

function entries(q: MessageQueue): Entry[] {
  return Array.from({ length: q.count() }, (_, i) => q.entryAt(i) as Entry);
}

function kinds(q: MessageQueue): string {
  return entries(q)
    .map((e) => e.kind)
    .join("");
}

describe("message queue", () => {
  it("keeps order, and brings it back after a reset", () => {
    const store = new MemoryStore();
    const q = queue(store);
    q.start(1, "TAG", 100, T, 0);
    q.sample(1, sampleAt(110), true, 0);
    q.sample(1, sampleAt(120, CONTEXT_END), true, 0);
    stop(q, 1, "TAG", 120, 0);
    expect(kinds(q)).toBe("SMME");
    const again = queue(store);
    expect(entries(again)).toEqual(entries(q));
    again.done(again.head()?.seq ?? 0);
    expect(kinds(queue(store))).toBe("MME");
  });

  it("keeps online samples in RAM until the line goes down", () => {
    const store = new MemoryStore();
    const q = queue(store);
    q.start(1, "TAG", 100, T, 0);
    q.sample(1, sampleAt(110), false, 0);
    expect(kinds(queue(store))).toBe("S");
    q.keepAll();
    q.keepAll();
    expect(kinds(queue(store))).toBe("SM");
    q.done(entries(q)[1]?.seq ?? 0);
    q.done(999);
    expect(kinds(queue(store))).toBe("S");
  });

  it("puts entries into order whatever place they have in flash", () => {
    const store = new MemoryStore();
    const entry = (seq: number): string => JSON.stringify([seq, "S", seq, T, 0, ["A", ""]]);
    store.saved["q0"] = entry(9);
    store.saved["q1"] = entry(3);
    store.saved["q2"] = entry(5);
    store.saved["q3"] = "[damaged";
    store.saved["q4"] = "[1]";
    store.saved["q5"] = entry(4).replace("A", "A".repeat(150));
    const q = queue(store);
    expect(entries(q).map((e) => e.seq)).toEqual([3, 5, 9]);
    q.start(10, "B", 0, T, 0);
    expect([entries(q).at(-1)?.seq, q.entryAt(4)]).toEqual([10, undefined]);
  });

  it("lets nothing wait behind a message that cannot be read", () => {
    const q = queue();
    q.start(2 ** 31, "A", 0, T, 0); // no int32, which no message may have
    q.start(5, "B", 0, T, 0);
    expect([q.head()?.tx, q.head()?.idTag, q.count()]).toEqual([5, "B", 1]);
  });

  it("does not give a message id out twice after it has run empty", () => {
    const store = new MemoryStore();
    const q = queue(store);
    q.start(1, "A", 0, T, 0);
    stop(q, 1, "A", 5, 0);
    const used = entries(q).map((e) => e.seq);
    for (const seq of used) q.done(seq);
    const next = queue(store);
    next.start(2, "A", 5, T, 0);
    expect(used).not.toContain(next.head()?.seq);
  });

  it("never loses a start or a stop, never reorders, and keeps to its places", () => {
    const step = fc.oneof(
      { weight: 1, arbitrary: fc.constant("session") },
      { weight: 8, arbitrary: fc.constant("sample") },
      { weight: 2, arbitrary: fc.constant("done") },
      { weight: 1, arbitrary: fc.constant("reset") },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (history) => {
        const store = new MemoryStore();
        let q = queue(store);
        let tx = 0;
        let open = false;
        const expected: string[] = [];
        for (const what of history) {
          if (what === "session" && open) {
            stop(q, tx, "", 1, 0);
            expected.push(`E${tx}`);
            open = false;
          } else if (what === "session" && q.hasRoomForTransaction()) {
            q.start(++tx, "A", 1, T, 0);
            expected.push(`S${tx}`);
            open = true;
          } else if (what === "sample" && open) q.sample(tx, sampleAt(1), true, q.head()?.seq ?? 0);
          else if (what === "done" && q.head()) {
            const head = q.head() as Entry;
            if (head.kind !== KIND_SAMPLE) expected.shift();
            q.done(head.seq);
          } else if (what === "reset") q = queue(store);
          expect(q.count()).toBeLessThanOrEqual(PLACES);
          expect(
            entries(q)
              .filter((e) => e.kind !== KIND_SAMPLE)
              .map((e) => `${e.kind}${e.tx}`),
          ).toEqual(expected);
          const seqs = entries(q).map((e) => e.seq);
          expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
        }
        expect(entries(queue(store)).map((e) => e.seq)).toEqual(entries(q).map((e) => e.seq));
      }),
      { numRuns: 60 },
    );
  });

  it("thins samples evenly and gives up the last reading of a transaction last", () => {
    const q = queue();
    q.start(1, "A", 0, T, 0);
    for (let i = 1; i <= 200; i++) q.sample(1, sampleAt(i), true, 0);
    q.sample(1, sampleAt(201, CONTEXT_END), true, 0);
    stop(q, 1, "A", 201, 0);
    const samples = entries(q)
      .filter((e) => e.sample)
      .map((e) => e.wh);
    const gaps = samples.slice(1).map((wh, i) => wh - (samples[i] ?? 0));
    expect(q.count()).toBe(PLACES);
    expect(samples.at(-1)).toBe(201);
    expect(Math.max(...gaps)).toBeLessThan(64);
  });

  it("leaves the message that is being sent alone, and drops a sample that finds no place", () => {
    const q = queue();
    q.sample(1, sampleAt(1), true, 0);
    const first = q.head()?.seq ?? 0;
    for (let tx = 1; q.hasRoomForTransaction(); tx++) {
      q.start(tx, "A", 1, T, first);
      stop(q, tx, "", 1, first);
    }
    expect(q.head()?.seq).not.toBe(0);
    const full = kinds(q);
    q.sample(1, sampleAt(1), true, first);
    q.sample(1, sampleAt(1), true, entries(q).at(-1)?.seq ?? 0);
    expect(kinds(q).replaceAll("M", "")).toBe(full.replaceAll("M", ""));
    expect(q.count()).toBeLessThanOrEqual(PLACES);
  });
});

describe("payloads", () => {
  const clock = new WallClock(1);
  clock.sync(T);

  it("say what OCPP 1.6 wants", () => {
    const q = queue();
    q.start(1, "TAG", 16777217, T, 0);
    q.sample(1, sampleAt(16777218), false, 0);
    stop(q, 1, "TAG", 16777219, 0);
    stop(q, 1, "", 16777219, 0);
    const [start, sample, local, remote] = entries(q) as [Entry, Entry, Entry, Entry];
    expect([start, sample, local].map(actionOf)).toEqual(["StartTransaction", "MeterValues", "StopTransaction"]);
    expect(payloadOf(start, -1, clock)).toEqual({
      connectorId: 1,
      idTag: "TAG",
      meterStart: 16777217,
      timestamp: T,
    });
    expect(payloadOf(local, 5, clock)).toEqual({
      transactionId: 5,
      meterStop: 16777219,
      timestamp: T,
      reason: "Local",
      idTag: "TAG",
    });
    expect(payloadOf(remote, 5, clock)).not.toHaveProperty("idTag");
    expect(payloadOf(sample, 5, clock)).toMatchObject({ connectorId: 1, transactionId: 5 });
  });

  it("tell a session's start again in its stop where that is wanted, also after a reset", () => {
    const store = new MemoryStore();
    stop(queue(store), 1, "", 16777219, 0, true);
    const entry = queue(store).head() as Entry;
    const energy = (value: string, context: string): object => ({
      timestamp: T,
      sampledValue: [{ value, context, measurand: "Energy.Active.Import.Register", unit: "Wh" }],
    });
    expect(payloadOf(entry, 5, clock)["transactionData"]).toEqual([
      energy("1", "Transaction.Begin"),
      energy("16777219", "Transaction.End"),
    ]);
  });

  it("give every measurand with its unit and context", () => {
    const context = (c: string): unknown =>
      (meterValue(sampleAt(1, c), clock)["sampledValue"] as { context: string }[])[0]?.context;
    expect([CONTEXT_PERIODIC, CONTEXT_END, CONTEXT_TRIGGER].map(context)).toEqual([
      "Sample.Periodic",
      "Transaction.End",
      "Trigger",
    ]);
    expect(meterValue(sampleAt(7), clock)["sampledValue"]).toMatchObject([
      { value: "7", measurand: "Energy.Active.Import.Register", unit: "Wh" },
      { value: "11040", measurand: "Power.Active.Import", unit: "W" },
      { value: "48.000", measurand: "Current.Import", unit: "A" },
      { value: "230.000", measurand: "Voltage", unit: "V" },
    ]);
    expect(decimal(16004)).toBe("16.004");
  });
});
