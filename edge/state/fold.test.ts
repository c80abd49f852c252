import { expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { unnamedSite } from "../../shared/site";
import { element, tariff } from "../../shared/tariff/testing/examples";
import { Decider } from "../testing/handle";
import { registered } from "../testing/registration";
import { hubDomain } from "./domain";
import { fold, nextReceiptNumber, receiptCount } from "./fold";
import { closedOf, closedTransaction, openOf, openTransaction, unindex } from "./sessions";
import { initialState } from "./state";

const ids = { hubId: "01980000-0000-7000-8000-000000000001", siteId: "01980000-0000-7000-8000-000000000002" };
const requested = (requestId: string): HubEvent => ({
  type: "start.requested",
  data: { requestId, cpId: "CP1", connectorId: 1, idTag: `T${requestId}` },
  local: { secretHash: `hash of ${requestId}` },
});
const failed = (requestId: string): HubEvent => ({
  type: "start.failed",
  data: { requestId, cpId: "CP1", connectorId: 1, reason: "rejected" },
});
const start = { connectorId: 1, idTag: "T", meterStart: 0, timestamp: "2026-11-21T12:00:00Z" };

it("pairing, epochs and the feed", () => {
  const hub = new Decider({ type: "hub.epochStarted", data: { epoch: 9 } });
  expect(hub.state.pairing).toBeNull();
  hub.apply([
    { type: "feed.applied", data: { position: 4 } },
    { type: "hub.paired", data: { ...ids, cloudUrl: "https://cloud.example", epoch: 1 } },
    { type: "hub.state", data: { chargePoints: [] } },
  ]);
  expect(hub.state).toMatchObject({ feedAck: 0, pairing: { ...ids, epoch: 1 } });
  hub.apply([
    { type: "hub.epochStarted", data: { epoch: 2 } },
    { type: "feed.applied", data: { position: 5 } },
    { type: "command.finished", data: { commandId: ids.hubId, outcome: "accepted", detail: null } },
  ]);
  expect(hub.state).toMatchObject({ feedAck: 5, pairing: { epoch: 2 } });
});

it("site, tariffs, id tags and access keys come and go; keys are kept as their verifier", () => {
  const site = { ...unnamedSite, name: "Yard" };
  const one = tariff([element("ENERGY", 0.5)]);
  const tag = { idTag: " Tag1", status: "Accepted", expiryDate: null, parentIdTag: null } as const;
  const hub = new Decider(
    { type: "site.set", data: site },
    { type: "tariff.set", data: one },
    { type: "idTag.set", data: tag },
    { type: "accessKey.set", data: { name: "staff", expiresAt: null }, local: { hash: "verifier" } },
  );
  expect(hub.state).toMatchObject({
    site,
    tariffs: { [one.id]: one },
    idTags: { TAG1: tag },
    accessKeys: { staff: { name: "staff", expiresAt: null, hash: "verifier" } },
  });
  hub.apply([
    { type: "tariff.removed", data: { tariffId: one.id } },
    { type: "idTag.removed", data: { idTag: "tag1" } },
    { type: "accessKey.removed", data: { name: "staff" } },
  ]);
  expect([hub.state.tariffs, hub.state.idTags, hub.state.accessKeys]).toEqual([{}, {}, {}]);
});

it("a charge point may have the name of something that every object has", () => {
  const hub = new Decider(registered("constructor", {}, "verifier"));
  expect(hub.state.chargePoints["constructor"]).toMatchObject({ online: false, connectors: {} });
});

it("a charge point that is registered again keeps what it has shown", () => {
  const hub = new Decider(registered("CP1", {}, "verifier"));
  hub.handle("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  hub.handle("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
  expect(hub.state.chargePoints.CP1?.passwordHash).toBe("verifier");
  hub.apply([registered("CP1", { name: "Left" })]);
  expect(hub.state.chargePoints.CP1).toMatchObject({
    passwordHash: null,
    boot: { vendor: "V" },
    connectors: { 1: { status: "Available" } },
    registration: { name: "Left" },
  });
  hub.apply([
    { type: "chargePoint.removed", data: { cpId: "CP1" } },
    { type: "chargePoint.online", data: { cpId: "CP1", transport: "mqtt" } },
  ]);
  expect(hub.state.chargePoints.CP1).toBeUndefined();
});

it("requests: accepted, failed, forgotten when they are many", () => {
  const hub = new Decider(requested("a"));
  const accepted: HubEvent = { type: "start.accepted", data: { requestId: "a", cpId: "CP1", connectorId: 1 } };
  hub.apply([accepted, { ...accepted, data: { ...accepted.data, requestId: "none" } }, failed("none")]);
  expect(hub.state.startRequests.a).toMatchObject({ acceptedAt: "2026-11-21T12:00:00.000Z", secretHash: "hash of a" });
  for (let i = 0; i < 60; i += 1) hub.apply([requested(`f${i}`), failed(`f${i}`)]);
  expect(Object.keys(hub.state.startRequests)).toHaveLength(51);
  expect(hub.state.startRequests).toHaveProperty("a");
  expect(hub.state.startRequests).not.toHaveProperty("f9");
});

it("a session that nobody knows is not ended, and readings of it move nothing", () => {
  const hub = new Decider();
  hub.handle("StartTransaction", start);
  const { data } = hub.handle("StopTransaction", { transactionId: 101, meterStop: 5, timestamp: start.timestamp })
    .events[0] as Extract<HubEvent, { type: "session.ended" }>;
  const fresh = new Decider();
  fresh.apply([{ type: "session.ended", data }]);
  expect(fresh.state.closedSessions).toEqual({});
  expect(fresh.state.lastReceipt).toBe(0);
});

it("orphans are remembered, but not for ever", () => {
  const hub = new Decider();
  for (let i = 1; i <= 130; i += 1) {
    hub.handle("StopTransaction", { transactionId: i, meterStop: 1, timestamp: start.timestamp });
  }
  expect(hub.state.orphans).toHaveLength(100);
  expect(hub.state.orphans.at(-1)?.transactionId).toBe(130);
});

it("a session that its charger shows again is not abandoned any more", () => {
  const hub = new Decider();
  hub.handle("StartTransaction", start);
  const since = () => Object.values(hub.state.openSessions)[0]?.abandonedSince;
  const status = (status: string, connectorId = 1) =>
    hub.handle("StatusNotification", { connectorId, status, errorCode: "NoError" });
  status("Available", 2);
  expect(since()).toBeNull();
  status("Available");
  expect(since()).toBe("2026-11-21T12:00:00.000Z");
  hub.now += 1000;
  status("Reserved");
  status("Finishing");
  expect(since()).toBe("2026-11-21T12:00:00.000Z");
  status("SuspendedEV");
  expect(since()).toBeNull();
  hub.handle("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  expect(since()).toBe("2026-11-21T12:00:01.000Z");
  hub.handle("MeterValues", { connectorId: 1, transactionId: 101, meterValue: [{ sampledValue: [{ value: "5" }] }] });
  expect(since()).toBeNull();
});

it("receipt numbers", () => {
  expect([nextReceiptNumber(0), nextReceiptNumber(41), nextReceiptNumber(999_999)]).toEqual([
    "R-000001",
    "R-000042",
    "R-1000000",
  ]);
  expect([receiptCount("R-000042"), receiptCount("none")]).toEqual([42, 0]);
});

it("the same events give the same state, through JSON too", () => {
  const hub = new Decider(requested("a"));
  hub.handle("StartTransaction", { ...start, idTag: "Ta" });
  hub.handle("MeterValues", { connectorId: 1, transactionId: 101, meterValue: [{ sampledValue: [{ value: "5" }] }] });
  hub.handle("StopTransaction", { transactionId: 101, meterStop: 5, timestamp: start.timestamp });
  const again = initialState();
  for (const event of JSON.parse(JSON.stringify(hub.events)) as typeof hub.events) fold(again, event);
  expect(again).toEqual(hub.state);
  expect(JSON.parse(JSON.stringify(again))).toEqual(again);
});

it("the archives: sessions by the month of their start, readings by session, history by charge point", () => {
  const hub = new Decider();
  hub.handle("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
  hub.now = Date.parse("2026-12-01T00:05:00Z");
  hub.handle("StartTransaction", { ...start, timestamp: "2026-11-30T23:59:00Z" });
  const reading = [{ timestamp: "2026-12-01T00:01:00Z", sampledValue: [{ value: "5" }] }];
  hub.handle("MeterValues", { connectorId: 1, transactionId: 101, meterValue: reading });
  hub.handle("MeterValues", { connectorId: 0, meterValue: reading });
  hub.handle("StopTransaction", { transactionId: 101, meterStop: 5, timestamp: "2026-12-01T00:02:00Z" });
  const [session] = Object.values(hub.state.closedSessions);
  const lines = hub.events.flatMap((event) => hubDomain.archive(event, hub.state));
  expect(lines).toMatchObject([
    { file: "status-2026-11", group: "CP1" },
    { file: "samples-2026-12", group: session?.session.id },
    { file: "samples-2026-12", group: "CP1" },
    { file: "sessions-2026-11", id: session?.session.id, value: session?.session },
  ]);
  expect(hubDomain.archive(hub.events.at(-1) as (typeof hub.events)[number], initialState())).toEqual([]);
});

it("archived sessions leave the live state, but for the latest", () => {
  const hub = new Decider();
  for (let i = 0; i < 120; i += 1) {
    const { transactionId } = hub.handle("StartTransaction", { ...start, meterStart: i }).reply;
    hub.handle("StopTransaction", { transactionId, meterStop: i, timestamp: start.timestamp });
  }
  const ended = hub.events.filter(({ type }) => type === "session.ended").map(({ seq }) => seq);
  hubDomain.prune(hub.state, ended[109] as number);
  const kept = Object.values(hub.state.closedSessions).map(({ seq }) => seq);
  expect(kept).toEqual(ended.slice(10));
  expect(hub.state.sessionsOf.CP1?.closed).toHaveLength(110);
  expect(Object.keys(hub.state.byTransaction)).toHaveLength(110);
});

it("a snapshot from before there were indexes gets them", () => {
  const hub = new Decider();
  for (const connectorId of [1, 2]) hub.handle("StartTransaction", { ...start, connectorId });
  hub.handle("StopTransaction", { transactionId: 101, meterStop: 5, timestamp: start.timestamp });
  const { sessionsOf, byTransaction, ...before } = hub.state;
  expect(Object.keys(byTransaction)).toHaveLength(2);
  expect(hubDomain.migrate(1, structuredClone(before))).toEqual({ ...before, sessionsOf, byTransaction });
});

it("a transaction id is of one charge point: another's finds nothing", () => {
  const hub = new Decider();
  hub.handle("StartTransaction", start);
  expect(openTransaction(hub.state, "CP1", 101)).not.toBeNull();
  expect(openTransaction(hub.state, "CP2", 101)).toBeNull();
  hub.handle("StopTransaction", { transactionId: 101, meterStop: 5, timestamp: start.timestamp });
  expect(closedTransaction(hub.state, "CP1", 101)).not.toBeNull();
  expect(closedTransaction(hub.state, "CP2", 101)).toBeNull();
  expect([openOf(hub.state, "constructor"), closedOf(hub.state, "constructor")]).toEqual([[], []]);
});

it("a charge point whose last session has left the live state leaves no trace of it", () => {
  const hub = new Decider();
  hub.handle("StartTransaction", start);
  hub.handle("StopTransaction", { transactionId: 101, meterStop: 5, timestamp: start.timestamp });
  const [closed] = Object.values(hub.state.closedSessions);
  if (closed) unindex(hub.state, { ...closed.session, transactionId: null });
  expect(hub.state.sessionsOf).toEqual({});
  expect(Object.keys(hub.state.byTransaction)).toEqual(["101"]);
  if (closed) unindex(hub.state, closed.session);
  expect(hub.state.byTransaction).toEqual({});
});

it("a snapshot of another version is refused, not guessed at", () => {
  expect(() => hubDomain.migrate(7, {})).toThrow(/version 7/);
});
