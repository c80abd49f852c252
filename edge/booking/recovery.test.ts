import { beforeEach, describe, expect, it } from "vitest";
import { saleId, slotOf } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { FeedMessage } from "../../shared/sync";
import { openSite } from "../http/testing/events";
import { initialState } from "../state/state";
import { pairingEvents } from "./pairing";
import { isBookMessage, receivedEvents } from "./receive";
import { confirmedEvents, mustAskForEpoch, recoveryFor, restoredEvents } from "./recovery";
import { bookingOf } from "./state";
import { cloudSale, hub, mine, outcomeOf, place, secretOf, shown, useTestSite } from "./testing/site";

const siteId = "01980000-0000-7000-8000-000000000002";
const paired = { hubId: "01980000-0000-7000-8000-000000000001", siteId, cloudUrl: "https://cloud.example", epoch: 1 };
const newId = () => "recovery-1";
const book = () => bookingOf(hub.store.state).book;
const restored = () => hub.store.commit((state) => ({ reply: null, events: restoredEvents(state, newId) }));
const answer = { ...paired, booking: defaultBookingSettings, audience: "a", site: openSite, tariffs: [], keys: [] };

async function pair(recover = false): Promise<void> {
  await hub.store.commit((state) => ({
    reply: null,
    events: [
      { type: "hub.paired", data: paired },
      ...pairingEvents(state, { ...answer, recover }, { now: hub.clock.now(), newId }),
    ],
  }));
  await hub.quiet();
}

type BookMessage = Extract<FeedMessage, { epoch: number }>;
const receive = async (message: BookMessage) => {
  expect(isBookMessage(message)).toBe(true);
  const context = { now: hub.clock.now(), newId };
  await hub.store.commit((state) => ({ reply: null, events: receivedEvents(state, message, context) }));
  await hub.quiet();
};

useTestSite();

describe("a hub without a cloud that was restored", () => {
  it("sells nothing, admits by its operator only, and goes on when he says so", async () => {
    const booking = await hub.reserve(15, 75);
    await hub.after(15);
    await restored();
    await restored();
    expect(hub.types().filter((type) => type === "hub.recovering")).toHaveLength(1);
    expect(await outcomeOf(hub.reserve(300, 360))).toBe("recovering");
    expect(await outcomeOf(hub.starter.startBySecret({ ...place, cpId: "CP2" }, secretOf("x")))).toBe("standby_only");
    expect(await outcomeOf(hub.bookings.admitDriver(place, shown(booking), mine))).toBe("operator_needed");
    await hub.store.commit((state) => ({ reply: null, events: confirmedEvents(state, hub.clock.now()) }));
    expect(book()).toMatchObject({ recovery: null, epoch: 2 });
    // It may have been used before the back-up was made good, so a person decides.
    expect(await outcomeOf(hub.bookings.admitDriver(place, shown(booking), mine))).toBe("operator_needed");
    expect(await outcomeOf(hub.reserve(300, 360))).toBe("quarantined");
    expect(await hub.bookings.admitByOperator(place, { pass: booking.pass })).toMatchObject({ cpId: "CP1" });
    expect(() => confirmedEvents(hub.store.state, 0)).toThrow("nothing to confirm");
    expect(await outcomeOf(hub.bookings.admitByOperator(place, { booking: "none" }))).toBe("unknown_booking");
  });

  it("that never promised anything has nothing to recover from", () => {
    expect(restoredEvents(initialState(), newId)).toEqual([]);
    expect(recoveryFor(initialState(), newId, false)).toEqual({ reply: null, events: [] });
    expect(recoveryFor(initialState(), newId, true)).toMatchObject({ reply: "recovery-1" });
    expect(mustAskForEpoch(initialState())).toBe(false);
  });
});

