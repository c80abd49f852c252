import { describe, expect, it } from "vitest";
import { priceOf } from "./price";
import type { Tariff } from "./schema";
import { berlin, element, session, tariff } from "./testing/examples";

type Step = [minutes: number, wh: number];

function cost(t: Tariff, startedAt: string, ...steps: Step[]) {
  const { net, total } = priceOf(t, session(t, startedAt, ...steps), berlin);
  return { net, total };
}

const monday0930 = "2026-06-01T07:30:00Z";

describe("examples of OCPI 2.2.1, mod_tariffs", () => {
  it("0.25 euro per kWh", () => {
    expect(cost(tariff([element("ENERGY", 0.25, 10)]), monday0930, [60, 20_000])).toEqual({ net: 500, total: 550 });
  });

  it("0.25 euro per kWh and a start fee with another VAT", () => {
    const t = tariff([element("FLAT", 0.5, 20), element("ENERGY", 0.25, 10)]);
    expect(cost(t, monday0930, [60, 20_000])).toEqual({ net: 550, total: 610 });
  });

  it("0.25 euro per kWh and a minimum price", () => {
    const t = tariff([element("ENERGY", 0.25, 10)], { min_price: { excl_vat: 50, incl_vat: 55 } });
    expect(cost(t, monday0930, [60, 20_000])).toEqual({ net: 500, total: 550 });
    expect(cost(t, monday0930, [60, 1_999])).toEqual({ net: 50, total: 55 });
    expect(cost(t, monday0930, [60, 0])).toEqual({ net: 50, total: 55 });
  });

  it("start fee, energy and parking by 15 minutes", () => {
    const t = tariff([element("FLAT", 0.5, 20), element("ENERGY", 0.25, 10), element("PARKING_TIME", 2, 20, 900)]);
    expect(cost(t, monday0930, [60, 20_000], [40, 0])).toEqual({ net: 700, total: 790 });
  });

  it("start fee, energy and a maximum price", () => {
    const t = tariff([element("FLAT", 0.5, 20), element("ENERGY", 0.25, 10)], {
      max_price: { excl_vat: 1000, incl_vat: 1100 },
    });
    expect(cost(t, monday0930, [60, 30_000])).toEqual({ net: 800, total: 885 });
    // OCPI's text says 10.00 without VAT; with the two true rates kept, 11.00 with VAT leave 9.96.
    expect(cost(t, monday0930, [60, 50_000])).toEqual({ net: 996, total: 1100 });
  });

  it("2 euro per hour of charging, parking not billed", () => {
    const t = tariff([element("TIME", 2, 10, 60)]);
    expect(cost(t, monday0930, [150, 20_000])).toEqual({ net: 500, total: 550 });
    expect(cost(t, monday0930, [150, 20_000], [600, 0])).toEqual({ net: 500, total: 550 });
  });

  it("3 euro per hour, parking 5 euro per hour by 5 minutes", () => {
    const t = tariff([element("TIME", 3, 10, 60), element("PARKING_TIME", 5, 20, 300)]);
    expect(cost(t, monday0930, [150, 20_000], [42, 0])).toEqual({ net: 1125, total: 1275 });
  });

  it("1.90 euro per hour by 5 minutes, 5.2 % VAT", () => {
    expect(cost(tariff([element("TIME", 1.9, 5.2, 300)]), monday0930, [150, 9000])).toEqual({ net: 475, total: 500 });
  });

  it("energy by 100 Wh", () => {
    const t = (price: number) => tariff([element("ENERGY", price, 10, 100)]);
    expect(cost(t(0.22), monday0930, [60, 20_450])).toEqual({ net: 451, total: 496 });
    // The text's other figures for it, 5.50 and 6.05, are not 20.5 kWh x 0.25: 5.125 rounds to 5.13.
    expect(cost(t(0.25), monday0930, [60, 20_450])).toEqual({ net: 513, total: 564 });
  });

  it("the complex tariff, on a Saturday, with the errata's figures", () => {
    const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"] as const;
    // The text switches at 32 A, the field is the sum over all phases: three of them.
    const t = tariff([
      element("FLAT", 2.5, 15),
      element("TIME", 1, 20, 900, { max_current: 96 }),
      element("TIME", 2, 20, 600, { min_current: 96, day_of_week: [...weekdays] }),
      element("TIME", 1.25, 20, 600, { min_current: 96, day_of_week: ["SATURDAY", "SUNDAY"] }),
      element("PARKING_TIME", 5, 10, 300, { start_time: "09:00", end_time: "18:00", day_of_week: [...weekdays] }),
      element("PARKING_TIME", 6, 10, 300, { start_time: "10:00", end_time: "17:00", day_of_week: ["SATURDAY"] }),
    ]);
    const saturday1330 = "2026-06-06T11:30:00Z";
    const price = priceOf(t, session(t, saturday1330, [114, 57_000], [71, 0]), berlin);
    expect(price.vatLines).toEqual([
      { vat: 1500, net: 250, tax: 38, gross: 288 },
      { vat: 2000, net: 238, tax: 48, gross: 286 },
      { vat: 1000, net: 750, tax: 75, gross: 825 },
    ]);
    expect(price.lines.map((line) => [line.type, line.quantity])).toEqual([
      ["FLAT", 1],
      ["TIME", 114 * 60],
      ["PARKING_TIME", 75 * 60],
    ]);
    // Monday, 11 kW: 2.50 + 147 minutes at 1.00 + 45 minutes at 5.00.
    expect(cost(t, monday0930, [147, 26_950], [42, 0])).toEqual({ net: 250 + 245 + 375, total: 288 + 294 + 413 });
  });

  it("free of charge", () => {
    expect(cost(tariff([element("FLAT", 0)]), monday0930, [600, 50_000])).toEqual({ net: 0, total: 0 });
  });

  it("the first kWh free, parking dearer the longer the session lasts", () => {
    const t = tariff([
      element("PARKING_TIME", 0, undefined, 60, { min_duration: 0, max_duration: 3600 }),
      element("PARKING_TIME", 2, undefined, 60, { min_duration: 3600, max_duration: 10_800 }),
      element("PARKING_TIME", 3, undefined, 60, { min_duration: 10_800 }),
      element("ENERGY", 0, undefined, 1, { max_kwh: 1 }),
      element("ENERGY", 0.2, undefined, 1, { min_kwh: 1 }),
    ]);
    // Duration counts from the start of the session (OCPI issue 434): 30 min free, 2 h at 2.00, 15 min at 3.00, 19 kWh at 0.20.
    expect(cost(t, monday0930, [30, 20_000], [165, 0]).net).toBe(400 + 75 + 380);
  });

  it("energy by power", () => {
    const t = tariff([
      element("ENERGY", 0.2, 20, 1, { max_power: 16 }),
      element("ENERGY", 0.35, 20, 1, { max_power: 32 }),
      element("ENERGY", 0.5, 20),
    ]);
    expect(cost(t, monday0930, [10, 1000], [50, 40_000], [7.5, 500]).net).toBe(20 + 2000 + 10);
  });

  it("energy free for 30 minutes, then 0.25, then 0.40", () => {
    const t = tariff([
      element("ENERGY", 0, 20, 1, { max_duration: 1800 }),
      element("ENERGY", 0.25, 20, 1, { max_duration: 3600 }),
      element("ENERGY", 0.4, 20),
    ]);
    expect(cost(t, monday0930, [30, 5000], [10, 1200]).net).toBe(30);
    expect(cost(t, monday0930, [30, 5000], [10, 1200], [40, 4000]).net).toBe(30 + 50 + 80);
  });
});

