import { expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { unnamedSite } from "../../shared/site";
import { element, tariff } from "../../shared/tariff/testing/examples";
import { Decider } from "../testing/handle";
import { registered } from "../testing/registration";

const tag: HubEvent = {
  type: "idTag.set",
  data: { idTag: "TAG", status: "Accepted", expiryDate: null, parentIdTag: "FAMILY" },
};
const set = (id: string, more: object = {}): HubEvent => ({
  type: "tariff.set",
  data: { ...tariff([element("ENERGY", 0.5)]), id, ...more },
});
const coming = (from: string): HubEvent => ({
  type: "tariff.scheduled",
  data: { tariffId: "site", versions: [{ from, tariff: { ...tariff([element("ENERGY", 0.6)]), id: "site 2" } }] },
});
const site = (defaultTariffId: string | null): HubEvent => ({
  type: "site.set",
  data: { ...unnamedSite, timeZone: "Europe/Berlin", defaultTariffId },
});
const start = { connectorId: 1, idTag: "TAG", meterStart: 1000, timestamp: "2026-11-21T11:59:00Z" };
const startedOf = (hub: Decider, payload: object = start) =>
  hub.handle("StartTransaction", payload).events.find(({ type }) => type === "session.started")?.data;

it("begins a session with all that its bill needs, frozen", () => {
  const hub = new Decider(tag, site("site"), set("site"));
  const { reply, events, after } = hub.handle("StartTransaction", start);
  expect(reply).toEqual({ transactionId: 101, idTagInfo: { status: "Accepted", parentIdTag: "FAMILY" } });
  expect(after).toBeUndefined();
  expect(events).toEqual([
    {
      type: "session.started",
      data: {
        id: expect.any(String) as string,
        cpId: "CP1",
        connectorId: 1,
        transactionId: 101,
        idTag: "TAG",
        requestId: null,
        reservationId: null,
        startedAt: "2026-11-21T11:59:00.000Z",
        chargerTime: "2026-11-21T11:59:00Z",
        meterStart: 1000,
        tariff: hub.state.tariffs.site,
        timeZone: "Europe/Berlin",
        authorization: "Accepted",
        flags: [],
      },
    },
  ]);
  hub.apply([set("site", { currency: "CHF" })]);
  expect(Object.values(hub.state.openSessions)[0]?.session.tariff.currency).toBe("EUR");
});

it.each([
  ["its own", [registered("CP1", { tariffId: "own" }), site("site"), set("own"), set("site")], "own"],
  ["the site's", [site("site"), set("site")], "site"],
  ["none", [site(null), set("site")], "free"],
  ["one that was removed", [registered("CP1", { tariffId: "gone" }), site("site"), set("site")], "site"],
  ["one that is over", [site("site"), set("site", { end_date_time: "2026-11-21T12:00:00Z" })], "free"],
  ["one that is to come", [site("site"), set("site", { start_date_time: "2026-11-21T12:00:01Z" })], "free"],
  ["a version that holds since now", [site("site"), set("site"), coming("2026-11-21T12:00:00Z")], "site 2"],
  ["a version that is told ahead", [site("site"), set("site"), coming("2026-11-21T12:00:01Z")], "site"],
  ["a version before the tariff was set anew", [site("site"), coming("2026-11-21T11:00:00Z"), set("site")], "site"],
  [
    "a version of a tariff that was removed",
    [site("site"), set("site"), coming("2026-11-21T11:00:00Z"), { type: "tariff.removed", data: { tariffId: "site" } }],
    "free",
  ],
])("the tariff of a connector with %s", (_name, events, id) => {
  const hub = new Decider(tag, ...(events as HubEvent[]));
  expect(startedOf(hub)).toMatchObject({ tariff: { id } });
});

it("who may not charge pays nothing, and the transaction is kept", () => {
  const hub = new Decider(site("site"), set("site"));
  const { reply, after } = hub.handle("StartTransaction", start);
  expect(reply).toEqual({ transactionId: 101, idTagInfo: { status: "Invalid" } });
  expect(after).toBeUndefined();
  expect(Object.values(hub.state.openSessions)[0]).toMatchObject({
    authorization: "Invalid",
    session: { tariff: { id: "free" } },
  });
  expect(hub.handle("StartTransaction", start).reply).toEqual({ transactionId: 101, idTagInfo: { status: "Invalid" } });
});

it("a start that was asked for at the page becomes that request's session, and a repeat stays accepted", () => {
  const request = { requestId: "r1", cpId: "CP1", connectorId: 1 };
  const hub = new Decider({
    type: "start.requested",
    data: { ...request, idTag: "MINTED" },
    local: { secretHash: "hash" },
  });
  const minted = { ...start, idTag: "minted" };
  const { reply } = hub.handle("StartTransaction", minted);
  expect(Object.values(hub.state.openSessions)[0]).toMatchObject({ secretHash: "hash", session: { requestId: "r1" } });
  expect(hub.state.startRequests).toEqual({});
  expect(hub.handle("StartTransaction", minted).reply).toEqual(reply);
});

it("a start of a request that was given up is told to stop, and not billed", () => {
  const request = { requestId: "r1", cpId: "CP1", connectorId: 1 };
  const hub = new Decider(
    site("site"),
    set("site"),
    { type: "start.requested", data: { ...request, idTag: "MINTED" }, local: { secretHash: "hash" } },
    { type: "start.failed", data: { ...request, reason: "no_answer" } },
  );
  const { reply, after } = hub.handle("StartTransaction", { ...start, idTag: "MINTED" });
  expect(reply).toMatchObject({ idTagInfo: { status: "Invalid" } });
  expect(after).toEqual([
    { do: "call", action: "RemoteStopTransaction", payload: { transactionId: reply.transactionId } },
  ]);
  expect(Object.values(hub.state.openSessions)[0]?.session).toMatchObject({ requestId: null, tariff: { id: "free" } });
});

it("a transaction id is never given twice", () => {
  const hub = new Decider(tag);
  hub.randomIds.push(7, 7, 7, 8, 7, 8, 9);
  const ids = [1, 2].map(
    (connectorId) => hub.handle("StartTransaction", { ...start, connectorId }).reply.transactionId,
  );
  hub.handle("StopTransaction", { transactionId: 7, meterStop: 1000, timestamp: start.timestamp });
  ids.push(hub.handle("StartTransaction", { ...start, connectorId: 3 }).reply.transactionId);
  expect(ids).toEqual([7, 8, 9]);
});

it("reservations and odd registers", () => {
  const hub = new Decider(tag);
  expect(startedOf(hub, { ...start, reservationId: 7, meterStart: 12.9 })).toMatchObject({
    reservationId: 7,
    meterStart: 12,
  });
  expect(startedOf(hub, { ...start, connectorId: 2, reservationId: 0, meterStart: -1 })).toMatchObject({
    reservationId: null,
    meterStart: 0,
    flags: ["suspicious_meter"],
  });
});