describe("pairing", () => {
  it("tells the cloud of seats and sales and gives it what lies beyond the frontier, but for the walk-in seat", async () => {
    const booking = await hub.reserve(300, 360, { at: "CP1/1" });
    await pair();
    expect(hub.types().slice(-5)).toEqual([
      "hub.paired",
      "booking.set",
      "seats.set",
      "booking.restated",
      "cells.granted",
    ]);
    expect(book()).toMatchObject({ hub: siteId, epoch: 1, recovery: null });
    const frontier = slotOf(hub.at(120));
    expect(book().owned["CP1/1"]).toEqual([
      { from: 0, to: frontier },
      { from: booking.sale.from, to: booking.sale.to },
    ]);
    expect(book().owned["CP2/1"]).toHaveLength(1);
    expect(await outcomeOf(hub.reserve(480, 540, { at: "CP1/1" }))).toBe("not_owner");
    // A pass from before the pairing is as good as it was.
    await hub.after(295);
    expect(await hub.bookings.admitDriver(place, shown(booking), mine)).toMatchObject({ cpId: "CP1" });
  });

  it("with another cloud begins anew with all cells, and one without reservations leaves them off", async () => {
    await pair();
    await pair();
    expect(book().owned["CP1/1"]).toEqual([{ from: 0, to: slotOf(hub.at(120)) }]);
    expect(pairingEvents(initialState(), { siteId, epoch: 1 }, { now: 0, newId })).toEqual([]);
  });

  it("in place of another hub recovers that one's promises: the cloud says what is known, and gets its share", async () => {
    await pair(true);
    expect(book().recovery).toBe("recovery-1");
    expect(mustAskForEpoch(hub.store.state)).toBe(true);
    expect(() => confirmedEvents(hub.store.state, 0)).toThrow("waits for its cloud");
    await hub.commit({ type: "hub.epochStarted", data: { epoch: 2 } });
    expect(mustAskForEpoch(hub.store.state)).toBe(false);
    expect(recoveryFor(hub.store.state, newId, false)).toEqual({ reply: "recovery-1", events: [] });
    const known = cloudSale(180, 240);
    const owned = { "CP1/1": [{ from: slotOf(hub.at(120)), to: 2_000_000_000 }] };
    const quarantineTo = slotOf(hub.at(0)) + 1400;
    const data = { epoch: 2, recovery: "recovery-1", owned, sales: { "cloud-1/1": known }, quarantineTo };
    await receive({ type: "cells.granted", epoch: 2, data: { seat: "CP1/1", spans: [{ from: 1, to: 2 }] } });
    await receive({ type: "epoch.started", epoch: 2, data: { ...data, recovery: "another" } });
    expect(book().recovery).toBe("recovery-1");
    await receive({ type: "epoch.started", epoch: 2, data });
    expect(book()).toMatchObject({ recovery: null, epoch: 2, sales: { "cloud-1/1": known } });
    const recovered = hub.types().lastIndexOf("hub.recovered");
    expect(hub.types().slice(recovered + 1)).toContain("seats.set");
  });
});

it("a replaced computer that takes the epoch of its late answer has no charger, and lets nobody in", async () => {
  const booking = await hub.reserve(60, 120, { at: "CP1/1" });
  await pair();
  await restored();
  for (const cpId of ["CP1", "CP2"]) await hub.commit({ type: "chargePoint.offline", data: { cpId } });
  // Meanwhile the computer that took its place has confirmed that the booking is cancelled.
  const sales = { [saleId(booking.sale)]: booking.sale };
  const data = { epoch: 2, recovery: "recovery-1", owned: {}, sales, quarantineTo: slotOf(hub.at(0)) + 1400 };
  await receive({ type: "epoch.started", epoch: 2, data });
  expect(book()).toMatchObject({ recovery: null, epoch: 2 });
  expect(hub.sale(booking.sale)).toMatchObject({ stage: "reserved", doubt: false });
  await hub.after(61);
  expect(await outcomeOf(hub.bookings.admitDriver(place, shown(booking), mine))).toBe("site_full");
  expect(await outcomeOf(hub.bookings.admitByOperator(place, { pass: booking.pass }))).toBe("site_full");
  expect(hub.sale(booking.sale)).toMatchObject({ stage: "reserved", use: null });
  expect(hub.gateway.sent("RemoteStartTransaction")).toEqual([]);
});

describe("the cloud's messages", () => {
  beforeEach(() => pair());

  it("bring sales, cells, requests and cancels into the book", async () => {
    const requested = { requestId: "r1", seat: "CP1/1", from: slotOf(hub.at(30)), to: slotOf(hub.at(60)) };
    await receive({ type: "cells.requested", epoch: 1, data: requested });
    expect(hub.types().at(-1)).toBe("cells.granted");
    const sale = cloudSale(30, 60);
    await receive({ type: "booking.sold", epoch: 1, data: { sale } });
    expect(hub.sale(sale)).toEqual(sale);
    await hub.after(20);
    expect(Object.keys(hub.bindings())).toEqual(["CP1/1"]);
    await receive({ type: "booking.cancelRequested", epoch: 1, data: { booking: "cloud-1", version: 1, owed: 0 } });
    expect(hub.sale(sale).end).toMatchObject({ status: "CANCELED" });
    expect(hub.bindings()).toEqual({});
    await receive({ type: "cells.granted", epoch: 1, data: { seat: "CP1/1", spans: [requested] } });
    expect(book().owned["CP1/1"]).toHaveLength(1);
  });

  it("of an older epoch make nothing; of a newer one they show that another hub took this one's place", async () => {
    await hub.commit({
      type: "hub.recovered",
      data: { epoch: 3, owned: {}, quarantine: {}, sales: {} },
    });
    const count = hub.store.events.length;
    await receive({ type: "booking.sold", epoch: 2, data: { sale: cloudSale(30, 60) } });
    expect(hub.store.events).toHaveLength(count);
    await receive({ type: "booking.sold", epoch: 4, data: { sale: cloudSale(30, 60) } });
    expect(book()).toMatchObject({ recovery: "recovery-1", sales: {} });
  });

  it("are no other messages of the feed", () => {
    expect(isBookMessage({ type: "tariff.removed", data: { tariffId: "t" } })).toBe(false);
  });
});

const started = (epoch: number) => ({ type: "hub.epochStarted" as const, data: { epoch } });

it("an epoch of the stream is the book's while there is nothing to sell", async () => {
  await hub.commit({ type: "hub.paired", data: paired }, started(4));
  await hub.commit({ type: "booking.set", data: defaultBookingSettings }, started(5));
  expect(book().epoch).toBe(5);
  await hub.quiet();
  await hub.commit(started(6));
  expect(book().epoch).toBe(5);
});
