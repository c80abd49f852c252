import { pino } from "pino";
import { beforeEach, describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { AppError } from "../../shared/error";
import { FakeGateway } from "../http/testing/hub-app";
import { ended, idOf, online, started, status } from "../http/testing/events";
import { Starter } from "./starter";
import { ManualClock, settled } from "../testing/manual-clock";
import { memoryStore } from "../testing/memory-store";
import type { MemoryStore } from "../testing/memory-store";
import { registered } from "../testing/registration";

const place = { cpId: "CP1", connectorId: 1 };
const secret = "s".repeat(40);
let lines: string[] = [];
const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });

let clock: ManualClock;
let store: MemoryStore;
let gateway: FakeGateway;
let starter: Starter;

const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: null, events }));
const createStarter = (isLimited = false) =>
  new Starter({ store, gateway, clock, log, random: (bytes) => new Uint8Array(bytes).fill(10), isLimited });

beforeEach(async () => {
  lines = [];
  clock = new ManualClock();
  store = memoryStore(() => clock.now());
  gateway = new FakeGateway();
  gateway.answers = {
    TriggerMessage: () => ({ status: "Accepted" }),
    RemoteStartTransaction: () => ({ status: "Accepted" }),
  };
  starter = createStarter();
  await commit(registered("CP1"), online("CP1"), status("CP1", 1, "Available"));
});

const events = () =>
  store.events.slice(3).map(({ type, data }) => ("reason" in data ? `${type} ${data.reason}` : type));
const offline = () => {
  throw new AppError("charge_point_offline", "gone", { status: 409 });
};
const timeout = () => {
  throw new AppError("call_timeout", "silence", { status: 504 });
};

describe("a start", () => {
  it("asks for a reading, then for the start with a tag of its own, each with its patience", async () => {
    const { requestId } = await starter.startBySecret(place, secret);
    await settled();
    expect(gateway.calls).toEqual([
      {
        cpId: "CP1",
        action: "TriggerMessage",
        payload: { requestedMessage: "MeterValues", connectorId: 1 },
        options: { timeoutMs: 5000 },
      },
      {
        cpId: "CP1",
        action: "RemoteStartTransaction",
        payload: { connectorId: 1, idTag: "HPAAAAAAAAAAAAAAAA" },
        options: { timeoutMs: 30_000 },
      },
    ]);
    expect(events()).toEqual(["start.requested", "start.accepted"]);
    expect(store.state.startRequests[requestId]).toMatchObject({ idTag: "HPAAAAAAAAAAAAAAAA", failed: null });
    expect(JSON.stringify(store.events.map(({ data }) => data))).not.toContain(secret);
  });

  it("is one, however often it is tapped", async () => {
    const both = await Promise.all([starter.startBySecret(place, secret), starter.startBySecret(place, secret)]);
    await settled();
    expect(both[0]).toEqual(both[1]);
    expect(gateway.sent("RemoteStartTransaction")).toHaveLength(1);
    await expect(starter.startBySecret(place, "o".repeat(40))).rejects.toMatchObject({ code: "connector_busy" });
  });

  it.each([
    ["is silent", timeout],
    ["refuses", () => ({ status: "Rejected" })],
    [
      "breaks",
      () => {
        throw new Error("nonsense");
      },
    ],
  ])("goes on where the charger %s when it is asked for a reading", async (_name, answer) => {
    gateway.answers.TriggerMessage = answer;
    await starter.startBySecret(place, secret);
    await settled();
    expect(events()).toEqual(["start.requested", "start.accepted"]);
  });

  it("does not ask again a charger that cannot read on request", async () => {
    gateway.answers.TriggerMessage = () => ({ status: "NotImplemented" });
    gateway.answers.RemoteStartTransaction = () => ({ status: "Rejected" });
    await starter.startBySecret(place, secret);
    await settled();
    await starter.startBySecret(place, "o".repeat(40));
    await settled();
    expect(gateway.sent("TriggerMessage")).toHaveLength(1);
    expect(gateway.sent("RemoteStartTransaction")).toHaveLength(2);
  });

  it("brings the current along that the owner allows, where load management does not tell it; not where the charger minds", async () => {
    await commit(registered("CP1", { maxCurrentA: 20 }));
    const idTag = "HPAAAAAAAAAAAAAAAA";
    gateway.answers.RemoteStartTransaction = () => {
      return { status: gateway.sent("RemoteStartTransaction").length === 1 ? "Rejected" : "Accepted" };
    };
    await starter.startBySecret(place, secret);
    await settled();
    const sent = gateway.sent("RemoteStartTransaction");
    expect(sent).toMatchObject([
      {
        connectorId: 1,
        idTag,
        chargingProfile: {
          chargingProfilePurpose: "TxProfile",
          chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 20 }] },
        },
      },
      { connectorId: 1, idTag },
    ]);
    expect(events().slice(1)).toEqual(["start.requested", "start.accepted"]);
    await commit(started(idOf(1), { requestId: Object.keys(store.state.startRequests)[0] ?? null }), ended(idOf(1)));
    await commit(status("CP1", 1, "Available"));
    gateway.answers.RemoteStartTransaction = () => ({ status: "Accepted" });
    await starter.startBySecret(place, "o".repeat(40));
    await settled();
    expect(gateway.sent("RemoteStartTransaction")[2]).toEqual({ connectorId: 1, idTag });
    await commit(started(idOf(2)), ended(idOf(2)), registered("CP2", { maxCurrentA: 20 }), online("CP2"));
    await commit(status("CP2", 1, "Available"));
    const limited = createStarter(true);
    await limited.startBySecret({ ...place, cpId: "CP2" }, secret);
    await settled();
    expect(gateway.sent("RemoteStartTransaction")[3]).toEqual({ connectorId: 1, idTag });
    limited.close();
  });

  it("goes on bringing the current along after a start that the charger refused for another reason", async () => {
    await commit(registered("CP1", { maxCurrentA: 20 }));
    gateway.answers.RemoteStartTransaction = () => ({ status: "Rejected" });
    await starter.startBySecret(place, secret);
    await settled();
    await starter.startBySecret(place, "o".repeat(40));
    await settled();
    expect(gateway.sent("RemoteStartTransaction")[2]).toHaveProperty("chargingProfile");
  });

  it.each([
    ["rejected", () => ({ status: "Rejected" })],
    ["offline", offline],
    ["no_answer", timeout],
    [
      "error",
      () => {
        throw new AppError("call_error", "NotSupported", { status: 502 });
      },
    ],
    [
      "error",
      () => {
        throw new Error("nonsense");
      },
    ],
  ])("fails with %s, and the connector is free for the next", async (reason, answer) => {
    gateway.answers.RemoteStartTransaction = answer;
    await starter.startBySecret(place, secret);
    await settled();
    expect(events()).toEqual(["start.requested", `start.failed ${reason}`]);
    await clock.advance(200_000);
    expect(events()).toHaveLength(2);
    gateway.answers.RemoteStartTransaction = () => ({ status: "Accepted" });
    await starter.startBySecret(place, "o".repeat(40));
  });

  it("is given up when nobody plugs in", async () => {
    await starter.startBySecret(place, secret);
    await settled();
    await clock.advance(59_999);
    expect(events()).toHaveLength(2);
    await clock.advance(1);
    expect(events()[2]).toBe("start.failed not_plugged_in");
  });

  it("counts again from a late plug", async () => {
    await starter.startBySecret(place, secret);
    await settled();
    await clock.advance(50_000);
    await commit(status("CP1", 1, "Preparing"));
    await clock.advance(59_000);
    expect(events()).toHaveLength(3);
    await clock.advance(1000);
    expect(events()[3]).toBe("start.failed not_charging");
  });

  it("is over once it is a session, also where the transaction is faster than the answer", async () => {
    const hold: { answer?: (value: unknown) => void } = {};
    gateway.answers.RemoteStartTransaction = () => new Promise((resolve) => (hold.answer = resolve));
    const { requestId } = await starter.startBySecret(place, secret);
    await settled();
    await commit(started(idOf(1), { requestId }));
    hold.answer?.({ status: "Accepted" });
    await clock.advance(200_000);
    expect(events()).toEqual(["start.requested", "session.started"]);
    await starter.startBySecret(place, secret);
    expect(gateway.sent("RemoteStartTransaction")).toHaveLength(1);
  });

  it("says so where its course cannot be written", async () => {
    await starter.startBySecret(place, secret);
    store.failure = new Error("disk");
    await settled();
    expect(lines.join()).toContain("a start could not be followed");
  });
});

