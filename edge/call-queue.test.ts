import { expect, it } from "vitest";
import { CallQueue } from "./call-queue";
import { ManualClock } from "./testing/manual-clock";

function setUp() {
  const clock = new ManualClock();
  const sent: string[] = [];
  let id = 0;
  const queue = new CallQueue({
    clock,
    newId: () => `${(id += 1)}`,
    send: (id, action) => void sent.push(`${id} ${action}`),
  });
  return { clock, sent, queue };
}

it("sends one at a time; what people ask for goes before the hub's own housekeeping", async () => {
  const { queue, sent } = setUp();
  const calls = [
    queue.push("A", {}, { background: true }),
    queue.push("B", {}, { background: true }),
    queue.push("C", {}),
    queue.push("D", {}),
    queue.push("E", {}, { background: true }),
  ];
  for (const id of ["1", "3", "4", "2", "5"]) expect(queue.settle(id, { ok: true, payload: id })).toBe(true);
  expect(sent).toEqual(["1 A", "3 C", "4 D", "2 B", "5 E"]);
  expect(await Promise.all(calls)).toEqual(["1", "2", "3", "4", "5"]);
});

it("knows only the answer that it waits for", () => {
  const { queue } = setUp();
  void queue.push("A", {});
  void queue.push("B", {});
  expect(queue.settle("2", { ok: true, payload: {} })).toBe(false);
  expect(queue.settle(1, { ok: true, payload: {} })).toBe(false);
  expect(queue.settle("1", { ok: true, payload: {} })).toBe(true);
  expect(queue.settle("1", { ok: true, payload: {} })).toBe(false);
});

it("gives up after 30 s, says what the charger said, and sends the next", async () => {
  const { queue, clock, sent } = setUp();
  const lost = expect(queue.push("A", {})).rejects.toMatchObject({ code: "call_timeout", status: 504 });
  const refused = expect(queue.push("B", {}, { timeoutMs: 60_000 })).rejects.toMatchObject({
    code: "call_error",
    status: 502,
    message: "The charger answered B with InternalError: no way",
    details: { code: "InternalError", description: "no way" },
  });
  await clock.advance(29_999);
  expect(sent).toEqual(["1 A"]);
  await clock.advance(1);
  expect(sent).toEqual(["1 A", "2 B"]);
  queue.settle("2", { ok: false, code: "InternalError", description: "no way" });
  await Promise.all([lost, refused]);
});

it("ends with its connection, once, and takes nothing afterwards", async () => {
  const { queue } = setUp();
  const calls = [queue.push("A", {}), queue.push("B", {})];
  queue.close();
  queue.close();
  for (const call of [...calls, queue.push("C", {})]) {
    await expect(call).rejects.toMatchObject({ code: "charge_point_offline", status: 409 });
  }
});

it("does not grow without end", async () => {
  const { queue } = setUp();
  const calls = Array.from({ length: 52 }, () => queue.push("A", {}));
  await expect(calls.at(-1)).rejects.toMatchObject({ code: "too_many_calls", status: 429 });
  queue.close();
  await Promise.allSettled(calls);
});
