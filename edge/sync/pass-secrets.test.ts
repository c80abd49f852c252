import { v7 } from "uuid";
import { beforeEach, describe, expect, it } from "vitest";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { eventually } from "../../shared/testing/eventually";
import { bookingOf } from "../booking/state";
import { online, status } from "../http/testing/events";
import { registered } from "../testing/registration";
import { Assembly } from "./assembly";
import { loadCloudIdentity } from "./credentials";
import { LinkedHub } from "./testing/linked-hub";

const hub = new LinkedHub();
beforeEach(() => hub.pair());
const secrets = { id: "v2", keys: [{ kty: "OKP", kid: "k" }], pinSecret: "s".repeat(43) };

/** The feed breaks and is opened again. */
async function reopened(): Promise<void> {
  const count = hub.cloud.feedRequests.length;
  await eventually(() => expect(hub.cloud.openFeeds).toBe(1));
  hub.cloud.endFeeds();
  await eventually(async () => {
    await hub.clock.advance(1000);
    expect(hub.cloud.feedRequests.length).toBe(count + 1);
  });
}

describe("what passes are checked with", () => {
  it("is fetched by a hub that was paired without, kept with its identity, and said when the feed is opened", async () => {
    await eventually(() => expect(hub.cloud.saidSecrets).toEqual([null]));
    expect((await loadCloudIdentity(hub.folder))?.pinSecret).toBeUndefined();
    hub.cloud.passSecrets = secrets;
    await reopened();
    expect(hub.cloud.saidSecrets).toEqual([null, "v2"]);
    const { keys, pinSecret } = secrets;
    expect(await loadCloudIdentity(hub.folder)).toMatchObject({
      audience: "https://cloud.example",
      keys,
      pinSecret,
    });
    await reopened();
    expect(hub.cloud.saidSecrets).toEqual([null, "v2", "v2"]);
  });

  it("keeps the feed closed while the cloud's answer cannot be understood", async () => {
    await eventually(() => expect(hub.cloud.openFeeds).toBe(1));
    hub.cloud.passSecrets = { ...secrets, pinSecret: "short" };
    hub.cloud.endFeeds();
    await eventually(async () => {
      await hub.clock.advance(1000);
      expect(hub.link.status().lastError).toBe("The cloud's keys for passes cannot be understood.");
    });
    hub.cloud.passSecrets = secrets;
    await eventually(async () => {
      await hub.clock.advance(1000);
      expect(hub.cloud.saidSecrets.at(-1)).toBe("v2");
    });
  });
});

it("the cloud's time, which comes with each of its answers, confirms a clock that was set", async () => {
  // Nothing is under way that would still tell the right time.
  await eventually(() => {
    const { feedOpen, ackedSeq } = hub.link.status();
    expect([feedOpen, ackedSeq, hub.cloud.ackedSeq]).toEqual([true, hub.store.head.seq, hub.store.head.seq]);
  });
  hub.cloud.now = () => hub.clock.now() - 3_600_000;
  await hub.store.commit(() => ({
    reply: undefined,
    events: [{ type: "clock.doubted", data: { aheadMs: 3_600_000 } }],
  }));
  await reopened();
  expect(hub.store.state.clockAheadMs).toBe(3_600_000);
  hub.cloud.now = () => hub.clock.now();
  await reopened();
  await eventually(() => expect(hub.store.state.clockAheadMs).toBe(0));
});

describe("the parts of a message", () => {
  it("begin anew with the first, and none may be missing", () => {
    const assembly = new Assembly();
    expect(assembly.add({ index: 0, of: 2, text: "lost" })).toBeNull();
    expect(assembly.add({ index: 0, of: 2, text: "a" })).toBeNull();
    expect(assembly.add({ index: 1, of: 2, text: "b" })).toBe("ab");
    expect(() => assembly.add({ index: 1, of: 2, text: "b" })).toThrow("Part 1 of 2");
  });

  it("are of a message, and of no part", async () => {
    await eventually(() => expect(hub.cloud.openFeeds).toBe(1));
    const inner = { type: "part", data: { index: 0, of: 2, text: "x" } } as const;
    const text = JSON.stringify(inner);
    hub.cloud.send({ type: "part", data: { index: 0, of: 2, text: text.slice(0, 9) } });
    hub.cloud.send({ type: "part", data: { index: 1, of: 2, text: text.slice(9) } });
    await eventually(() => expect(hub.link.status().lastError).toContain("a part of a part"));
    expect(hub.store.state.feedAck).toBe(0);
  });
});

describe("an owner's word from afar", () => {
  it("on the rules makes the split anew; a start by it stands by where nobody can say for how long", async () => {
    await hub.store.commit(() => ({
      reply: undefined,
      events: [registered("CP1"), online("CP1"), status("CP1", 1, "Available")],
    }));
    hub.cloud.send({ type: "booking.set", data: defaultBookingSettings });
    const owned = () => bookingOf(hub.store.state).book.owned["CP1/1"] ?? [];
    await eventually(() => expect(owned().at(-1)?.to).toBeLessThan(2_000_000_000));
    const frontier = owned().at(-1)?.to ?? 0;
    hub.cloud.send({ type: "booking.set", data: { ...defaultBookingSettings, frontierMinutes: 60 } });
    await eventually(() => expect(owned().at(-1)?.to).toBe(frontier - 4));
    await hub.store.commit(() => ({
      reply: undefined,
      events: [{ type: "cells.granted", data: { seat: "CP1/1", spans: [{ from: 0, to: frontier }], requestId: null } }],
    }));
    hub.gateway.answers.RemoteStartTransaction = () => ({ status: "Accepted" });
    hub.gateway.answers.TriggerMessage = () => ({ status: "Accepted" });
    const command = { name: "startSession", cpId: "CP1", connectorId: 1, idTag: "OWNER" } as const;
    const expiresAt = new Date(hub.clock.now() + 60_000).toISOString();
    hub.cloud.send({ type: "command", data: { commandId: v7(), expiresAt, command } });
    await eventually(() => expect(hub.gateway.sent("RemoteStartTransaction")).toHaveLength(1));
  });

  it("that the cloud sells nothing leaves all cells with the hub", async () => {
    await hub.store.commit(() => ({ reply: undefined, events: [registered("CP1"), online("CP1")] }));
    await hub.store.commit(() => ({ reply: undefined, events: [status("CP1", 1, "Available")] }));
    hub.cloud.send({ type: "booking.set", data: { ...defaultBookingSettings, open: false } });
    await eventually(() =>
      expect(bookingOf(hub.store.state).book.owned["CP1/1"]).toEqual([{ from: 0, to: 2_000_000_000 }]),
    );
  });
});
