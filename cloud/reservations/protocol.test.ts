import { describe, expect, it } from "vitest";
import type { Sale } from "../../shared/booking";
import { FOREVER, cancelAtHub, newBook, slotOf, sweep, walkIn } from "../../shared/booking";
import { terms } from "../../shared/booking/testing/books";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { eventually } from "../../shared/testing/eventually";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { BookHub, bookingSite, wish } from "../testing/seats";
import { SseReader } from "../testing/sse";
import { moveFrontier } from "./frontier";

const cloud = await openCloud();
const driver = await cloud.person();

const owned = async (siteId: string) =>
  Object.fromEntries(
    (await cloud.db.selectFrom("booking_seats").select(["seat", "owned"]).where("site_id", "=", siteId).execute()).map(
      ({ seat, owned: cells }) => [seat, cells],
    ),
  );

describe("cells near now", () => {
  it("are asked of the connected hub, and sold when it has granted them", async () => {
    const { siteId, site, base } = await bookingSite(cloud);
    const path = `/v1/sites/${siteId}/reservations`;
    const answer = driver.send("POST", path, wish(base - 2, base + 2));
    await eventually(async () => expect(await site.waiting()).toHaveLength(1));
    expect(await site.waiting()).toMatchObject([
      { message: { type: "cells.requested", data: { seat: "A", from: base - 2, to: base } } },
    ]);
    await site.hear();
    expect((await answer).status).toBe(201);
    expect(await site.hear()).toEqual(["booking.sold"]);
    expect(await owned(siteId)).toMatchObject({ A: `{[${base - 2},${FOREVER})}`, B: `{[${base},${FOREVER})}` });
  });

  it("are refused where the hub says no, says nothing, or is away", async () => {
    const { siteId, site, base } = await bookingSite(cloud);
    const path = `/v1/sites/${siteId}/reservations`;
    const offer = { booking: "w", price: { amount: 0, currency: "EUR" }, terms, tariff: perKwh, key: "w" };
    for (const key of ["w1", "w2"]) {
      site.write(
        walkIn(site.book, { ...offer, booking: key, key, class: "AC", connector: "1", slots: 6 }, cloud.now()).events,
      );
    }
    const answer = driver.send("POST", path, wish(base - 4, base));
    for (const seat of ["A", "B"]) {
      await eventually(async () => expect(await site.waiting()).toMatchObject([{ message: { data: { seat } } }]));
      await site.hear();
    }
    expect(await (await answer).json()).toMatchObject({ error: { code: "not_owner" } });
    const hasty = await cloud.addProcess({ hubPatienceMs: 1 });
    expect(await driver.at(hasty).refused("POST", path, wish(base - 1, base + 1))).toEqual([409, "not_owner"]);
    cloud.skewMs = 60_000;
    expect(await driver.refused("POST", path, wish(base - 1, base))).toEqual([409, "not_owner"]);
    cloud.skewMs = 0;
  });
});

describe("the frontier", () => {
  it("moves with the open feed, past what is held, and takes whole bookings along", async () => {
    const { owner, siteId, hub, site, base } = await bookingSite(cloud);
    const settings = { ...defaultBookingSettings, frontierMinutes: 240 };
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, settings);
    const path = `/v1/sites/${siteId}`;
    await driver.ok("POST", `${path}/reservations`, wish(base + 6, base + 12));
    await driver.ok("POST", `${path}/holds`, wish(base + 1, base + 2));
    const frontier = slotOf(cloud.now()) + 16;
    const feed = new SseReader(await hub.feed());
    await eventually(async () =>
      expect((await site.waiting()).map(({ message }) => message.type)).toContain("cells.granted"),
    );
    await feed.close();
    await site.hear();
    const { A, B } = await owned(siteId);
    expect(A).toBe(`{[${base + 1},${base + 2}),[${base + 12},${FOREVER})}`);
    expect([`{[${frontier},${FOREVER})}`, `{[${frontier + 1},${FOREVER})}`]).toContain(B);
    expect(site.book.owned.A).toEqual([
      { from: 0, to: base + 1 },
      { from: base + 2, to: base + 12 },
    ]);
    expect(await moveFrontier(cloud.db, siteId, cloud.now())).toBeUndefined();
  });
});

describe("the hub's word", () => {
  it("ends bookings: no-show with its fee, and sales of its own are known here", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    const fees = { ...defaultBookingSettings.terms, noShowFee: 150 };
    const settings = { ...defaultBookingSettings, pricePerHour: 400, terms: fees };
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, settings);
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<{ booking: string }>("POST", path, wish(base, base + 4));
    await site.hear();
    const late = cloud.now() + 4 * 3_600_000;
    site.write(sweep(site.book, late, cloud.now() - 1));
    const offer = { price: { amount: 0, currency: "EUR" }, terms, tariff: perKwh, key: "k", booking: "walk" };
    site.write(walkIn(site.book, { ...offer, class: "AC", connector: "1", slots: 2 }, cloud.now()).events);
    await site.say();
    expect(await driver.ok("GET", `${path}/${booking}`)).toMatchObject({ status: "noShow", owed: { amount: 150 } });
    const { reservations } = await owner.ok<{ reservations: { booking: string; status: string; soldBy: string }[] }>(
      "GET",
      path,
    );
    expect(reservations).toMatchObject([
      { booking: "walk", status: "charging", soldBy: "hub" },
      { booking, status: "noShow", soldBy: "cloud" },
    ]);
    expect(await driver.refused("POST", `${path}/${booking}/cancel`)).toEqual([409, "ended"]);
  });

  it("counts once, and cancels of the hub stand", async () => {
    const { siteId, site, hub, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<{ booking: string }>("POST", path, wish(base, base + 1));
    await site.hear();
    site.write(cancelAtHub(site.book, { booking, version: 1 }, cloud.now()).events);
    await site.say();
    expect((await hub.send(hub.batch(2))).status).toBe(200);
    expect(await driver.ok("GET", `${path}/${booking}`)).toMatchObject({ status: "cancelled" });
    expect(await driver.ok("POST", path, wish(base, base + 1))).toMatchObject({ status: "reserved" });
  });
});

