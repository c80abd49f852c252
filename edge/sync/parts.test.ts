import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_BYTES, eventBatchSchema } from "../../shared/sync";
import { idOf, metered } from "../http/testing/events";
import type { HubStored } from "../state/fold";
import { ManualClock, settled } from "../testing/manual-clock";
import { backoffMs } from "./backoff";
import { nextBatch } from "./batch";
import { Sleeper } from "./sleeper";

describe("the pause after failures", () => {
  it("doubles up to half a minute, and never is nothing", () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(failures, () => 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const ms = backoffMs(failures, () => random);
          expect(ms).toBeGreaterThanOrEqual(500);
          expect(ms).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});

describe("a sleeper", () => {
  it("sleeps for its time, or until it is woken, also just before", async () => {
    const clock = new ManualClock();
    const sleeper = new Sleeper(clock);
    const seen: string[] = [];
    const sleep = (name: string, ms: number | null) => sleeper.sleep(ms).then(() => seen.push(name));
    const first = sleep("time", 1000);
    await clock.advance(999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    await first;
    const second = sleep("woken", null);
    await settled();
    sleeper.wake();
    await second;
    sleeper.wake();
    await sleep("before", null);
    sleeper.wake();
    sleeper.forget();
    const last = sleep("forgotten", 5);
    await settled();
    expect(seen).toEqual(["time", "woken", "before"]);
    await clock.advance(5);
    await last;
  });
});

const storeOf = (events: HubStored[]) => ({
  head: { seq: events.length, hash: "" },
  read: async (seq: number, limit: number) => ({ prev: "a".repeat(64), events: events.slice(seq, seq + limit) }),
});

const eventOf = (seq: number, registerWh: number, local?: Record<string, unknown>) =>
  ({ ...metered(null, registerWh), local, id: idOf(seq), seq, at: "2026-11-21T12:00:00.000Z" }) as HubStored;

describe("a batch", () => {
  it("carries what the cloud may see, and nothing of what stays", async () => {
    const store = storeOf([eventOf(1, 5), eventOf(2, 6, { passwordHash: "hidden" })]);
    const { count, json } = await nextBatch(store, 1, { epoch: 3, feedAck: 4 });
    expect(count).toBe(1);
    expect(json).not.toContain("hidden");
    expect(eventBatchSchema.parse(JSON.parse(json))).toMatchObject({
      epoch: 3,
      feedAck: 4,
      head: 2,
      prev: "a".repeat(64),
      events: [{ seq: 2, type: "session.metered", data: { registerWh: 6 } }],
    });
    expect(await nextBatch(store, 2, { epoch: 3, feedAck: 4 })).toMatchObject({ count: 0 });
  });

  it("is at most 500 events, and at most so many bytes, but one event always", async () => {
    const many = storeOf(Array.from({ length: 700 }, (_, index) => eventOf(index + 1, index)));
    expect((await nextBatch(many, 0, { epoch: 1, feedAck: 0 })).count).toBe(500);
    const large = Array.from({ length: 4 }, (_, index) => {
      const event = eventOf(index + 1, 1) as Extract<HubStored, { type: "session.metered" }>;
      const value = "9".repeat(BATCH_BYTES / 2.5);
      return { ...event, data: { ...event.data, samples: [{ at: event.at, chargerTime: null, values: [{ value }] }] } };
    });
    const { count, json } = await nextBatch(storeOf(large), 0, { epoch: 1, feedAck: 0 });
    expect(count).toBe(2);
    expect(Buffer.byteLength(json)).toBeLessThan(BATCH_BYTES);
    const huge = { ...large[0]!, type: "session.metered", at: "x".repeat(BATCH_BYTES) } as HubStored;
    expect((await nextBatch(storeOf([huge, eventOf(2, 1)]), 0, { epoch: 1, feedAck: 0 })).count).toBe(1);
  });
});
