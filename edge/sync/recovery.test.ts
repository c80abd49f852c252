import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FOREVER, beginRecovery, slotOf } from "../../shared/booking";
import { saleSchema } from "../../shared/booking/schema";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { HubEvent } from "../../shared/events";
import { eventually } from "../../shared/testing/eventually";
import { bookingOf } from "../booking/state";
import { BATCH_BYTES, PART_CHARS } from "../../shared/sync";
import { online, perKwh, status } from "../http/testing/events";
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

it("a book of many sales comes in parts, also over a break, and goes up in batches of their bounded length", async () => {
  await commit({ type: "booking.set", data: defaultBookingSettings }, ...beginRecovery("many"));
  const text = "An hour of the night costs less. ".repeat(15);
  const tariff = { ...perKwh, tariff_alt_text: [{ language: "en", text }] };
  const { terms } = defaultBookingSettings;
  const first = slotOf(clock.now());
  const names = Array.from({ length: 2_000 }, (_, index) => `booking-${index}`);
  const one = { version: 1, replaces: null, hub: siteId, epoch: 1, seller: "cloud", seat: "CP1/1", class: "STANDARD" };
  const plain = { key: null, stage: "reserved", doubt: false, cancel: null, use: null, end: null } as const;
  const sales = Object.fromEntries(
    names.map((booking, index) => {
      const cells = { from: first + 100 + index, to: first + 101 + index };
      const sale = { ...one, ...cells, ...plain, booking, price: { amount: 100, currency: "EUR" }, terms, tariff };
      return [`${booking}/1`, saleSchema.parse(sale)];
    }),
  );
  // Half of them this hub has sold, and its cloud has not heard of.
  const known = Object.fromEntries(Object.entries(sales).slice(0, 1_000));
  await commit(
    ...Object.values(sales)
      .slice(1_000)
      .map((sale): HubEvent => ({ type: "booking.learned", data: { sale } })),
  );
  const data = { epoch: 2, recovery: "many", owned: {}, sales: known, quarantineTo: first + 1400 };
  const whole = JSON.stringify({ type: "epoch.started", epoch: 2, data });
  expect(whole.length).toBeGreaterThan(1024 * 1024);
  const of = Math.ceil(whole.length / PART_CHARS);
  const part = (index: number) =>
    cloud.send({
      type: "part",
      data: { index, of, text: whole.slice(index * PART_CHARS, (index + 1) * PART_CHARS) },
    });
  part(0);
  part(1);
  await eventually(() => expect(cloud.openFeeds).toBe(1));
  cloud.endFeeds();
  for (let index = 2; index < of; index += 1) part(index);
  await eventually(async () => {
    await clock.advance(1000);
    expect(book()).toMatchObject({ recovery: null, epoch: 2 });
    expect(cloud.feedAck).toBe(of);
    expect(cloud.ackedSeq).toBe(store.head.seq);
  });
  expect(Object.keys(book().sales)).toHaveLength(2_000);
  expect(cloud.feedRequests.slice(0, 2)).toEqual(["0", "0"]);
  for (const batch of cloud.batches) expect(JSON.stringify(batch).length).toBeLessThan(BATCH_BYTES);
  const recovered = cloud.events.find(({ type }) => type === "hub.recovered");
  expect(recovered?.data).toMatchObject({ epoch: 2, sales: {} });
  expect(cloud.events.filter(({ type }) => type === "booking.restated")).toHaveLength(1_000);
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
