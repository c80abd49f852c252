import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/error";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { registered } from "../testing/registration";
import { bookingOf } from "./state";
import { hub, mine, MINUTE, outcomeOf, place, secretOf, testSite, useTestSite } from "./testing/site";

const reserved = () => hub.gateway.sent("ReserveNow");
const cancelled = () => hub.gateway.sent("CancelReservation");

useTestSite();

describe("a connector for a booked driver", () => {
  it("is kept shortly before he may come, at the hub and at the charger, and let go when he does not", async () => {
    const { sale } = await hub.reserve(60, 120, { at: "CP2/1" });
    await hub.after(43);
    expect(hub.bindings()).toEqual({});
    await hub.after(1);
    expect(Object.keys(hub.bindings())).toEqual(["CP2/1"]);
    const until = "2026-11-21T13:16:00.000Z";
    expect(reserved()).toEqual([
      {
        connectorId: 1,
        reservationId: expect.any(Number) as number,
        idTag: expect.any(String) as string,
        expiryDate: until,
      },
    ]);
    await hub.after(33);
    expect(hub.sale(sale).end?.status).toBe("NO_SHOW");
    expect(hub.bindings()).toEqual({});
    expect(cancelled()).toEqual([{ reservationId: (reserved()[0] as { reservationId: number }).reservationId }]);
  });

  it("is refused to everybody else, by page and by card, and the reservation stays", async () => {
    const { sale } = await hub.reserve(15, 75, { at: "CP1/1" });
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("connector_reserved");
    const told = await hub.begin("CP1", "CARD");
    expect(told).toMatchObject({
      idTagInfo: { status: "Invalid" },
      after: [{ do: "call", action: "RemoteStopTransaction" }],
    });
    expect(hub.sale(sale)).toMatchObject({ stage: "reserved", use: null });
    expect(Object.keys(hub.bindings())).toEqual(["CP1/1"]);
    // What ran against the hub's word is not the booked driver's, nor anybody's claim.
    expect(hub.types().filter((type) => type === "booking.sold")).toHaveLength(1);
  });

  it("is used by the card that it was reserved for, at the charger itself", async () => {
    const { sale } = await hub.reserve(15, 75, { at: "CP1/1", idTag: "MyCard" });
    await hub.after(10);
    expect(reserved()).toMatchObject([{ idTag: "MyCard" }]);
    const [{ reservationId }] = reserved() as [{ reservationId: number }];
    expect(await hub.begin("CP1", "MYCARD", { reservationId })).toMatchObject({ idTagInfo: { status: "Accepted" } });
    expect(hub.sale(sale)).toMatchObject({ stage: "started", use: { connector: "CP1/1" } });
    expect(hub.bindings()).toEqual({});
    // The transaction has used the charger's reservation up.
    expect(cancelled()).toEqual([]);
    await hub.end("CP1");
    expect(hub.sale(sale).end?.status).toBe("FULFILLED");
  });

  it("is taken from a charger that does not say that the transaction used it", async () => {
    const booking = await hub.reserve(15, 75, { at: "CP1/1" });
    await hub.after(10);
    await hub.bookings.admitDriver(place, { pass: booking.pass, pin: booking.pin as string }, mine);
    await hub.quiet();
    const [asked] = hub.gateway.sent("RemoteStartTransaction") as [{ idTag: string }];
    expect(asked.idTag).toBe((reserved()[0] as { idTag: string }).idTag);
    await hub.begin("CP1");
    expect(cancelled()).toHaveLength(1);
  });

  it.each(["Faulted", "Unavailable"] as const)("is another one where the first is %s", async (word) => {
    await hub.reserve(15, 75, { at: "CP1/1" });
    await hub.after(5);
    await hub.status("CP1", word);
    expect(Object.keys(hub.bindings())).toEqual(["CP2/1"]);
    expect(cancelled()).toHaveLength(1);
    await hub.status("CP2", word);
    expect(hub.bindings()).toEqual({});
    await hub.status("CP1", "Available");
    expect(Object.keys(hub.bindings())).toEqual(["CP1/1"]);
  });

  it("is another one where the charger says that this one is occupied; with no other it stays kept by the hub", async () => {
    const answers = ["Occupied", "Accepted"];
    hub.gateway.answers.ReserveNow = () => ({ status: answers.shift() ?? "Occupied" });
    await hub.reserve(15, 75, { at: "CP1/1" });
    await hub.after(5);
    expect(Object.keys(hub.bindings())).toEqual(["CP2/1"]);
    await hub.reserve(15, 75);
    await hub.after(1);
    expect(Object.keys(hub.bindings()).toSorted()).toEqual(["CP1/1", "CP2/1"]);
  });

  it("stays while its charger is out of reach for a moment, and is another one after a while", async () => {
    await hub.reserve(15, 75, { at: "CP1/1" });
    await hub.after(5);
    const before = hub.bindings();
    await hub.commit({ type: "chargePoint.offline", data: { cpId: "CP1" } });
    await hub.after(4);
    expect(hub.bindings()).toEqual(before);
    await hub.after(2);
    expect(Object.keys(hub.bindings())).toEqual(["CP2/1"]);
    await hub.commit({ type: "chargePoint.removed", data: { cpId: "CP2" } });
    await hub.after(1);
    expect(hub.bindings()).toEqual({});
  });

  it("is kept by the hub alone where the charger cannot, and told again to one that was out of reach or forgot", async () => {
    const faults = [
      new AppError("charge_point_offline", "gone", { status: 409 }),
      new AppError("call_error", "NotImplemented", { status: 502 }),
    ];
    hub.gateway.answers.ReserveNow = () => {
      throw faults.shift() ?? new Error("nothing more");
    };
    await hub.reserve(15, 75, { at: "CP1/1" });
    await hub.after(2);
    expect(reserved()).toHaveLength(2);
    await hub.after(5);
    expect(reserved()).toHaveLength(2);
    await hub.say("CP1", "BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    expect(reserved()).toHaveLength(3);
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("connector_reserved");
  });

  it("is not kept by a clock that nobody can believe", async () => {
    hub.trust.clock = false;
    const { sale } = await hub.reserve(15, 75);
    await hub.after(60);
    expect(hub.bindings()).toEqual({});
    expect(hub.sale(sale).end).toBeNull();
  });
});

describe("a driver without a booking", () => {
  it("claims cells while he charges, more as long as they are free, and gives them back", async () => {
    await hub.reserve(300, 360, { at: "CP1/1" });
    await hub.starter.startBySecret(place, secretOf("x"));
    await hub.quiet();
    await hub.begin("CP1");
    const walkIn = Object.values(bookingOf(hub.store.state).book.sales).find(({ use }) => use);
    expect(walkIn).toMatchObject({ stage: "started", use: { by: "walkIn", connector: "CP1/1" }, class: "STANDARD" });
    const length = () => hub.sale(walkIn!).to - hub.sale(walkIn!).from;
    expect(length()).toBe(4);
    await hub.after(60);
    expect(length()).toBeGreaterThanOrEqual(6);
    await hub.end("CP1");
    expect(hub.sale(walkIn!).end).toMatchObject({ status: "FULFILLED", keeps: { from: walkIn!.from } });
  });

  it("has claimed nothing where his start came to nothing", async () => {
    await hub.reserve(300, 360);
    hub.gateway.answers.RemoteStartTransaction = () => ({ status: "Rejected" });
    await hub.starter.startBySecret(place, secretOf("x"));
    await hub.quiet();
    const walkIn = Object.values(bookingOf(hub.store.state).book.sales).find(({ key }) => key?.length === 64);
    expect(walkIn?.end).toMatchObject({ status: "CANCELED", keeps: null });
  });

  it("goes before the next booking: 0 A once, so that idle time is priced by the tariff", async () => {
    for (const at of ["CP1/1", "CP2/1"]) await hub.reserve(60, 120, { at });
    await hub.begin("CP1", "CARD");
    await hub.after(54);
    expect(hub.gateway.sent("SetChargingProfile")).toEqual([]);
    await hub.after(2);
    expect(hub.gateway.sent("SetChargingProfile")).toMatchObject([
      {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfilePurpose: "TxProfile",
          chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] },
        },
      },
    ]);
    await hub.after(3);
    expect(hub.gateway.sent("SetChargingProfile")).toHaveLength(1);
    expect(hub.gateway.sent("RemoteStopTransaction")).toEqual([]);
  });

  it("is stopped where the charger takes no limit, and asked again while it does not stop", async () => {
    for (const at of ["CP1/1", "CP2/1"]) await hub.reserve(60, 120, { at });
    hub.gateway.answers.SetChargingProfile = () => ({ status: "Rejected" });
    hub.gateway.answers.RemoteStopTransaction = () => ({ status: "Rejected" });
    await hub.begin("CP1", "CARD");
    await hub.after(55.5);
    expect(hub.gateway.sent("RemoteStopTransaction").length).toBeGreaterThan(1);
  });

  it("is refused where he would have to leave at once", async () => {
    for (const at of ["CP1/1", "CP2/1"]) await hub.reserve(30, 90, { at });
    await hub.after(16);
    await expect(hub.starter.startBySecret(place, secretOf("x"))).rejects.toMatchObject({
      code: "connector_reserved",
      details: { from: "2026-11-21T12:30:00.000Z", until: "2026-11-21T13:30:00.000Z" },
    });
  });

  it("is told so before a connector is kept", async () => {
    const only = await testSite({ cpIds: ["CP1"] });
    await only.reserve(30, 90);
    only.trust.clock = false;
    await only.after(16);
    await expect(only.starter.startBySecret(place, secretOf("x"))).rejects.toMatchObject({ code: "reserved_soon" });
    await only.close();
  });

  it("may charge as a standby where the cells are not the hub's to sell, if he agrees to leave", async () => {
    await hub.reserve(300, 360);
    const spans = [{ from: 0, to: 2_000_000_000 }];
    await hub.commit(
      { type: "cells.granted", data: { seat: "CP1/1", spans, requestId: null } },
      { type: "cells.granted", data: { seat: "CP2/1", spans, requestId: null } },
    );
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("standby_only");
    await hub.starter.startBySecret(place, secretOf("x"), true);
    await hub.quiet();
    await hub.begin("CP1");
    expect(Object.values(bookingOf(hub.store.state).book.sales).filter(({ use }) => use)).toEqual([]);
  });
});

