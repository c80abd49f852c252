import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { eventually } from "../../shared/testing/eventually";
import { bookingOf } from "../booking/state";
import { online, status } from "../http/testing/events";
import { FakeGateway, memoryHubStore } from "../http/testing/hub-app";
import type { HubArchiveStore } from "../history";
import { Starter } from "../start";
import { Stopper } from "../start-stop";
import { ManualClock } from "../testing/manual-clock";
import { registered } from "../testing/registration";
import { Assembly } from "./assembly";
import { loadCloudIdentity } from "./credentials";
import { CloudLink } from "./link";
import { code, FakeCloud } from "./testing/fake-cloud";

let cloud: FakeCloud;
let clock: ManualClock;
let folder: string;
let store: HubArchiveStore;
let gateway: FakeGateway;
let link: CloudLink;
const secrets = { id: "v2", keys: [{ kty: "OKP", kid: "k" }], pinSecret: "s".repeat(43) };

beforeEach(async () => {
  cloud = new FakeCloud();
  await cloud.start();
  clock = new ManualClock();
  cloud.now = () => clock.now();
  folder = await mkdtemp(join(tmpdir(), "hitchpost-secrets-"));
  store = await memoryHubStore(clock);
  gateway = new FakeGateway();
  const log = pino({ level: "silent" });
  link = new CloudLink({
    store,
    starter: new Starter({ store, gateway, clock, log, random: randomBytes }),
    stopper: new Stopper({ store, gateway, clock, log }),
    clock,
    log,
    random: () => 0.5,
    newId: () => v7(),
    folder,
    cloudUrl: cloud.url,
    name: "hub",
    version: "1.2.3",
  });
  await link.pair({ code });
});
afterEach(async () => {
  await link.end();
  await store.close();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The feed breaks and is opened again. */
async function reopened(): Promise<void> {
  const count = cloud.feedRequests.length;
  await eventually(() => expect(cloud.openFeeds).toBe(1));
  cloud.endFeeds();
  await eventually(async () => {
    await clock.advance(1000);
    expect(cloud.feedRequests.length).toBe(count + 1);
  });
}

describe("what passes are checked with", () => {
  it("is fetched by a hub that was paired without, kept with its identity, and said when the feed is opened", async () => {
    await eventually(() => expect(cloud.saidSecrets).toEqual([null]));
    expect((await loadCloudIdentity(folder))?.pinSecret).toBeUndefined();
    cloud.passSecrets = secrets;
    await reopened();
    expect(cloud.saidSecrets).toEqual([null, "v2"]);
    const { keys, pinSecret } = secrets;
    expect(await loadCloudIdentity(folder)).toMatchObject({ audience: "https://cloud.example", keys, pinSecret });
    await reopened();
    expect(cloud.saidSecrets).toEqual([null, "v2", "v2"]);
  });

  it("keeps the feed closed while the cloud's answer cannot be understood", async () => {
    await eventually(() => expect(cloud.openFeeds).toBe(1));
    cloud.passSecrets = { ...secrets, pinSecret: "short" };
    cloud.endFeeds();
    await eventually(async () => {
      await clock.advance(1000);
      expect(link.status().lastError).toBe("The cloud's keys for passes cannot be understood.");
    });
    cloud.passSecrets = secrets;
    await eventually(async () => {
      await clock.advance(1000);
      expect(cloud.saidSecrets.at(-1)).toBe("v2");
    });
  });
});

it("the cloud's time, which comes with each of its answers, confirms a clock that was set", async () => {
  // Nothing is under way that would still tell the right time.
  await eventually(() => {
    const { feedOpen, ackedSeq } = link.status();
    expect([feedOpen, ackedSeq, cloud.ackedSeq]).toEqual([true, store.head.seq, store.head.seq]);
  });
  cloud.now = () => clock.now() - 3_600_000;
  await store.commit(() => ({ reply: undefined, events: [{ type: "clock.doubted", data: { aheadMs: 3_600_000 } }] }));
  await reopened();
  expect(store.state.clockAheadMs).toBe(3_600_000);
  cloud.now = () => clock.now();
  await reopened();
  await eventually(() => expect(store.state.clockAheadMs).toBe(0));
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
    await eventually(() => expect(cloud.openFeeds).toBe(1));
    const inner = { type: "part", data: { index: 0, of: 2, text: "x" } } as const;
    const text = JSON.stringify(inner);
    cloud.send({ type: "part", data: { index: 0, of: 2, text: text.slice(0, 9) } });
    cloud.send({ type: "part", data: { index: 1, of: 2, text: text.slice(9) } });
    await eventually(() => expect(link.status().lastError).toContain("a part of a part"));
    expect(store.state.feedAck).toBe(0);
  });
});

describe("an owner's word from afar", () => {
  it("on the rules makes the split anew; a start by it stands by where nobody can say for how long", async () => {
    await store.commit(() => ({
      reply: undefined,
      events: [registered("CP1"), online("CP1"), status("CP1", 1, "Available")],
    }));
    cloud.send({ type: "booking.set", data: defaultBookingSettings });
    const owned = () => bookingOf(store.state).book.owned["CP1/1"] ?? [];
    await eventually(() => expect(owned().at(-1)?.to).toBeLessThan(2_000_000_000));
    const frontier = owned().at(-1)?.to ?? 0;
    cloud.send({ type: "booking.set", data: { ...defaultBookingSettings, frontierMinutes: 60 } });
    await eventually(() => expect(owned().at(-1)?.to).toBe(frontier - 4));
    await store.commit(() => ({
      reply: undefined,
      events: [{ type: "cells.granted", data: { seat: "CP1/1", spans: [{ from: 0, to: frontier }], requestId: null } }],
    }));
    gateway.answers.RemoteStartTransaction = () => ({ status: "Accepted" });
    gateway.answers.TriggerMessage = () => ({ status: "Accepted" });
    const command = { name: "startSession", cpId: "CP1", connectorId: 1, idTag: "OWNER" } as const;
    const expiresAt = new Date(clock.now() + 60_000).toISOString();
    cloud.send({ type: "command", data: { commandId: v7(), expiresAt, command } });
    await eventually(() => expect(gateway.sent("RemoteStartTransaction")).toHaveLength(1));
  });

  it("that the cloud sells nothing leaves all cells with the hub", async () => {
    await store.commit(() => ({ reply: undefined, events: [registered("CP1"), online("CP1")] }));
    await store.commit(() => ({ reply: undefined, events: [status("CP1", 1, "Available")] }));
    cloud.send({ type: "booking.set", data: { ...defaultBookingSettings, open: false } });
    await eventually(() =>
      expect(bookingOf(store.state).book.owned["CP1/1"]).toEqual([{ from: 0, to: 2_000_000_000 }]),
    );
  });
});
