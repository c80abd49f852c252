import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { Starter } from "../start/starter";
import {
  charger,
  hub,
  neighbourTransaction,
  now,
  open,
  register,
  sessions,
  startOf,
  status,
  useQuirkSite,
} from "../testing/quirk-site";
import { WsCharger } from "../testing/ws-charger";

useQuirkSite();

describe("1: StartTransaction again", () => {
  it("gives the same transaction, with the same or a new message id", async () => {
    const first = await charger.call("StartTransaction", startOf(), "a");
    expect(first.idTagInfo).toEqual({ status: "Accepted" });
    expect(await charger.call("StartTransaction", startOf(), "a")).toEqual(first);
    expect(await charger.call("StartTransaction", startOf({ idTag: "tag1" }), "b")).toEqual(first);
    const back = await WsCharger.connect(hub.url, "CP1");
    expect(await back.call("StartTransaction", startOf(), "a")).toEqual(first);
    expect(sessions()).toHaveLength(1);
  });

  it("does not revive it after the stop", async () => {
    const first = await charger.call("StartTransaction", startOf());
    const { transactionId } = first;
    await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: now });
    expect(await charger.call("StartTransaction", startOf())).toEqual(first);
    expect(open()).toHaveLength(0);
    expect(sessions()).toHaveLength(1);
  });

  it("is another session where the clock says nothing", async () => {
    const start = startOf({ timestamp: "1970-01-01T00:00:00Z", meterStart: 0 });
    const first = await charger.call("StartTransaction", start);
    expect(await charger.call("StartTransaction", start)).toEqual(first);
    const stop = { transactionId: first.transactionId, meterStop: 700, timestamp: "1970-01-01T00:10:00Z" };
    await charger.call("StopTransaction", stop);
    const second = await charger.call("StartTransaction", start);
    expect(second.transactionId).not.toBe(first.transactionId);
    expect(sessions().map(({ flags }) => flags)).toEqual(expect.arrayContaining([["clock"], ["clock"]]));
  });
});

