import { beforeEach, describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import type { HubPageView, LiveMessage } from "../../shared/hub-page";
import { ManualClock, settled } from "../testing/manual-clock";
import { memoryStore } from "../testing/memory-store";
import type { MemoryStore } from "../testing/memory-store";
import { registered } from "../testing/registration";
import { changeOf, follow, readView } from "./live";
import type { LiveStream } from "./live";
import { online, site, status } from "./testing/events";

const place = { cpId: "CP1", connectorId: 1 };
let clock: ManualClock;
let store: MemoryStore;
const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: null, events }));

/** A stream in memory, whose reader may be slow. */
class Reader implements LiveStream {
  aborted = false;
  readonly got: (LiveMessage | string)[] = [];
  private readonly listeners: (() => void)[] = [];
  slow: Promise<void> = Promise.resolve();

  onAbort(listener: () => void): void {
    this.listeners.push(listener);
  }
  async write(text: string): Promise<void> {
    this.got.push(text);
  }
  async writeSSE({ id, data }: { id: string; data: string }): Promise<void> {
    const message = JSON.parse(data) as LiveMessage;
    expect(id).toBe(String(message.kind === "view" ? message.view.position : message.position));
    this.got.push(message);
    await this.slow;
  }
  abort(): void {
    this.aborted = true;
    for (const listener of this.listeners) listener();
  }
}

beforeEach(async () => {
  clock = new ManualClock();
  store = memoryStore(() => clock.now());
  // The store's head, as the real one counts it.
  Object.defineProperty(store, "head", { get: () => ({ seq: store.events.length, hash: "" }) });
  await commit(site(), registered("CP1", { connectors: 1 }), registered("CP2", { connectors: 1 }));
});

describe("a live page", () => {
  it("gets the whole view, then what changes, and signs of life between", async () => {
    const reader = new Reader();
    const ended = follow({ store, clock, sampleInterval: 30 }, place, reader);
    await settled();
    expect(reader.got).toMatchObject([{ kind: "view", view: { position: 3, connector: { online: false } } }]);
    await commit(online("CP1"));
    await settled();
    expect(reader.got[1]).toMatchObject({ kind: "change", position: 4, connector: { online: true } });
    await commit({ type: "feed.applied", data: { position: 1 } });
    await settled();
    expect(reader.got).toHaveLength(2);
    await clock.advance(15_000);
    expect(reader.got[2]).toBe(": alive\n\n");
    await commit(online("CP2"));
    await settled();
    expect(reader.got[3]).toMatchObject({ kind: "view", view: { position: 6 } });
    reader.abort();
    await ended;
  });

  it("that reads slowly misses steps, never the newest state", async () => {
    const reader = new Reader();
    const hold: { ready?: () => void } = {};
    reader.slow = new Promise((resolve) => (hold.ready = resolve));
    const ended = follow({ store, clock, sampleInterval: 30 }, place, reader);
    await settled();
    for (const word of ["Available", "Preparing", "Charging"] as const) await commit(status("CP1", 1, word));
    hold.ready?.();
    await settled();
    expect(reader.got).toHaveLength(2);
    expect(reader.got[1]).toMatchObject({ connector: { status: "Charging" } });
    reader.abort();
    await ended;
  });

  it("that is gone before it began is told nothing", async () => {
    const reader = new Reader();
    reader.abort();
    await follow({ store, clock, sampleInterval: 30 }, place, reader);
    expect(reader.got).toEqual([]);
  });

  it("ends where the store does", async () => {
    const reader = new Reader();
    store.failure = new Error("closed");
    await expect(follow({ store, clock, sampleInterval: 30 }, place, reader)).rejects.toThrow("closed");
  });
});

describe("what a page must be told", () => {
  let view: HubPageView;
  beforeEach(async () => {
    view = await readView({ store, clock, sampleInterval: 30 }, place);
  });

  it("is nothing where only time has passed", () => {
    expect(changeOf(view, { ...view, position: 9, now: "later" })).toBeNull();
    const list = { ...view, connector: null };
    expect(changeOf(list, { ...list, position: 9, now: "later" })).toBeNull();
  });

  it("is the fields of its connector that changed", () => {
    const connector = { ...view.connector!, errorCode: "GroundFailure", online: true };
    const connectors = view.connectors.map((each) => (each.cpId === "CP1" ? { ...each, online: true } : each));
    expect(changeOf(view, { ...view, connector, connectors, position: 9, now: "later" })).toEqual({
      kind: "change",
      position: 9,
      now: "later",
      connector: { errorCode: "GroundFailure", online: true },
    });
  });

  it("is the whole view where anything else changed", () => {
    const after = { ...view, site: { ...view.site, startPolicy: "pass" as const } };
    expect(changeOf(view, after)).toEqual({ kind: "view", view: after });
    const gone = { ...view, connector: null };
    expect(changeOf(view, gone)).toEqual({ kind: "view", view: gone });
    expect(changeOf(gone, view)).toEqual({ kind: "view", view });
  });
});
