import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FOREVER, slotOf } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { HubEvent } from "../../shared/events";
import { eventually } from "../../shared/testing/eventually";
import { bookingOf } from "../booking/state";
import { online, status } from "../http/testing/events";
import { FakeGateway, memoryHubStore } from "../http/testing/hub-app";
import type { HubArchiveStore } from "../history";
import { Starter } from "../start";
import { Stopper } from "../start-stop";
import { ManualClock } from "../testing/manual-clock";
import { registered } from "../testing/registration";
import { CloudLink } from "./link";
import { code, FakeCloud, siteId } from "./testing/fake-cloud";

let cloud: FakeCloud;
let clock: ManualClock;
let folder: string;
let store: HubArchiveStore;
let link: CloudLink;
const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: undefined, events }));
const book = () => bookingOf(store.state).book;

beforeEach(async () => {
  cloud = new FakeCloud();
  await cloud.start();
  clock = new ManualClock();
  cloud.now = () => clock.now();
  folder = await mkdtemp(join(tmpdir(), "hitchpost-recovery-"));
  store = await memoryHubStore(clock);
  const gateway = new FakeGateway();
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
  await commit(registered("CP1"), online("CP1"), status("CP1", 1, "Available"));
  await link.pair({ code });
});
afterEach(async () => {
  await link.end();
  await store.close();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

it("a hub with seats that lost its past recovers before it goes on: it asks for an epoch, and waits for the cloud's book", async () => {
  const seats = { "CP1/1": { class: "STANDARD", walkIn: false } };
  await commit({ type: "booking.set", data: defaultBookingSettings }, { type: "seats.set", data: { seats } });
  await eventually(() => expect(cloud.ackedSeq).toBe(store.head.seq));

  // What the cloud knows is not this hub's past any more.
  cloud.hash = "f".repeat(64);
  await commit(status("CP1", 1, "Preparing"));
  await eventually(async () => {
    await clock.advance(1000);
    expect(book().recovery).not.toBeNull();
    expect(store.state.pairing?.epoch).toBe(2);
    expect(cloud.ackedSeq).toBe(store.head.seq);
  });
  const recovery = book().recovery as string;
  expect(cloud.events.map(({ type }) => type)).toContain("hub.recovering");
  expect(book().epoch).toBe(1);

  const owned = { "CP1/1": [{ from: slotOf(clock.now()) + 8, to: FOREVER }] };
  const data = { epoch: 2, recovery, owned, sales: {}, quarantineTo: slotOf(clock.now()) + 1400 };
  cloud.send({ type: "cells.granted", epoch: 1, data: { seat: "CP1/1", spans: [{ from: 1, to: 2 }] } });
  cloud.send({ type: "epoch.started", epoch: 2, data });
  await eventually(() => expect(book()).toMatchObject({ epoch: 2, recovery: null, hub: siteId }));
  await eventually(() => expect(cloud.feedAck).toBe(2));
  expect(cloud.epochRequests).toEqual([1]);

  // Another took its place meanwhile: its own question is old by then, and is asked again.
  cloud.epoch = 5;
  await commit(status("CP1", 1, "Available"));
  await eventually(async () => {
    await clock.advance(1000);
    expect(store.state.pairing?.epoch).toBe(6);
    expect(cloud.ackedSeq).toBe(store.head.seq);
  });
  expect(cloud.epochRequests).toEqual([1, 2, 5]);
  expect(book().recovery).not.toBe(recovery);
});

it("one that remembers no seats recovers where the cloud says that it had some", async () => {
  await eventually(() => expect(cloud.ackedSeq).toBe(store.head.seq));
  cloud.needsRecovery = true;
  cloud.hash = "f".repeat(64);
  await commit(status("CP1", 1, "Preparing"));
  await eventually(async () => {
    await clock.advance(1000);
    expect(store.state.pairing?.epoch).toBe(2);
  });
  expect(cloud.epochRequests).toEqual([null, 1]);
  expect(book().recovery).not.toBeNull();
});