describe("after a restart of the hub", () => {
  it("a request without an answer is given up after what was left of its time", async () => {
    gateway.answers.RemoteStartTransaction = () => new Promise(() => {});
    await starter.startBySecret(place, secret);
    await settled();
    starter.close();
    await clock.advance(20_000);
    const again = createStarter();
    again.resume();
    await clock.advance(14_999);
    expect(events()).toHaveLength(1);
    await clock.advance(1);
    expect(events()[1]).toBe("start.failed no_answer");
    expect(gateway.sent("RemoteStartTransaction")).toHaveLength(1);
  });

  it("an accepted one waits on for its plug; one that failed stays failed", async () => {
    await starter.startBySecret(place, secret);
    await settled();
    starter.close();
    await clock.advance(100_000);
    expect(events()).toHaveLength(2);
    const again = createStarter();
    again.resume();
    await clock.advance(0);
    expect(events()[2]).toBe("start.failed not_plugged_in");
    const third = createStarter();
    third.resume();
    await clock.advance(100_000);
    expect(events()).toHaveLength(3);
  });

  it("says so where it cannot be given up", async () => {
    await starter.startBySecret(place, secret);
    await settled();
    store.failure = new Error("disk");
    await clock.advance(60_000);
    expect(events()).toHaveLength(2);
    expect(lines.join()).toContain("could not be given up");
  });
});

describe("an order of the owner", () => {
  const order = { requestId: "command", ...place, idTag: "OWNER", secretHash: "" };
  const also: HubEvent = { type: "feed.applied", data: { position: 3 } };

  it("tells what the charger said, and is one commit with what comes along", async () => {
    const { outcome } = await starter.begin(order, [also]);
    expect(events().slice(0, 2)).toEqual(["start.requested", "feed.applied"]);
    expect(await outcome).toBe("accepted");
    const again = await starter.begin(order, [{ type: "feed.applied", data: { position: 4 } }]);
    expect(again.outcome).toBeNull();
    expect(store.state.feedAck).toBe(4);
  });

  it("commits nothing where it is refused", async () => {
    await commit(status("CP1", 1, "Faulted"));
    await expect(starter.begin(order, [also])).rejects.toMatchObject({ code: "connector_faulted" });
    expect(store.state.feedAck).toBe(0);
  });
});
