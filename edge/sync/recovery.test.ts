import { beforeEach, expect, it } from "vitest";
import { FOREVER, beginRecovery, slotOf } from "../../shared/booking";
import { saleSchema } from "../../shared/booking/schema";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { HubEvent } from "../../shared/events";
import { BATCH_BYTES, PART_CHARS } from "../../shared/sync";
import { eventually } from "../../shared/testing/eventually";
import { bookingOf } from "../booking/state";
import { perKwh, status } from "../http/testing/events";
import { siteId } from "./testing/fake-cloud";
import { LinkedHub } from "./testing/linked-hub";

const hub = new LinkedHub();
beforeEach(() => hub.pair());
const book = () => bookingOf(hub.store.state).book;

it("a hub with seats that lost its past recovers before it goes on: it asks for an epoch, and waits for the cloud's book", async () => {
  const seats = { "CP1/1": { class: "STANDARD", walkIn: false } };
  await hub.commit({ type: "booking.set", data: defaultBookingSettings }, { type: "seats.set", data: { seats } });
  await eventually(() => expect(hub.cloud.ackedSeq).toBe(hub.store.head.seq));

  // What the cloud knows is not this hub's past any more.
  hub.cloud.hash = "f".repeat(64);
  await hub.commit(status("CP1", 1, "Preparing"));
  await eventually(async () => {
    await hub.clock.advance(200);
    expect(book().recovery).not.toBeNull();
    expect(hub.store.state.pairing?.epoch).toBe(2);
    expect(hub.cloud.ackedSeq).toBe(hub.store.head.seq);
  });
  const recovery = book().recovery as string;
  expect(hub.cloud.events.map(({ type }) => type)).toContain("hub.recovering");
  expect(book().epoch).toBe(1);

  const owned = { "CP1/1": [{ from: slotOf(hub.clock.now()) + 8, to: FOREVER }] };
  const data = { epoch: 2, recovery, owned, sales: {}, quarantineTo: slotOf(hub.clock.now()) + 1400 };
  hub.cloud.send({ type: "cells.granted", epoch: 1, data: { seat: "CP1/1", spans: [{ from: 1, to: 2 }] } });
  hub.cloud.send({ type: "epoch.started", epoch: 2, data });
  await eventually(() => expect(book()).toMatchObject({ epoch: 2, recovery: null, hub: siteId }));
  await eventually(() => expect(hub.cloud.feedAck).toBe(2));
  expect(hub.cloud.epochRequests).toEqual([1]);

  // Another took its place meanwhile: its own question is old by then, and is asked again.
  hub.cloud.epoch = 5;
  await hub.commit(status("CP1", 1, "Available"));
  await eventually(async () => {
    await hub.clock.advance(200);
    expect(hub.store.state.pairing?.epoch).toBe(6);
    expect(hub.cloud.ackedSeq).toBe(hub.store.head.seq);
  });
  expect(hub.cloud.epochRequests).toEqual([1, 2, 5]);
  expect(book().recovery).not.toBe(recovery);
});

it("a book of many sales comes in parts, also over a break, and goes up in batches of their bounded length", async () => {
  await hub.commit({ type: "booking.set", data: defaultBookingSettings }, ...beginRecovery("many"));
  const text = "An hour of the night costs less. ".repeat(15);
  const tariff = { ...perKwh, tariff_alt_text: [{ language: "en", text }] };
  const { terms } = defaultBookingSettings;
  const first = slotOf(hub.clock.now());
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
  await hub.commit(
    ...Object.values(sales)
      .slice(1_000)
      .map((sale): HubEvent => ({ type: "booking.learned", data: { sale } })),
  );
  const data = { epoch: 2, recovery: "many", owned: {}, sales: known, quarantineTo: first + 1400 };
  const whole = JSON.stringify({ type: "epoch.started", epoch: 2, data });
  expect(whole.length).toBeGreaterThan(1024 * 1024);
  const of = Math.ceil(whole.length / PART_CHARS);
  const part = (index: number) =>
    hub.cloud.send({
      type: "part",
      data: { index, of, text: whole.slice(index * PART_CHARS, (index + 1) * PART_CHARS) },
    });
  part(0);
  part(1);
  await eventually(() => expect(hub.cloud.openFeeds).toBe(1));
  hub.cloud.endFeeds();
  for (let index = 2; index < of; index += 1) part(index);
  await eventually(async () => {
    await hub.clock.advance(200);
    expect(book()).toMatchObject({ recovery: null, epoch: 2 });
    expect(hub.cloud.feedAck).toBe(of);
    expect(hub.cloud.ackedSeq).toBe(hub.store.head.seq);
  });
  expect(Object.keys(book().sales)).toHaveLength(2_000);
  expect(hub.cloud.feedRequests.slice(0, 2)).toEqual(["0", "0"]);
  for (const batch of hub.cloud.batches) expect(JSON.stringify(batch).length).toBeLessThan(BATCH_BYTES);
  const recovered = hub.cloud.events.find(({ type }) => type === "hub.recovered");
  expect(recovered?.data).toMatchObject({ epoch: 2, sales: {} });
  expect(hub.cloud.events.filter(({ type }) => type === "booking.restated")).toHaveLength(1_000);
});

it("one that remembers no seats recovers where the cloud says that it had some", async () => {
  await eventually(() => expect(hub.cloud.ackedSeq).toBe(hub.store.head.seq));
  hub.cloud.needsRecovery = true;
  hub.cloud.hash = "f".repeat(64);
  await hub.commit(status("CP1", 1, "Preparing"));
  await eventually(async () => {
    await hub.clock.advance(200);
    expect(hub.store.state.pairing?.epoch).toBe(2);
  });
  expect(hub.cloud.epochRequests).toEqual([null, 1]);
  expect(book().recovery).not.toBeNull();
});
