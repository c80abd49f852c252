import { pino } from "pino";
import { expect, it } from "vitest";
import { AppError } from "../shared/error";
import type { Outcome } from "./ocpp/handle";
import { Peer } from "./peer";
import { ManualClock, settled } from "./testing/manual-clock";

/** A peer on a link in memory whose handler waits until the test lets it go on. */
function setUp(options: { throttle?: (length: number) => number; objectForm?: boolean } = {}) {
  const clock = new ManualClock();
  const sent: unknown[] = [];
  const closed: [number, string][] = [];
  const handled: string[] = [];
  const followed: string[] = [];
  const waiting: ((outcome: Outcome | Error) => void)[] = [];
  const peer = new Peer({
    cpId: "CP1",
    clock,
    log: pino({ enabled: false }),
    newId: () => "call-1",
    throttle: options.throttle ?? (() => 0),
    followUp: (each) => void followed.push(each.do),
    handle: (action) => {
      handled.push(action);
      return new Promise((resolve, reject) =>
        waiting.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome))),
      );
    },
    link: {
      transport: "websocket",
      address: "test",
      objectForm: options.objectForm ?? false,
      send: (text) => void sent.push(JSON.parse(text)),
      close: (code, why) => void closed.push([code, why]),
    },
  });
  const answer = async (outcome: Outcome | Error = { ok: true, reply: { n: handled.length }, after: [] }) => {
    waiting.shift()?.(outcome);
    await settled();
  };
  return { peer, clock, sent, closed, handled, followed, answer };
}

it("handles calls one at a time in their order, and answers after the commit", async () => {
  const { peer, sent, handled, answer } = setUp();
  peer.receive('[2,"1","StatusNotification",{"a":1}]');
  peer.receive('[2,"2","MeterValues",{}]');
  await settled();
  expect([handled, sent]).toEqual([["StatusNotification"], []]);
  await answer();
  expect([handled, sent]).toEqual([["StatusNotification", "MeterValues"], [[3, "1", { n: 1 }]]]);
  await answer();
  await peer.idle();
  expect(sent.at(-1)).toEqual([3, "2", { n: 2 }]);
});

it("answers a repeat from memory, though it is written otherwise; another message with that id is handled", async () => {
  const { peer, sent, handled, answer } = setUp();
  peer.receive('[2,"1","MeterValues",{"a":1}]');
  await settled();
  await answer();
  peer.receive('[2,"1","MeterValues",{"a":1}]');
  peer.receive('[2, "1", "MeterValues", {"a": 1}]');
  await settled();
  expect([handled.length, sent]).toEqual([
    1,
    [
      [3, "1", { n: 1 }],
      [3, "1", { n: 1 }],
      [3, "1", { n: 1 }],
    ],
  ]);
  peer.receive('[2,"1","MeterValues",{"a":2}]');
  await settled();
  await answer();
  expect(sent.at(-1)).toEqual([3, "1", { n: 2 }]);
});

it("answers Heartbeat and BootNotification afresh", async () => {
  const { peer, handled, answer } = setUp();
  for (const action of ["Heartbeat", "Heartbeat", "BootNotification", "BootNotification"]) {
    peer.receive(`[2,"1","${action}",{}]`);
    await settled();
    await answer();
  }
  expect(handled).toHaveLength(4);
  expect([peer.booted, peer.spoken]).toEqual([true, true]);
});

it("remembers a refusal, but not a failure of the hub; and only the last few, and short ones", async () => {
  const { peer, handled, answer } = setUp();
  const tell = async (id: string, outcome: Outcome, more = "") => {
    peer.receive(`[2,"${id}","MeterValues",{"a":"${more}"}]`);
    await settled();
    await answer(outcome);
  };
  const refused: Outcome = { ok: false, code: "SecurityError", description: "no" };
  const failed: Outcome = { ok: false, code: "InternalError", description: "no" };
  for (const [id, outcome] of [
    ["1", refused],
    ["1", refused],
    ["2", failed],
    ["2", failed],
  ] as const)
    await tell(id, outcome);
  expect(handled).toHaveLength(3);
  await tell("3", refused, "x".repeat(20_000));
  await tell("3", refused, "x".repeat(20_000));
  expect(handled).toHaveLength(5);
  for (let id = 10; id < 30; id += 1) await tell(String(id), refused);
  await tell("1", refused);
  expect(handled).toHaveLength(26);
});