describe("step_size, OCPI 2.2.1 mod_cdrs", () => {
  const switching = tariff([
    {
      price_components: [
        { type: "TIME", price: 12_000, step_size: 1800 },
        { type: "PARKING_TIME", price: 10_000, step_size: 900 },
      ],
      restrictions: { start_time: "00:00", end_time: "17:00" },
    },
    {
      price_components: [
        { type: "TIME", price: 24_000, step_size: 900 },
        { type: "PARKING_TIME", price: 10_000, step_size: 900 },
      ],
      restrictions: { start_time: "17:00", end_time: "20:00" },
    },
    element("TIME", 2.4, undefined, 900, { start_time: "20:00" }),
  ]);

  it("rounds the total charging time with the last component's step", () => {
    // 25 min at 1.20, then 20 min at 2.40 (10 used, 45 in all).
    expect(cost(switching, "2026-06-01T14:35:00Z", [35, 5000]).net).toBe(50 + 80);
  });

  it("rounds parking only where both are used", () => {
    // 5 min at 1.20, 5 min at 2.40, 15 min of parking at 1.00.
    expect(cost(switching, "2026-06-01T14:55:00Z", [10, 1000], [2, 0]).net).toBe(10 + 20 + 25);
  });

  it("bills free parking no time, and rounds the charging time then", () => {
    // After 20:00 parking has no component: 5 + 5 minutes of charging at 2.40 become 15.
    expect(cost(switching, "2026-06-01T17:55:00Z", [10, 1000], [2, 0]).net).toBe(60);
  });

  it("21 minutes of charging and 7 of parking, both by 5 minutes", () => {
    const t = tariff([element("TIME", 6, undefined, 300), element("PARKING_TIME", 6, undefined, 300)]);
    expect(cost(t, monday0930, [21, 5000], [7, 0]).net).toBe(210 + 100);
  });

  it("rounds the session's energy, not each part of it", () => {
    const t = tariff([
      element("ENERGY", 0.2, undefined, 500, { end_time: "17:00" }),
      element("ENERGY", 0.27, undefined, 500, { start_time: "17:00" }),
    ]);
    const at1600 = "2026-06-01T14:00:00Z";
    expect(priceOf(t, session(t, at1600, [60, 4300], [30, 1100]), berlin).lines).toEqual([
      { type: "ENERGY", quantity: 4300, unitPrice: 2000, vat: null, amount: 86 },
      { type: "ENERGY", quantity: 1200, unitPrice: 2700, vat: null, amount: 32 },
    ]);
  });

  it("rounds the session's time, not each part of it", () => {
    const t = tariff([
      element("TIME", 5, undefined, 600, { end_time: "17:00" }),
      element("TIME", 7, undefined, 600, { start_time: "17:00" }),
    ]);
    expect(cost(t, "2026-06-01T14:54:00Z", [28, 5000]).net).toBe(50 + 280);
  });
});

