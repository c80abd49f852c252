import { beforeEach, expect, it, vi } from "vitest";
import { followLive } from "./live";
import type { Source } from "./live";

type Listener = (event: { data?: unknown }) => void;

class FakeSource implements Source {
  readyState = 1;
  listeners = new Map<string, Listener>();
  closed = false;
  addEventListener(type: "open" | "error" | "message", listener: Listener): void {
    this.listeners.set(type, listener);
  }
  emit(type: string, data?: unknown): void {
    this.listeners.get(type)?.({ data });
  }
  close(): void {
    this.closed = true;
  }
}

let sources: FakeSource[];
let reach: boolean[];
let alive: boolean;
let timers: { run: () => void; ms: number; cancelled: boolean }[];
const onMessage = vi.fn();
let end: () => void;

/** Runs the timers that wait for `ms`. */
async function fire(ms: number): Promise<void> {
  const due = timers.filter((timer) => timer.ms === ms && !timer.cancelled);
  timers = timers.filter((timer) => !due.includes(timer));
  for (const { run } of due) run();
  await new Promise((done) => setImmediate(done));
}
const latest = () => sources.at(-1) as FakeSource;

beforeEach(() => {
  sources = [];
  reach = [];
  timers = [];
  alive = true;
  onMessage.mockClear();
  end = followLive({
    open: () => {
      sources.push(new FakeSource());
      return latest();
    },
    alive: async () => alive,
    onMessage,
    onReach: (reached) => reach.push(reached),
    after(run, ms) {
      const timer = { run, ms, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
});

it("hands messages on", () => {
  latest().emit("open");
  latest().emit("message", '{"kind":"view"}');
  expect(onMessage).toHaveBeenCalledWith({ kind: "view" });
  expect(reach).toEqual([]);
});

it("says nothing of a break that is over within seconds, and says a longer one", async () => {
  latest().emit("error");
  latest().emit("open");
  await fire(3000);
  expect(reach).toEqual([]);
  latest().emit("error");
  latest().emit("error");
  await fire(3000);
  expect(reach).toEqual([false]);
  latest().emit("open");
  expect(reach).toEqual([false, true]);
});

it("connects again with growing pauses where the browser gives up", async () => {
  for (const pause of [1000, 2000, 4000]) {
    latest().readyState = 2;
    latest().emit("error");
    await fire(pause);
  }
  expect(sources).toHaveLength(4);
  expect(sources[0]?.closed).toBe(true);
});

it("asks whether the hub is alive when the stream is silent, and comes back by itself", async () => {
  alive = false;
  await fire(20_000);
  expect(reach).toEqual([false]);
  alive = true;
  await fire(20_000);
  expect(reach).toEqual([false, true]);
  expect(sources).toHaveLength(2);
  await fire(20_000);
  expect(sources).toHaveLength(2);
});

it("ends for good", async () => {
  latest().emit("error");
  end();
  latest().emit("error");
  await fire(3000);
  await fire(20_000);
  expect(reach).toEqual([]);
  expect(latest().closed).toBe(true);
});

it("does not speak up after its end when an answer comes late", async () => {
  alive = false;
  const asked = fire(20_000);
  end();
  await asked;
  expect(reach).toEqual([]);
});
