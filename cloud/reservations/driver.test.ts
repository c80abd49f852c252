import { compactVerify, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import { instantOfSlot, slotOf } from "../../shared/booking";
import { passClaimsSchema } from "../../shared/booking/schema";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { bookingSite, wish } from "../testing/seats";
import { forgetHolds } from "./housekeeping";
import { pinTagOf } from "./pin";

const cloud = await openCloud();
const driver = await cloud.person();

interface Reservation {
  booking: string;
  version: number;
  status: string;
  pending: boolean;
  pin: string | null;
  price: { amount: number; currency: string };
  owed: { amount: number };
  seat: string;
  start: string;
}

describe("a driver", () => {
  it("sees what is free, holds it, confirms it, and shows a pass that the hub can check offline", async () => {
    const { owner, siteId, hub, site, base } = await bookingSite(cloud, { A: "AC", B: "AC", C: "DC" });
    const settings = { ...defaultBookingSettings, pricePerHour: 150 };
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, settings);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: perKwh.id });
    const path = `/v1/sites/${siteId}`;
    const query = `start=${instantOfSlot(base - 1)}&end=${instantOfSlot(base + 3)}`;
    const slots = (free: number[], onRequest: number[]) =>
      free.map((each, index) => ({ start: instantOfSlot(base - 1 + index), free: each, onRequest: onRequest[index] }));
    expect(await driver.ok("GET", `${path}/availability?${query}`)).toMatchObject({
      pricePerHour: 150,
      connected: true,
      tariff: perKwh,
      classes: [
        { class: "AC", seats: 2, slots: slots([0, 2, 2, 2], [2, 0, 0, 0]) },
        { class: "DC", seats: 1, slots: slots([0, 1, 1, 1], [1, 0, 0, 0]) },
      ],
    });

    const held = await driver.ok<{ holdId: string; expiresAt: string; secondsLeft: number }>(
      "POST",
      `${path}/holds`,
      wish(base, base + 2),
    );
    expect(held).toMatchObject({ seat: "A", price: { amount: 75, currency: "EUR" }, tariff: perKwh });
    expect(held.secondsLeft).toBeGreaterThan(280);
    await owner.ok("PUT", `${path}/booking-settings`, { ...settings, pricePerHour: 9999 });
    const body = { holdId: held.holdId, pin: true };
    const sold = await driver.ok<Reservation>("POST", `${path}/reservations`, body);
    expect(sold).toMatchObject({
      booking: held.holdId,
      status: "reserved",
      price: { amount: 75 },
      owed: { amount: 75 },
    });
    expect(sold.pin).toMatch(/^\d{6}$/);
    // The first answer may have been lost: whoever asks again is told the PIN that the pass now needs.
    expect(await driver.ok("POST", `${path}/reservations`, body)).toEqual(sold);
    expect(await driver.ok("POST", `${path}/reservations`, { ...body, pin: false })).toEqual(sold);
    expect(await driver.ok("GET", `${path}/availability?${query}`)).toMatchObject({
      classes: [{ slots: slots([0, 1, 1, 2], [2, 0, 0, 0]) }, {}],
    });

    const { token, needsPin } = await driver.ok<{ token: string; needsPin: boolean }>(
      "GET",
      `${path}/reservations/${sold.booking}/pass`,
    );
    expect(needsPin).toBe(true);
    const key = hub.answer.keys[0] as Record<string, string>;
    const { payload, protectedHeader } = await compactVerify(token, await importJWK(key, "EdDSA"));
    expect(protectedHeader).toEqual({ alg: "EdDSA", typ: "pass+jws", kid: key.kid });
    const claims = passClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    const pinTag = pinTagOf(hub.answer.pinSecret as string, sold.booking, sold.pin as string);
    expect(claims).toMatchObject({ booking: sold.booking, hub: siteId, issuer: "cloud", holder: { pinTag } });
    expect(await site.hear()).toEqual(["booking.sold"]);
    expect(Object.values(site.book.sales)).toMatchObject([{ booking: sold.booking, seat: "A", price: { amount: 75 } }]);
    const { reservations } = await driver.ok<{ reservations: Reservation[] }>("GET", "/v1/reservations");
    expect(reservations.map(({ booking }) => booking)).toEqual([sold.booking]);
  });

  it("cancels: refunded at once, resold after the hub's word", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, { ...defaultBookingSettings, pricePerHour: 400 });
    const path = `/v1/sites/${siteId}/reservations`;
    const headers = { "idempotency-key": "at-once" };
    const buy = async () =>
      (await driver.send("POST", path, { ...wish(base, base + 4), pin: true }, headers)).json() as Promise<Reservation>;
    const { booking, pin } = await buy();
    expect(pin).toMatch(/^\d{6}$/);
    expect(await buy()).toMatchObject({ booking, pin });
    const canceled = await driver.ok<Reservation>("POST", `${path}/${booking}/cancel`);
    expect(canceled).toMatchObject({ pending: true, status: "reserved", owed: { amount: 0 } });
    expect(await driver.ok("POST", `${path}/${booking}/cancel`)).toEqual(canceled);
    const other = await cloud.person();
    expect(await other.refused("POST", path, wish(base, base + 4))).toEqual([409, "cancel_pending"]);
    expect(await driver.refused("GET", `${path}/${booking}/pass`)).toEqual([410, "over"]);
    await site.hear();
    expect(await driver.ok("GET", `${path}/${booking}`)).toMatchObject({ pending: false, status: "cancelled" });
    expect(await other.ok("POST", path, wish(base, base + 4))).toMatchObject({ status: "reserved" });
    const ledger = await cloud.db
      .selectFrom("booking_postings")
      .select(["kind", "amount"])
      .where("booking", "=", booking)
      .execute();
    expect(ledger.toSorted((a, b) => a.amount - b.amount)).toEqual([
      { kind: "refund", amount: -400 },
      { kind: "charge", amount: 400 },
    ]);
  });

  it("moves a reservation: the new first, at today's price, and the old one goes when the hub says so", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<Reservation>("POST", path, wish(base, base + 4));
    await site.hear();
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, { ...defaultBookingSettings, pricePerHour: 100 });
    // He may go on from what he has, which nobody else is shown as free.
    const other = await cloud.person();
    const query = `start=${instantOfSlot(base)}&end=${instantOfSlot(base + 6)}&moving=${booking}`;
    const freeFor = async (who: typeof other) => {
      const seen = await who.ok<{ classes: { slots: { free: number; onRequest: number }[] }[] }>(
        "GET",
        `/v1/sites/${siteId}/availability?${query}`,
      );
      return seen.classes[0]!.slots.map(({ free, onRequest }) => free + onRequest);
    };
    expect(await freeFor(driver)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await freeFor(other)).toEqual([0, 0, 0, 0, 1, 1]);
    const { class: _class, ...times } = wish(base + 2, base + 6);
    const headers = { "idempotency-key": "move-1" };
    const send = () => driver.send("POST", `${path}/${booking}/modify`, times, headers);
    const moved = (await (await send()).json()) as Reservation;
    expect(moved).toMatchObject({ booking, version: 3, price: { amount: 100 }, start: times.start });
    expect(await (await send()).json()).toEqual(moved);
    const far = wish(base + 8, base + 9);
    const again = { start: far.start, end: far.end };
    const refused = await driver.send("POST", `${path}/${booking}/modify`, again);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    expect([refused.status, error.code]).toEqual([409, "pending"]);
    expect(error.message).toContain("has yet to confirm");
    expect(await other.refused("POST", path, wish(base, base + 1))).toEqual([409, "cancel_pending"]);
    await site.hear();
    expect(await other.ok("POST", path, wish(base, base + 1))).toMatchObject({ status: "reserved" });
    expect(
      await driver.refused("POST", `${path}/${booking}/modify`, { start: wish(base, 1).start, end: times.end }),
    ).toEqual([409, "taken"]);
    await owner.ok("POST", `/v1/sites/${siteId}/blocks`, { seat: "A", start: far.start, end: far.end });
    expect(await driver.refused("POST", `${path}/${booking}/modify`, again)).toEqual([409, "blocked"]);
    cloud.skewMs = 2.6 * 3_600_000 - 30 * 60_000;
    expect(await driver.refused("POST", `${path}/${booking}/modify`, again)).toEqual([409, "too_late"]);
    cloud.skewMs = 0;
  });

  it("is refused what does not fit, what is taken, and more than a share", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    const greedy = await cloud.person();
    const path = `/v1/sites/${siteId}`;
    const refused = (body: object) => greedy.refused("POST", `${path}/reservations`, body);
    expect(await refused(wish(base + 1, base + 1))).toEqual([400, "invalid"]);
    expect(await refused({ ...wish(base, base + 1), start: "2026-01-01T00:01:00Z" })).toEqual([400, "invalid"]);
    expect(await refused(wish(base, base + 17))).toEqual([400, "too_long"]);
    expect(await refused({ ...wish(base, base + 1), class: "DC" })).toEqual([404, "not_found"]);
    expect(await refused(wish(base + 2000, base + 2001))).toEqual([409, "too_far"]);
    expect(await refused({ holdId: "01900000-0000-7000-8000-000000000000" })).toEqual([410, "hold_over"]);
    const query = (from: number, to: number) => `start=${instantOfSlot(from)}&end=${instantOfSlot(to)}`;
    expect(await greedy.refused("GET", `${path}/availability?${query(base, base + 193)}`)).toEqual([400, "invalid"]);
    const past = await greedy.ok("GET", `${path}/availability?${query(base - 100, base - 90)}`);
    expect(past).toMatchObject({ classes: [] });
    const hold = (from: number) =>
      greedy.send("POST", `${path}/holds`, wish(from, from + 1), { "idempotency-key": `h${from}` });
    for (const each of [0, 1, 2]) expect((await hold(base + each)).status).toBe(201);
    const { holdId } = (await (await hold(base)).json()) as { holdId: string };
    expect(await greedy.refused("POST", `${path}/holds`, wish(base + 3, base + 4))).toEqual([409, "too_many_holds"]);
    expect(await driver.refused("DELETE", `${path}/holds/${holdId}`)).toEqual([404, "not_found"]);
    expect(await driver.refused("POST", `${path}/reservations`, { holdId })).toEqual([410, "hold_over"]);
    expect((await greedy.send("DELETE", `${path}/holds/${holdId}`)).status).toBe(204);
    expect((await hold(base)).status).toBe(201);
    const holds = () => cloud.db.selectFrom("reservations").select("booking").where("site_id", "=", siteId).execute();
    await forgetHolds(cloud.db, cloud.now());
    expect(await holds()).toHaveLength(3);
    await forgetHolds(cloud.db, cloud.now() + 300_001);
    expect(await holds()).toEqual([]);
    await owner.ok("PUT", `${path}/booking-settings`, { ...defaultBookingSettings, open: false });
    expect(await driver.refused("POST", `${path}/reservations`, wish(base + 4, base + 5))).toEqual([409, "closed"]);
  });

  it("confirms no hold at a site whose hub was taken away meanwhile, but is told again what was sold before", async () => {
    const { owner, siteId, hub, base } = await bookingSite(cloud, { A: "AC", B: "AC" });
    const path = `/v1/sites/${siteId}`;
    const person = await cloud.person();
    const hold = () => person.ok<{ holdId: string }>("POST", `${path}/holds`, wish(base, base + 1));
    const [{ holdId }, later] = [await hold(), await hold()];
    const sold = await person.ok<Reservation>("POST", `${path}/reservations`, { holdId });
    expect((await owner.send("DELETE", `${path}/hubs/${hub.id}`)).status).toBe(204);
    const refused = await person.refused("POST", `${path}/reservations`, { holdId: later.holdId });
    expect(refused).toEqual([409, "hub_not_ready"]);
    expect(await person.ok("POST", `${path}/reservations`, { holdId })).toEqual(sold);
  });

  it("may have so many open reservations, and change them so often", async () => {
    const { siteId, base } = await bookingSite(cloud, { A: "AC" });
    const greedy = await cloud.person();
    const path = `/v1/sites/${siteId}/reservations`;
    for (let n = 0; n < 20; n++) await greedy.ok("POST", path, wish(base + n, base + n + 1));
    const more = wish(base + 30, base + 31);
    expect(await greedy.refused("POST", path, more)).toEqual([409, "too_many_reservations"]);
    const userId = await greedy.userId();
    const used = { hits: 60, resets_at: new Date(cloud.now() + 3_600_000) };
    await cloud.db.updateTable("rate_limits").set(used).where("key", "=", `reservations:${userId}`).execute();
    expect(await greedy.refused("POST", path, more)).toEqual([429, "too_many_requests"]);
    expect(await greedy.refused("POST", `/v1/sites/${siteId}/holds`, more)).toEqual([429, "too_many_requests"]);
  });
});

