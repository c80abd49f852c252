import { describe, expect, it } from "vitest";
import { claimsOf } from "../../shared/booking";
import { registered } from "../testing/registration";
import { decideAdmission, decideCompensation } from "./admission";
import { bookingOf } from "./state";
import { cloudSale, hub, mine, outcomeOf, place, secretOf, useTestSite } from "./testing/site";

/** Whose connector is whose, where bookings, walk-ins, cards and changed chargers meet. */

useTestSite();

const giveAway = (...seats: string[]) =>
  hub.commit(
    ...seats.map((seat) => ({
      type: "cells.granted" as const,
      data: { seat, spans: [{ from: 0, to: 2_000_000_000 }], requestId: null },
    })),
  );

describe("a booking of a seat whose connector has another current since", () => {
  it("is still kept there, and its pass starts there", async () => {
    const { sale, pass, pin } = await hub.reserve(15, 75, { at: "CP1/1" });
    await hub.commit(registered("CP1", { maxCurrentA: 32 }), registered("CP2", { maxCurrentA: 32 }));
    await hub.after(10);
    expect(bookingOf(hub.store.state).book.seats["CP1/1"]?.class).toBe("22kW");
    expect(Object.keys(hub.bindings())).toEqual(["CP1/1"]);
    expect(await hub.bookings.admitDriver(null, { pass, pin: pin as string }, mine)).toMatchObject(place);
    expect(hub.sale(sale).stage).toBe("admitted");
  });
});

describe("a driver without a booking", () => {
  it("may stand by beside a connector that is kept for the one booking that is due", async () => {
    await hub.reserve(15, 75, { at: "CP2/1" });
    await giveAway("CP1/1");
    await hub.after(5);
    expect(Object.keys(hub.bindings())).toEqual(["CP2/1"]);
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("standby_only");
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x"), true))).toBe("done");
  });
});

describe("the card that a booking was made for", () => {
  it("is its driver's at the neighbouring post too, which lets the other go", async () => {
    const { sale } = await hub.reserve(15, 75, { at: "CP1/1", idTag: "MyCard" });
    await hub.after(6);
    await hub.begin("CP2", "mycard");
    expect(hub.sale(sale)).toMatchObject({ stage: "started", use: { connector: "CP2/1", by: "pass" } });
    expect(hub.bindings()).toEqual({});
    expect(hub.types().filter((type) => type === "booking.sold")).toHaveLength(1);
  });

  it("is a walk-in's before its time, and at a post of another class", async () => {
    const { sale } = await hub.reserve(60, 120, { at: "CP1/1", idTag: "MyCard" });
    await hub.begin("CP2", "MyCard");
    expect(hub.sale(sale).stage).toBe("reserved");
    expect(hub.types().filter((type) => type === "booking.sold")).toHaveLength(2);
    await hub.end("CP2");
    await hub.commit(registered("CP2", { maxCurrentA: 32 }));
    await hub.after(55);
    await hub.begin("CP2", "MyCard");
    expect(hub.sale(sale).stage).toBe("reserved");
  });
});

describe("a pass of the cloud that a full hub sees for the first time", () => {
  const unknown = () => cloudSale(0, 60);

  it("is compensated", async () => {
    await hub.reserve(300, 360);
    await giveAway("CP1/1", "CP2/1");
    for (const cpId of ["CP1", "CP2"]) await hub.status(cpId, "Faulted");
    const shown = {
      claims: claimsOf(unknown(), null),
      signed: true,
      proof: "missing" as const,
      operator: false,
    };
    const visit = { shown, at: null, now: hub.clock.now(), clockCredible: true };
    expect(await hub.store.commit((state) => decideCompensation(state, visit))).toEqual({ owed: -500 });
    expect(hub.sale(unknown()).end).toMatchObject({ status: "CANCELED", reason: "FULL", owed: -500 });
  });

  it("goes to another connector where the power failed before the first was asked and somebody stands there", async () => {
    await hub.reserve(300, 360);
    await giveAway("CP1/1", "CP2/1");
    const at = new Date(hub.clock.now()).toISOString();
    const use = { booking: "cloud-1", version: 1, connector: "CP1/1", at, by: "pass" as const };
    await hub.commit({ type: "booking.learned", data: { sale: unknown() } }, { type: "booking.admitted", data: use });
    await hub.status("CP1", "Faulted");
    const shown = {
      claims: claimsOf(unknown(), null),
      signed: true,
      proof: "missing" as const,
      operator: false,
    };
    const order = (where: typeof place) => hub.starter.orderBySecret(where, mine);
    const visit = { shown, at: null, order, now: hub.clock.now(), clockCredible: true };
    const reply = await hub.store.commit((state) => decideAdmission(state, visit));
    expect(reply).toMatchObject({ ok: true, cpId: "CP2" });
    expect(hub.sale(unknown()).use?.connector).toBe("CP2/1");
    // Now a charger was asked: a copy of the pass gets none, whatever becomes of that connector.
    await hub.status("CP1", "Available");
    await hub.status("CP2", "Faulted");
    const copy = { ...visit, order: (where: typeof place) => hub.starter.orderBySecret(where, secretOf("t")) };
    const refused = await hub.store.commit((state) => decideAdmission(state, copy));
    expect(refused).toMatchObject({ ok: false, refusal: "used" });
  });
});