it("where load management sets the limits, a session whose time is over is stopped", async () => {
  const managed = await testSite({ cpIds: ["CP1"], isLoadManaged: true });
  await managed.reserve(60, 120);
  await managed.begin("CP1", "CARD");
  await managed.after(56);
  expect(managed.gateway.sent("SetChargingProfile")).toEqual([]);
  expect(managed.gateway.sent("RemoteStopTransaction")).toHaveLength(1);
  await managed.close();
});

it("seats follow the connectors; what ended long ago leaves the live state with its buyer", async () => {
  expect(hub.store.state.booking).toBeUndefined();
  const { sale } = await hub.reserve(60, 120);
  const seats = () => Object.keys(bookingOf(hub.store.state).book.seats);
  expect(seats()).toEqual(["CP1/1", "CP2/1"]);
  await hub.commit(registered("CP3", { connectors: 2, maxCurrentA: 32 }));
  await hub.quiet();
  expect(bookingOf(hub.store.state).book.seats["CP3/2"]).toEqual({ class: "22kW", walkIn: true });
  await hub.commit({ type: "booking.set", data: { ...defaultBookingSettings, walkInSeat: false } });
  await hub.quiet();
  expect(bookingOf(hub.store.state).book.seats["CP3/2"]).toEqual({ class: "22kW", walkIn: false });
  expect(Object.keys(bookingOf(hub.store.state).buyers)).toEqual([sale.booking]);
  hub.clock.jump(3 * 24 * 60 * MINUTE);
  await hub.after(1);
  expect(bookingOf(hub.store.state)).toMatchObject({ buyers: {}, book: { sales: {} } });
});

it("what cannot be written is tried again with the next round", async () => {
  const { sale } = await hub.reserve(15, 75);
  hub.store.failure = new Error("no");
  await hub.after(40);
  expect(hub.sale(sale).end).toBeNull();
  hub.store.failure = null;
  await hub.after(1);
  expect(hub.sale(sale).end).not.toBeNull();
});