describe("2: transaction id 0 or -1", () => {
  it.each([0, -1])("stop and readings with %d find the open transaction", async (transactionId) => {
    await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1400")] });
    expect(open()[0]?.energyWh).toBe(400);
    const stop = { transactionId, meterStop: 1600, timestamp: now, idTag: "TAG1" };
    expect(await charger.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(await charger.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(sessions().map(({ energyWh, flags }) => [energyWh, flags])).toEqual([[600, []]]);
  });

  it("of several, the one with the same idTag", async () => {
    await charger.call("StartTransaction", startOf({ connectorId: 1, idTag: "TAG1" }));
    await charger.call("StartTransaction", startOf({ connectorId: 2, idTag: "OTHER" }));
    await charger.call("StopTransaction", { transactionId: -1, meterStop: 1600, timestamp: now, idTag: "tag1" });
    expect(open().map(({ connectorId }) => connectorId)).toEqual([2]);
  });
});

it("3: StopTransaction for an unknown transaction is kept once, for the owner", async () => {
  const stop = { transactionId: 424242, meterStop: 5, timestamp: now, reason: "PowerLoss" };
  expect(await charger.call("StopTransaction", stop)).toEqual({});
  expect(await charger.call("StopTransaction", stop)).toEqual({});
  const orphans = hub.store.events.filter(({ type }) => type === "transaction.orphaned");
  expect(orphans.map(({ data }) => data)).toMatchObject([{ cpId: "CP1", transactionId: 424242, reason: "PowerLoss" }]);
  expect(sessions()).toHaveLength(0);
});

it("3: a stop with a neighbour's transaction id stops nothing", async () => {
  await charger.call("StopTransaction", { transactionId: neighbourTransaction, meterStop: 9, timestamp: now });
  expect(Object.keys(hub.store.state.openSessions)).toHaveLength(1);
});

describe("4: only the stop arrives", () => {
  const stop = {
    transactionId: -1,
    meterStop: 5000,
    timestamp: now,
    idTag: "TAG1",
    transactionData: [
      {
        timestamp: "2026-11-21T11:00:00Z",
        sampledValue: [{ value: "2.5", unit: "kWh", context: "Transaction.Begin" }],
      },
      { timestamp: now, sampledValue: [{ value: "5", unit: "kWh", context: "Transaction.End" }] },
    ],
  };

  it("is a session from what is known, marked incomplete, once", async () => {
    await charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    for (const id of ["x", "y"]) await charger.call("StopTransaction", stop, id);
    expect(sessions()).toMatchObject([
      {
        connectorId: 1,
        transactionId: null,
        startedAt: "2026-11-21T11:00:00.000Z",
        endedAt: now,
        energyWh: 2500,
        flags: ["incomplete"],
      },
    ]);
  });

  it("claims no energy where the first register is not known", async () => {
    await charger.call("StopTransaction", { transactionId: 0, meterStop: 5000, timestamp: now });
    expect(sessions()).toMatchObject([{ connectorId: 0, idTag: "UNKNOWN", meterStart: 5000, energyWh: 0 }]);
    expect(sessions()[0]?.cost.amount).toBe(0);
  });
});

describe("16: idTags", () => {
  it("are compared without regard to case and spaces around", async () => {
    expect(await charger.call("Authorize", { idTag: " tAg1 " })).toEqual({ idTagInfo: { status: "Accepted" } });
  });

  it("too long or unknown are Invalid, and what they start costs nothing", async () => {
    const long = "TAG1".repeat(6);
    expect(await charger.call("Authorize", { idTag: long })).toEqual({ idTagInfo: { status: "Invalid" } });
    expect(await charger.call("Authorize", { idTag: "NOBODY" })).toEqual({ idTagInfo: { status: "Invalid" } });
    const started = await charger.call("StartTransaction", startOf({ idTag: long }));
    expect(started).toEqual({ idTagInfo: { status: "Invalid" }, transactionId: expect.any(Number) as number });
    expect(open()).toMatchObject([{ idTag: long.slice(0, 20), tariff: { id: "free" } }]);
  });
});

it("19: a remote start that comes to nothing books nothing, and the driver is told", async () => {
  charger.on("TriggerMessage", () => ({ status: "NotImplemented" }));
  charger.on("RemoteStartTransaction", () => ({ status: "Accepted" }));
  await charger.call("StatusNotification", status("Available"));
  const { store, peers, clock, log } = hub;
  const starter = new Starter({ store, gateway: peers, clock, log, random: randomBytes });
  const { requestId } = await starter.startBySecret({ cpId: "CP1", connectorId: 1 }, "a secret of the page");
  await eventually(() => expect(store.state.startRequests[requestId]?.acceptedAt).toBe(now));
  await charger.call("StatusNotification", status("Preparing"));
  await clock.advance(120_000);
  await eventually(async () => {
    await clock.advance(0);
    expect(store.state.startRequests[requestId]?.failed).toMatchObject({ reason: "not_charging" });
  });
  expect(sessions()).toEqual([]);
  // The start that comes after all is stopped at once and costs nothing.
  const idTag = charger.calls.find(({ action }) => action === "RemoteStartTransaction")?.payload.idTag;
  charger.on("RemoteStopTransaction", () => ({ status: "Accepted" }));
  const late = await charger.call("StartTransaction", startOf({ idTag, timestamp: "2026-11-21T12:02:00Z" }));
  expect(late.idTagInfo).toEqual({ status: "Invalid" });
  await charger.until(() => charger.calls.some(({ action }) => action === "RemoteStopTransaction"));
  expect(open()).toMatchObject([{ tariff: { id: "free" } }]);
  starter.close();
});

it("20: reservationId -1 is none", async () => {
  await charger.call("StartTransaction", startOf({ reservationId: -1 }));
  expect(hub.store.events.at(-1)).toMatchObject({ type: "session.started", data: { reservationId: null } });
});