describe("an epoch (Rule 10)", () => {
  it("begins for a hub that recovers; what its lost past granted does not count", async () => {
    const { siteId, site, hub, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<{ booking: string }>("POST", path, wish(base, base + 1));
    expect((await hub.post("epochs")).status).toBe(409);
    const cells = (await owned(siteId)).A;
    // The restored hub knows nothing of the sale, and an event of its lost past comes late.
    site.write([
      { type: "cells.granted", data: { seat: "A", spans: [{ from: base - 4, to: base }], requestId: null } },
    ]);
    expect(await site.recover("r1", 7)).toEqual({ epoch: 1, recovery: null });
    expect(await site.recover("r1", 1)).toEqual({ epoch: 2, recovery: "r1" });
    expect(await site.recover("r1", 1)).toEqual({ epoch: 2, recovery: "r1" });
    await site.say();
    expect((await owned(siteId)).A).toBe(cells);
    expect(await site.hear()).toEqual(["booking.sold", "epoch.started"]);
    expect(site.book).toMatchObject({ epoch: 2, recovery: null, sales: { [`${booking}/1`]: { epoch: 1 } } });
    const later = await driver.ok<{ booking: string }>("POST", path, wish(base + 4, base + 5));
    expect(await site.hear()).toEqual(["booking.sold"]);
    expect(site.book.sales).toMatchObject({ [`${later.booking}/1`]: { epoch: 2 } });
    site.write(cancelAtHub(site.book, { booking, version: 1 }, cloud.now()).events);
    await site.say();
    expect(await driver.ok("GET", `${path}/${booking}`)).toMatchObject({ status: "cancelled" });
  });

  it("keeps the hub's word beside ours where its lost past sold the same cells", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<{ booking: string }>("POST", path, wish(base, base + 1));
    await site.hear();
    const mine = site.book.sales[`${booking}/1`] as Sale;
    site.write([{ type: "booking.restated", data: { sale: { ...mine, booking: "lost", key: null, seller: "hub" } } }]);
    await site.say();
    const { reservations } = await owner.ok<{ reservations: object[] }>("GET", path);
    expect(reservations).toMatchObject([
      { booking, doubtful: false },
      { booking: "lost", doubtful: true },
    ]);
  });

  it("is asked for by a replacement, which takes over the bookings and nothing before", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<{ booking: string }>("POST", path, wish(base, base + 1));
    const second = await cloud.pair({ owner, siteId });
    expect(second.answer).toMatchObject({ epoch: 1, recover: true, booking: defaultBookingSettings });
    const site = new BookHub(cloud, second);
    site.book = { ...newBook("hub", siteId), epoch: second.answer.epoch };
    expect(await site.recover("new", 1)).toEqual({ epoch: 2, recovery: "new" });
    await site.hear();
    site.write([{ type: "seats.set", data: { seats: { A: { class: "AC", walkIn: false } } } }]);
    await site.say();
    expect(site.book.sales).toMatchObject({ [`${booking}/1`]: { hub: siteId } });
    expect(site.book.owned.A).toEqual([{ from: 0, to: base }]);
    expect(await driver.ok("POST", path, wish(base + 1, base + 2))).toMatchObject({ status: "reserved" });
  });
});

describe("the owner", () => {
  it("blocks time, sees whom it meets, and opens it again", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC", B: "AC" });
    const path = `/v1/sites/${siteId}`;
    await driver.ok("POST", `${path}/reservations`, wish(base, base + 2));
    const { class: _class, ...times } = wish(base + 1, base + 4);
    expect(await owner.refused("POST", `${path}/blocks`, { seat: null, ...times })).toEqual([409, "bookings_affected"]);
    expect(await owner.ok("GET", `${path}/blocks`)).toEqual({ blocks: [] });
    const made = await owner.ok<{ blockId: string }>("POST", `${path}/blocks`, { seat: "B", ...times });
    expect(made).toMatchObject({ seat: "B", ...times });
    expect(await owner.ok("GET", `${path}/blocks`)).toEqual({ blocks: [made] });
    expect(await driver.refused("POST", `${path}/reservations`, wish(base + 1, base + 2))).toEqual([409, "blocked"]);
    expect((await owner.send("DELETE", `${path}/blocks/${made.blockId}`)).status).toBe(204);
    expect(await driver.ok("POST", `${path}/reservations`, wish(base + 1, base + 2))).toMatchObject({ seat: "B" });
  });

  it("sets rules that the hub hears of", async () => {
    const { owner, siteId, hub } = await bookingSite(cloud);
    const settings = { ...defaultBookingSettings, bufferMinutes: 15 };
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, settings);
    expect(await owner.ok("GET", `/v1/sites/${siteId}/booking-settings`)).toEqual(settings);
    const row = await cloud.db.selectFrom("feed").select("data").where("hub_id", "=", hub.id).executeTakeFirst();
    expect(row?.data).toEqual(settings);
  });
});