describe("another driver", () => {
  it("finds nothing of a reservation that is not his", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const { booking } = await driver.ok<Reservation>("POST", path, wish(base, base + 1));
    const times = { start: instantOfSlot(base + 2), end: instantOfSlot(base + 3) };
    const elsewhere = (await bookingSite(cloud)).siteId;
    for (const [method, rest, body] of [
      ["GET", `/${booking}`, undefined],
      ["POST", `/${booking}/cancel`, undefined],
      ["POST", `/${booking}/modify`, times],
      ["GET", `/${booking}/pass`, undefined],
    ] as const) {
      for (const person of [await cloud.person(), owner]) {
        expect(await person.refused(method, `${path}${rest}`, body)).toEqual([404, "not_found"]);
      }
      expect(await driver.refused(method, `${path.replace(siteId, elsewhere)}${rest}`, body)).toEqual([
        404,
        "not_found",
      ]);
      const nobody = await cloud.first.request(`${path}${rest}`, { method, body: body && JSON.stringify(body) });
      expect(nobody.status).toBe(401);
    }
    expect((await cloud.first.request("/v1/reservations")).status).toBe(401);
    expect(await driver.refused("GET", path)).toEqual([404, "not_found"]);
    expect(slotOf(cloud.now())).toBeLessThan(base);
  });
});