it("does what follows from a message after its answer", async () => {
  const { peer, sent, followed, answer } = setUp();
  peer.receive('[2,"1","BootNotification",{}]');
  await settled();
  await answer({ ok: true, reply: {}, after: [{ do: "configure" }] });
  expect([sent.length, followed]).toEqual([1, ["configure"]]);
});

it("gives no answer when the disk refuses: it closes, so that the charger keeps what it has", async () => {
  const { peer, sent, closed, handled, answer } = setUp();
  peer.receive('[2,"1","StopTransaction",{}]');
  peer.receive('[2,"2","StopTransaction",{}]');
  await settled();
  await answer(new AppError("store_unavailable", "The disk is full.", { status: 503 }));
  await peer.idle();
  expect([sent, closed, handled.length]).toEqual([[], [[1013, "store_unavailable"]], 1]);
  peer.receive('[2,"3","StopTransaction",{}]');
  peer.receive("no JSON");
  await settled();
  expect([sent, handled.length]).toEqual([[], 1]);
  const other = setUp();
  other.peer.receive('[2,"3","StopTransaction",{}]');
  await settled();
  await other.answer(new Error("?"));
  expect(other.closed).toEqual([[1013, "error"]]);
});

it("cuts off a charger that does not wait for answers", async () => {
  const { peer, closed } = setUp();
  for (let id = 0; id < 502; id += 1) peer.receive(`[2,"${id}","MeterValues",{}]`);
  expect(closed).toEqual([[1008, "too many messages at once"]]);
  peer.receive('[2,"x","MeterValues",{}]');
  const big = setUp();
  for (let id = 0; id < 10; id += 1) big.peer.receive(`[2,"${id}","MeterValues",{"a":"${"x".repeat(480_000)}"}]`);
  expect(big.closed).not.toEqual([]);
});

it("waits before messages that come too fast", async () => {
  const { peer, clock, handled, answer } = setUp({ throttle: () => 500 });
  peer.receive('[2,"1","MeterValues",{}]');
  await clock.advance(499);
  expect(handled).toEqual([]);
  await clock.advance(1);
  expect(handled).toEqual(["MeterValues"]);
  await answer();
});

it("still handles what came before the connection went", async () => {
  const { peer, handled, answer } = setUp();
  peer.receive('[2,"1","StopTransaction",{}]');
  peer.receive('[2,"2","StopTransaction",{"a":1}]');
  peer.gone();
  await settled();
  await answer();
  await answer();
  await peer.idle();
  expect(handled).toHaveLength(2);
});

it("calls, gets results and errors, and ignores answers to nothing", async () => {
  const { peer, sent } = setUp({ objectForm: true });
  peer.receive('{"MessageTypeId":3,"UniqueId":"nothing","Payload":{}}');
  const call = peer.call("Reset", { type: "Soft" });
  expect(sent).toEqual([{ MessageTypeId: 2, UniqueId: "call-1", Action: "Reset", Payload: { type: "Soft" } }]);
  peer.receive('[4,"call-1","NotSupported","",{}]');
  await expect(call).rejects.toMatchObject({ code: "call_error" });
  const again = peer.call("Reset", { type: "Soft" });
  peer.receive('[3,"call-1",{"status":"Accepted"}]');
  expect(await again).toEqual({ status: "Accepted" });
});

it("never answers an answer that it cannot read", () => {
  const { peer, sent } = setUp();
  peer.receive("[3]");
  peer.receive("[4,null]");
  expect(sent).toEqual([]);
});
