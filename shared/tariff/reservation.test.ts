import { describe, expect, it } from "vitest";
import { priceOf } from "./price";
import { priceOfReservation, pricesReservations } from "./reservation";
import type { Tariff, TariffElement } from "./schema";
import { berlin, element, session, tariff } from "./testing/examples";

const start = "2026-06-01T07:30:00Z";
const charging = [element("FLAT", 0.5, 20), element("ENERGY", 0.25, 10)];
const reserved = (type: "FLAT" | "TIME", price: number, stepSize = 1): TariffElement =>
  element(type, price, 20, stepSize, { reservation: "RESERVATION" });
const expires = (type: "FLAT" | "TIME", price: number, stepSize = 1): TariffElement =>
  element(type, price, 20, stepSize, { reservation: "RESERVATION_EXPIRES" });

/** Reservation of so many minutes and then 20 kWh; without VAT and with it. */
function used(t: Tariff, minutes: number): [number, number] {
  const [before, after] = [
    priceOfReservation(t, { start, seconds: minutes * 60, expired: false }, berlin),
    priceOf(t, session(t, start, [60, 20_000]), berlin),
  ];
  return [before.net + after.net, before.total + after.total];
}
function expired(t: Tariff, minutes: number): [number, number] {
  const { net, total } = priceOfReservation(t, { start, seconds: minutes * 60, expired: true }, berlin);
  return [net, total];
}

describe("reservations, the examples of OCPI 2.2.1, mod_tariffs", () => {
  it("5 euro per hour", () => {
    const t = tariff([reserved("TIME", 5, 60), ...charging]);
    expect(used(t, 15)).toEqual([675, 760]);
    expect(expired(t, 60)).toEqual([500, 600]);
    expect([pricesReservations(t), pricesReservations(tariff(charging))]).toEqual([true, false]);
  });

  it("a fee of 2 euro and 5 euro per hour by 5 minutes", () => {
    expect(used(tariff([reserved("FLAT", 2), reserved("TIME", 5, 300), ...charging]), 13)).toEqual([875, 1000]);
  });

  it("2 euro per hour by 10 minutes, and 4 euro when it expires", () => {
    const t = tariff([expires("FLAT", 4), reserved("TIME", 2, 600), ...charging]);
    expect(used(t, 22)).toEqual([650, 730]);
    expect(expired(t, 60)).toEqual([600, 720]);
  });

  it("3 euro per hour by 10 minutes, 6 euro instead when it expires", () => {
    const t = tariff([expires("TIME", 6, 600), reserved("TIME", 3, 600), ...charging]);
    expect(used(t, 22)).toEqual([700, 790]);
    expect(expired(t, 90)).toEqual([900, 1080]);
  });
});

describe("reservations", () => {
  it("cost nothing where the tariff says nothing of them, and never the session's minimum", () => {
    const t = tariff(charging, { min_price: { excl_vat: 500, incl_vat: 500 } });
    expect([used(t, 60)[0], expired(t, 60)]).toEqual([550, [0, 0]]);
    expect(expired(tariff([reserved("TIME", 5)]), 0)).toEqual([0, 0]);
  });

  it("cost by the clock on the wall, and each price once", () => {
    const evening = { reservation: "RESERVATION", start_time: "10:00" } as const;
    const t = tariff([
      reserved("FLAT", 1),
      expires("FLAT", 1),
      element("TIME", 6, 20, 1, evening),
      reserved("TIME", 3),
    ]);
    // From 09:30 to 10:30 at the site.
    const price = priceOfReservation(t, { start, seconds: 3600, expired: true }, berlin);
    expect(price.lines.map(({ type, quantity, amount }) => [type, quantity, amount])).toEqual([
      ["FLAT", 2, 200],
      ["TIME", 1800, 150],
      ["TIME", 1800, 300],
    ]);
  });
});
