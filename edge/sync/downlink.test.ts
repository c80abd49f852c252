import { beforeEach, describe, expect, it } from "vitest";
import { idOf, openSite, perKwh, started } from "../http/testing/events";
import { LinkedHub, order, until } from "./testing/linked-hub";

const hub = new LinkedHub();

describe("the feed", () => {
  const start = { name: "startSession", cpId: "CP1", connectorId: 1, idTag: "OWNER" };
  const soon = () => hub.clock.now() + 60_000;
  const outcomes = () =>
    hub.cloud.events.flatMap((event) =>
      event.type === "command.finished" ? [[event.data.outcome, event.data.detail]] : [],
    );

  beforeEach(async () => {
    await hub.pair();
    await until(() => hub.inStep() && hub.cloud.openFeeds === 1);
  });

  it("takes effect once, in one commit with its position, and is acknowledged", async () => {
    hub.cloud.send({ type: "site.set", data: { ...openSite, name: "Renamed" } });
    hub.cloud.send({ type: "tariff.set", data: { ...perKwh, id: "second" } });
    hub.cloud.send({ type: "tariff.removed", data: { tariffId: "kwh" } });
    hub.cloud.send({
      type: "idTag.set",
      data: { idTag: "card1", status: "Accepted", expiryDate: null, parentIdTag: null },
    });
    await until(() => hub.cloud.feedAck === 4 && hub.inStep());
    expect(Object.keys(hub.store.state.idTags)).toEqual(["CARD1"]);
    expect(hub.store.state.site.name).toBe("Renamed");
    expect(Object.keys(hub.store.state.tariffs)).toEqual(["second"]);
    expect(hub.types().slice(4)).toEqual([
      "site.set",
      "feed.applied",
      "tariff.set",
      "feed.applied",
      "tariff.removed",
      "feed.applied",
      "idTag.set",
      "feed.applied",
    ]);
  });

  it("goes on from its last position after a break, a restart, and passes over what comes twice", async () => {
    hub.cloud.send({ type: "tariff.removed", data: { tariffId: "a" } });
    await until(() => hub.store.state.feedAck === 1);
    hub.cloud.endFeeds();
    await hub.untilPast(() => hub.cloud.openFeeds === 1);
    await hub.restart("stop");
    await until(() => hub.cloud.openFeeds === 1);
    expect(hub.cloud.feedRequests).toEqual(["0", "1", "1"]);
    hub.cloud.feed.unshift({
      position: 1,
      data: JSON.stringify({ type: "tariff.removed", data: { tariffId: "kwh" } }),
    });
    hub.cloud.feed.length = 1;
    hub.cloud.send({ type: "tariff.removed", data: { tariffId: "b" } });
    await until(() => hub.store.state.feedAck === 2);
    expect(hub.store.state.tariffs).toHaveProperty("kwh");
  });

  it("holds at what it does not understand, instead of skipping it", async () => {
    hub.cloud.send('{"type":"unheard.of","data":{}}');
    hub.cloud.send({ type: "tariff.removed", data: { tariffId: "kwh" } });
    await hub.untilPast(() => hub.link.status().lastError?.includes("does not understand"));
    expect(hub.store.state).toMatchObject({ feedAck: 0, tariffs: { kwh: {} } });
    hub.cloud.feed[0]!.data = "not JSON";
    const tries = hub.cloud.feedRequests.length;
    await hub.untilPast(() => hub.cloud.feedRequests.length > tries);
    hub.cloud.feed[0]!.data = JSON.stringify({ type: "tariff.removed", data: { tariffId: "x" } });
    await hub.untilPast(() => hub.store.state.feedAck === 2);
  });

  it("is opened again when it falls silent", async () => {
    await hub.clock.advance(44_000);
    expect(hub.cloud.feedRequests).toHaveLength(1);
    await hub.untilPast(() => hub.cloud.feedRequests.length === 2);
  });

  it("starts and stops sessions for the owner, and tells what became of it", async () => {
    hub.gateway.answers = {
      TriggerMessage: () => ({ status: "NotImplemented" }),
      RemoteStartTransaction: () => ({ status: "Accepted" }),
      RemoteStopTransaction: () => ({ status: "Accepted" }),
    };
    hub.cloud.send(order(idOf(51), soon(), start));
    await until(() => outcomes().length === 1);
    expect(hub.gateway.sent("RemoteStartTransaction")).toEqual([{ connectorId: 1, idTag: "OWNER" }]);
    expect(Object.keys(hub.store.state.startRequests)).toEqual([idOf(51)]);
    await hub.commit(started(idOf(1), { requestId: idOf(51) }));
    hub.cloud.send(order(idOf(52), soon()));
    await until(() => outcomes().length === 2);
    expect(hub.gateway.sent("RemoteStopTransaction")).toEqual([{ transactionId: 7 }]);
    // The same order once more, under another position: it was done.
    hub.cloud.send(order(idOf(51), soon(), start));
    await until(() => hub.store.state.feedAck === 3);
    expect(outcomes()).toEqual([
      ["accepted", null],
      ["accepted", null],
    ]);
  });

  it("refuses what cannot be done, and what comes too late", async () => {
    hub.gateway.answers = { TriggerMessage: () => ({}), RemoteStartTransaction: () => ({ status: "Rejected" }) };
    hub.cloud.send(order(idOf(51), hub.clock.now() - 1, start));
    hub.cloud.send(order(idOf(52), soon(), { ...start, cpId: "CP9" }));
    hub.cloud.send(order(idOf(53), soon(), start));
    await until(() => outcomes().length === 3);
    hub.cloud.send(order(idOf(54), soon()));
    await until(() => outcomes().length === 4);
    hub.gateway.answers.RemoteStartTransaction = () => {
      throw new Error("broken");
    };
    hub.cloud.send(order(idOf(55), soon(), start));
    await until(() => outcomes().length === 5);
    await hub.commit(started(idOf(1)));
    hub.gateway.answers.RemoteStopTransaction = () => {
      throw new Error("no line");
    };
    hub.cloud.send(order(idOf(56), soon()));
    await until(() => outcomes().length === 6);
    expect(outcomes()).toEqual([
      ["expired", null],
      ["rejected", "There is no such charge point."],
      ["rejected", "The charger refused."],
      ["rejected", "There is no such session running."],
      ["failed", "error"],
      ["failed", "no line"],
    ]);
  });
});
