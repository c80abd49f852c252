import { describe, expect, it } from "vitest";
import { PILOT_A, PILOT_C } from "./board";
import { Rig } from "./testing/rig";

/** What the hub has taken of the charger over all its lives: by message id, as it would know repeats. */
class Books {
  readonly taken = new Map<string, string>();
  /** Actions that the hub hears and never answers. */
  deaf = "";

  attach(rig: Rig): Rig {
    const answers = { ...rig.central };
    for (const [action, answer] of Object.entries(answers)) {
      rig.central[action] = (call) => {
        if (action === this.deaf) return undefined;
        if (action.endsWith("Transaction")) this.taken.set(call.id, `${action} ${JSON.stringify(call.payload)}`);
        return answer(call);
      };
    }
    return rig;
  }

  count(action: string): number {
    return [...this.taken.values()].filter((text) => text.startsWith(action)).length;
  }
}

/** Steps of a transaction, each from the one before. */
const STEPS: [string, (rig: Rig, books: Books) => void][] = [
  ["the car is plugged in", (rig) => rig.plug()],
  [
    "the tag is held to the reader, and the hub has not answered Authorize",
    (rig, books) => {
      books.deaf = "Authorize";
      rig.inputs.tap = "TAG";
      rig.run(200);
    },
  ],
  [
    "the tag is accepted, and the hub has not answered StartTransaction",
    (rig, books) => {
      books.deaf = "StartTransaction";
      rig.call("RemoteStartTransaction", { idTag: "TAG", connectorId: 1 });
      rig.run(200);
    },
  ],
  [
    "the contactor has closed, and the start is still not answered",
    (rig) => {
      rig.inputs.pilot = PILOT_C;
      rig.run(2000);
    },
  ],
  [
    "the hub has given the transaction its id",
    (rig, books) => {
      books.deaf = "";
      rig.charger.client.disconnected();
      rig.charger.client.connected();
      rig.run(60_000);
    },
  ],
  ["some samples are delivered", (rig) => rig.run(90_000)],
  [
    "the line is down and samples wait in flash",
    (rig) => {
      rig.charger.client.disconnected();
      rig.run(90_000);
    },
  ],
  [
    "the stop is queued and cannot be sent",
    (rig) => {
      rig.inputs.pilot = PILOT_A;
      rig.run(1000);
    },
  ],
  [
    "the queue is being sent, and the hub does not answer the stop",
    (rig, books) => {
      books.deaf = "StopTransaction";
      rig.charger.client.connected();
      rig.run(5000);
    },
  ],
  [
    "the stop is answered",
    (rig, books) => {
      books.deaf = "";
      rig.charger.client.disconnected();
      rig.charger.client.connected();
      rig.run(60_000);
    },
  ],
];

describe.each([false, true])("a reset (the meter lives on: %s)", (keepsMeter) => {
  it.each(STEPS.map(([name], last) => ({ name, last })))("after: $name", ({ last }) => {
    const books = new Books();
    let rig = books.attach(new Rig().online());
    for (const [, step] of STEPS.slice(0, last + 1)) step(rig, books);
    const flowed = rig.charger.station.meter.totalWh();
    books.deaf = "";
    rig = rig.powerCycle(keepsMeter);
    // whatever stood before: the contactor opens, and stays so without a new grant
    rig.run(10_000);
    expect(rig.outputs?.contactor).toBe(false);
    rig.online().run(120_000);
    expect(rig.outputs?.contactor).toBe(false);
    const begun = last >= 2 ? 1 : 0;
    expect([books.count("StartTransaction"), books.count("StopTransaction")]).toEqual([begun, begun]);
    const stop = [...books.taken.values()].find((text) => text.startsWith("StopTransaction"));
    if (begun === 1) expect(stop).toContain('"transactionId":2147483647');
    const { meterStart = 0 } = rig.last("StartTransaction") as { meterStart?: number };
    const told = /"meterStop":(\d+)/.exec(stop ?? "")?.[1] ?? "0";
    expect(Number(told)).toBeGreaterThanOrEqual(meterStart);
    // flash has the register of the last sample, at most one interval old
    expect(Number(told)).toBeGreaterThanOrEqual(begun * (flowed - 31));
    // and the next driver charges
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    rig.plug();
    expect(rig.call("RemoteStartTransaction", { idTag: "NEXT", connectorId: 1 })).toEqual({ status: "Accepted" });
    rig.run(500);
    rig.inputs.pilot = PILOT_C;
    rig.run(1000);
    expect(rig.outputs?.contactor).toBe(true);
    expect(books.count("StartTransaction")).toBe(begun + 1);
  });
});
