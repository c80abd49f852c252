import { describe, expect, it } from "vitest";
import { tariffFacts } from "./facts";
import { element, tariff } from "./testing/examples";

describe("tariffFacts", () => {
  it("says 0.45 per kWh, plus 0.10 per minute after 4 hours, charging or not", () => {
    const afterFour = { min_duration: 14_400 };
    const t = tariff(
      [
        element("ENERGY", 0.45, 19),
        element("TIME", 6, 19, 60, afterFour),
        element("PARKING_TIME", 6, 19, 60, afterFour),
      ],
      { tax_included: true, max_price: { excl_vat: 5000, incl_vat: 5950 } },
    );
    expect(tariffFacts(t)).toEqual({
      currency: "EUR",
      taxIncluded: true,
      facts: [
        { kind: "energy", price: 4500, per: "kWh", step: 1, condition: null, otherwise: false },
        { kind: "time", price: 1000, per: "minute", step: 60, condition: { fromSeconds: 14_400 }, otherwise: false },
      ],
      minPrice: null,
      maxPrice: 5950,
    });
  });

  it("keeps charging and parking apart where they differ, and prices per hour that no minute divides", () => {
    const t = tariff([element("TIME", 1.0001), element("PARKING_TIME", 3), element("FLAT", 0.5)], {
      min_price: { excl_vat: 100, incl_vat: 119 },
    });
    const { facts, minPrice } = tariffFacts(t);
    expect(facts.map(({ kind, price, per }) => [kind, price, per])).toEqual([
      ["charging_time", 10_001, "hour"],
      ["parking_time", 500, "minute"],
      ["flat", 5000, "session"],
    ]);
    expect(minPrice).toBe(119);
  });

  it("marks the price that holds otherwise and drops what can never hold", () => {
    const t = tariff([
      element("ENERGY", 0.6, undefined, 1, { start_time: "17:00" }),
      element("ENERGY", 0.5, undefined, 1, {}),
      element("ENERGY", 0.1),
    ]);
    expect(tariffFacts(t).facts).toEqual([
      {
        kind: "energy",
        price: 6000,
        per: "kWh",
        step: 1,
        condition: { fromMinute: 1020, untilMinute: 1440 },
        otherwise: false,
      },
      { kind: "energy", price: 5000, per: "kWh", step: 1, condition: null, otherwise: true },
    ]);
  });

  it("gives every condition in plain units", () => {
    const condition = (r: Parameters<typeof element>[4]) =>
      tariffFacts(tariff([element("ENERGY", 1, undefined, 1, r)])).facts[0]?.condition;
    expect(
      condition({
        end_time: "06:30",
        start_date: "2026-12-24",
        end_date: "2026-12-27",
        min_kwh: 1.5,
        max_kwh: 20,
        min_power: 3.7,
        max_power: 22,
        min_current: 6,
        max_current: 96,
        max_duration: 3600,
        day_of_week: ["SUNDAY"],
      }),
    ).toEqual({
      fromMinute: 0,
      untilMinute: 390,
      fromDate: "2026-12-24",
      untilDate: "2026-12-27",
      fromWh: 1500,
      untilWh: 20_000,
      fromW: 3700,
      untilW: 22_000,
      fromMa: 6000,
      untilMa: 96_000,
      untilSeconds: 3600,
      days: ["SUNDAY"],
    });
    expect(condition({ min_kwh: 0, min_power: 0, min_current: 0, min_duration: 0 })).toBeNull();
  });

  it("tells the grace before an idle fee, with every price of it and with no other", () => {
    const night = { start_time: "22:00" };
    const t = tariff(
      [
        element("TIME", 6),
        element("PARKING_TIME", 0, undefined, 1, night),
        element("PARKING_TIME", 6),
        element("PARKING_TIME", 9),
      ],
      { idle_grace: 900 },
    );
    const evening = { fromMinute: 1320, untilMinute: 1440 };
    expect(tariffFacts(t).facts.map(({ kind, condition, otherwise }) => [kind, condition, otherwise])).toEqual([
      ["charging_time", null, false],
      ["parking_time", evening, false],
      ["parking_time", { idleSeconds: 900 }, true],
    ]);
  });

  it("tells what a reservation costs, and one that nobody comes to, from what charging costs", () => {
    const t = tariff([
      element("FLAT", 2, 20, 1, { reservation: "RESERVATION" }),
      element("TIME", 6, 20, 600, { reservation: "RESERVATION" }),
      element("FLAT", 4, 20, 1, { reservation: "RESERVATION_EXPIRES" }),
      element("TIME", 12, 20, 600, { reservation: "RESERVATION_EXPIRES" }),
      element("FLAT", 0.5, 20),
    ]);
    expect(tariffFacts(t).facts.map(({ kind, price, per }) => [kind, price, per])).toEqual([
      ["reserved_flat", 20_000, "session"],
      ["reserved_time", 1000, "minute"],
      ["expired_flat", 40_000, "session"],
      ["expired_time", 2000, "minute"],
      ["flat", 5000, "session"],
    ]);
  });
});
