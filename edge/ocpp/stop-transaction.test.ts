import { describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { Decider } from "../testing/handle";
import { registered } from "../testing/registration";

const tag = (idTag: string, more: object = {}): HubEvent => ({
  type: "idTag.set",
  data: { idTag, status: "Accepted", expiryDate: null, parentIdTag: null, ...more },
});
const start = { connectorId: 1, idTag: "TAG", meterStart: 1000, timestamp: "2026-11-21T11:00:00Z" };
const stop = { meterStop: 3000, timestamp: "2026-11-21T11:30:00Z" };

function running(...events: HubEvent[]) {
  const hub = new Decider(tag("TAG"), ...events);
  const transactionId = hub.handle("StartTransaction", start).reply.transactionId as number;
  return { hub, transactionId };
}
const closed = (hub: Decider) => Object.values(hub.state.closedSessions).map(({ session }) => session);

it("ends the session: energy is final minus initial register, and the receipt has the next number", () => {
  const { hub, transactionId } = running();
  const { reply, events } = hub.handle("StopTransaction", { transactionId, ...stop, reason: "EVDisconnected" });
  expect(reply).toEqual({});
  expect(events).toMatchObject([
    {
      type: "session.ended",
      data: {
        endedAt: "2026-11-21T11:30:00.000Z",
        meterStop: 3000,
        energyWh: 2000,
        reason: "EVDisconnected",
        receiptNumber: "R-000001",
        chargerTime: "2026-11-21T11:30:00Z",
        flags: [],
      },
    },
  ]);
  expect(hub.state.openSessions).toEqual({});
});

it("counts what it brings along, and a reason that is missing is Local", () => {
  const { hub, transactionId } = running();
  const transactionData = [
    { timestamp: "2026-11-21T11:00:00Z", sampledValue: [{ value: "1000", context: "Transaction.Begin" }] },
    { timestamp: "2026-11-21T11:10:00Z", sampledValue: [{ value: "2500" }] },
    { timestamp: "2026-11-21T11:30:00Z", sampledValue: [{ value: "3000", context: "Transaction.End" }] },
  ];
  const { events } = hub.handle("StopTransaction", { transactionId, ...stop, transactionData });
  expect(events.map(({ type }) => type)).toEqual([
    "session.metered",
    "session.metered",
    "session.metered",
    "session.ended",
  ]);
  expect(closed(hub)).toMatchObject([{ energyWh: 2000, reason: "Local", flags: [] }]);
});

describe("the answer to its idTag", () => {
  it.each([
    ["TAG", { status: "Accepted" }],
    ["NOBODY", { status: "Invalid" }],
    ["STOLEN", { status: "Blocked" }],
  ])("%s: %j", (idTag, idTagInfo) => {
    const { hub, transactionId } = running(tag("STOLEN", { status: "Blocked" }));
    expect(hub.handle("StopTransaction", { transactionId, ...stop, idTag }).reply).toEqual({ idTagInfo });
    expect(closed(hub)).toHaveLength(1);
  });

  it("the tag that was minted for the start is good to stop with", () => {
    const hub = new Decider({
      type: "start.requested",
      data: { requestId: "r", cpId: "CP1", connectorId: 1, idTag: "MINTED" },
      local: { secretHash: "h" },
    });
    const { transactionId } = hub.handle("StartTransaction", { ...start, idTag: "MINTED" }).reply;
    const { reply } = hub.handle("StopTransaction", { transactionId, ...stop, idTag: "minted" });
    expect(reply).toEqual({ idTagInfo: { status: "Accepted" } });
  });
});

it("the same stop again changes nothing, with or without a transaction id", () => {
  for (const id of [undefined, 0]) {
    const { hub, transactionId } = running();
    const payload = { transactionId: id ?? transactionId, ...stop, idTag: "TAG" };
    hub.handle("StopTransaction", payload);
    expect(hub.handle("StopTransaction", payload).events).toEqual([]);
    expect(closed(hub)).toHaveLength(1);
  }
});

it("without an id, of several sessions: the same tag, then a register that fits, then the latest", () => {
  const hub = new Decider(tag("TAG"), tag("B"));
  const begin = (connectorId: number, idTag: string, meterStart: number, minute: number) =>
    hub.handle("StartTransaction", {
      connectorId,
      idTag,
      meterStart,
      timestamp: `2026-11-21T11:0${minute}:00Z`,
    });
  begin(1, "TAG", 1000, 1);
  begin(2, "TAG", 5000, 2);
  begin(3, "B", 100, 3);
  begin(4, "B", 100, 4);
  const end = (more: object) => {
    hub.handle("StopTransaction", { transactionId: 0, ...stop, ...more });
    return Object.values(hub.state.openSessions).map(({ session }) => session.connectorId);
  };
  expect(end({ idTag: "TAG" })).toEqual([2, 3, 4]);
  expect(end({ meterStop: 3001 })).toEqual([2, 3]);
  expect(end({ idTag: "TAG", meterStop: 10 })).toEqual([3]);
  expect(end({ timestamp: "2026-11-21T11:02:30Z" })).toEqual([3]);
});

describe("a stop whose start was lost", () => {
  const lone = { transactionId: -1, ...stop, idTag: "TAG" };
  const session = (hub: Decider, payload: object) => {
    const { events } = hub.handle("StopTransaction", payload);
    expect(events.at(0)?.type).toBe("session.started");
    return closed(hub).at(-1);
  };

  it("is a session at the one connector that is known", () => {
    expect(session(new Decider(tag("TAG"), registered("CP1", { connectors: 1 })), lone)).toMatchObject({
      connectorId: 1,
    });
    expect(session(new Decider(tag("TAG"), registered("CP1", { connectors: 2 })), lone)).toMatchObject({
      connectorId: 0,
    });
    const hub = new Decider(tag("TAG"));
    hub.handle("StatusNotification", { connectorId: 0, status: "Available", errorCode: "NoError" });
    hub.handle("StatusNotification", { connectorId: 3, status: "Available", errorCode: "NoError" });
    expect(session(hub, lone)).toMatchObject({ connectorId: 3, energyWh: 0, flags: ["incomplete"] });
  });

  it("takes its first register from what it brings, where that can be", () => {
    const data = (value: string, timestamp: string) => ({
      ...lone,
      transactionData: [
        { timestamp, sampledValue: [{ value: "5", measurand: "SoC" }] },
        { timestamp, sampledValue: [{ value }] },
      ],
    });
    const hub = new Decider(tag("TAG"));
    expect(session(hub, data("1200", "2026-11-21T11:10:00Z"))).toMatchObject({
      startedAt: "2026-11-21T11:10:00.000Z",
      energyWh: 1800,
    });
    expect(session(new Decider(), data("3001", "2026-11-21T11:10:00Z"))).toMatchObject({ energyWh: 0 });
    expect(session(new Decider(), data("1200", "1970-01-01T00:00:00Z"))).toMatchObject({
      startedAt: "2026-11-21T11:30:00.000Z",
      energyWh: 1800,
    });
    const huge = { ...data("0", "2026-11-21T11:10:00Z"), meterStop: 9_000_000 };
    expect(session(new Decider(), huge)).toMatchObject({ energyWh: 0 });
  });
});

it("an orphan is kept once, with what it says", () => {
  const hub = new Decider();
  const payload = { transactionId: 5, ...stop, meterStop: -3.5, idTag: " x ".repeat(9), timestamp: null };
  const { events } = hub.handle("StopTransaction", payload);
  expect(events).toEqual([
    {
      type: "transaction.orphaned",
      data: {
        cpId: "CP1",
        transactionId: 5,
        idTag: "x  x  x  x  x  x  x ",
        meterStop: 0,
        reason: "Local",
        chargerTime: null,
      },
    },
  ]);
  expect(hub.handle("StopTransaction", payload).events).toEqual([]);
  expect(hub.handle("StopTransaction", payload, "CP2").events).toHaveLength(1);
});