describe("amounts", () => {
  it("takes VAT out of prices that include it, and its lines add up", () => {
    const t = tariff([element("FLAT", 1, 19), element("ENERGY", 0.45, 19), element("TIME", 0.6, 7)], {
      tax_included: true,
    });
    const price = priceOf(t, session(t, monday0930, [61, 12_345]), berlin);
    expect(price).toEqual({
      currency: "EUR",
      taxIncluded: true,
      lines: [
        { type: "FLAT", quantity: 1, unitPrice: 10_000, vat: 1900, amount: 100 },
        { type: "ENERGY", quantity: 12_345, unitPrice: 4500, vat: 1900, amount: 556 },
        { type: "TIME", quantity: 3660, unitPrice: 6000, vat: 700, amount: 61 },
      ],
      limit: null,
      vatLines: [
        { vat: 1900, net: 551, tax: 105, gross: 656 },
        { vat: 700, net: 57, tax: 4, gross: 61 },
      ],
      net: 608,
      tax: 109,
      total: 717,
    });
  });

  it("rounds half up once per VAT rate", () => {
    const t = tariff([element("ENERGY", 0.005), element("TIME", 0.005)]);
    // Two half cents make one cent, not two.
    const price = priceOf(t, session(t, monday0930, [60, 1000]), berlin);
    expect(price.total).toBe(1);
    expect(price.lines.map((line) => line.amount)).toEqual([1, 0]);
    expect(cost(tariff([element("ENERGY", 0.005)]), monday0930, [60, 1000]).total).toBe(1);
    expect(cost(tariff([element("ENERGY", 0.005)]), monday0930, [60, 999]).total).toBe(0);
  });

  it("knows currencies without and with three decimals", () => {
    const yen = tariff([element("ENERGY", 45.5)], { currency: "JPY" });
    expect(cost(yen, monday0930, [60, 1000]).total).toBe(46);
    const dinar = tariff([element("ENERGY", 0.0255)], { currency: "KWD" });
    expect(cost(dinar, monday0930, [60, 1000]).total).toBe(26);
  });

  it("charges one flat fee, the first that becomes active", () => {
    const t = tariff([element("FLAT", 5, undefined, 1, { min_duration: 7200 }), element("FLAT", 1)]);
    expect(cost(t, monday0930, [600, 10_000]).total).toBe(100);
    const late = tariff([element("FLAT", 5, undefined, 1, { min_duration: 7200 })]);
    expect(cost(late, monday0930, [119, 10_000]).total).toBe(0);
    expect(cost(late, monday0930, [300, 10_000], [60, 0]).total).toBe(500);
  });

  it("costs nothing while nothing has happened, not even a minimum", () => {
    const t = tariff([element("FLAT", 1)], { min_price: { excl_vat: 500, incl_vat: 500 } });
    expect(priceOf(t, [], berlin)).toMatchObject({ lines: [], limit: null, vatLines: [], net: 0, tax: 0, total: 0 });
  });

  it("counts no parking before the grace is over, in each stretch without charging anew", () => {
    const t = tariff([element("PARKING_TIME", 6, undefined, 300), element("ENERGY", 0.1)], { idle_grace: 900 });
    expect(cost(t, monday0930, [60, 10_000], [15, 0]).total).toBe(100);
    expect(cost(t, monday0930, [60, 10_000], [16, 0]).total).toBe(100 + 50);
    expect(cost(t, monday0930, [60, 10_000], [20, 0], [10, 1000], [20, 0]).total).toBe(110 + 100);
    // A change of price within the grace does not begin it anew: 09:50 to 10:20, of which the first 15 minutes are free.
    const evening = tariff(
      [element("PARKING_TIME", 6, undefined, 1, { start_time: "10:00" }), element("PARKING_TIME", 60)],
      { idle_grace: 900 },
    );
    expect(cost(evening, monday0930, [20, 10_000], [30, 0]).total).toBe(150);
  });

  it("charges an idle fee by the price of each hour, where it changes while the car stands", () => {
    const until22 = { start_time: "08:00", end_time: "22:00" };
    const night = { start_time: "22:00", end_time: "08:00" };
    const dearer = tariff(
      [
        element("PARKING_TIME", 6, 19, 1, until22),
        element("PARKING_TIME", 12, 19, 1, night),
        element("ENERGY", 0.45, 19),
      ],
      { tax_included: true, idle_grace: 600 },
    );
    // Charges from 21:00 to 21:30 in Berlin, then stands until 23:00; the first ten minutes cost nothing.
    const periods = session(dearer, "2026-11-02T20:00:00Z", [30, 10_000], [90, 0]);
    expect(priceOf(dearer, periods, berlin).lines).toMatchObject([
      { type: "ENERGY", amount: 450 },
      { type: "PARKING_TIME", quantity: 20 * 60, amount: 200 },
      { type: "PARKING_TIME", quantity: 60 * 60, amount: 1200 },
    ]);
    expect(priceOf(dearer, periods, berlin).total).toBe(1850);
  });

  it("prices periods without a power by their average", () => {
    const t = tariff([element("ENERGY", 0.2, undefined, 1, { max_power: 10 }), element("ENERGY", 0.5)]);
    const period = { start: monday0930, seconds: 3600, energyWh: 9999, charging: true };
    expect(priceOf(t, [period], berlin).total).toBe(200);
    expect(priceOf(t, [{ ...period, energyWh: 10_000 }], berlin).total).toBe(500);
    expect(priceOf(t, [{ ...period, seconds: 0 }], berlin).total).toBe(200);
  });
});
