import { expect, it } from "vitest";
import { element, tariff } from "../../shared/tariff/testing/examples";
import { formatsFor } from "./format";
import { tariffText } from "./tariff-text";
import { tariffDe, tariffEn } from "./texts";
import { translator } from "./translate";

type Elements = Parameters<typeof tariff>[0];
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const words = (elements: Elements, more: Parameters<typeof tariff>[1] = {}) => {
  const text = tariffText(tariff(elements, more), translator<typeof tariffEn>(tariffEn), formatsFor("en", "UTC"));
  return { headline: plain(text.headline), more: text.more.map(plain), tax: text.tax };
};

it("says the energy price first, and every other fee as an addition", () => {
  const later = { min_duration: 14_400 };
  const elements = [
    element("FLAT", 1),
    element("ENERGY", 0.45),
    element("TIME", 6, undefined, 60, later),
    element("PARKING_TIME", 9, undefined, 60, later),
  ];
  const text = words(elements, { tax_included: true });
  expect(text.headline).toBe("\u20ac0.45 per kWh");
  expect(text.more).toContain("plus \u20ac1.00 per charge");
  expect(text.more.join("; ")).toContain("per started minute while charging after 4 h");
  expect(text.more.join("; ")).toContain("while plugged in but not charging after 4 h");
  expect(text.tax).toBe("Prices include VAT");
});

it("names windows, days, energy and power, and what holds otherwise", () => {
  const night = {
    start_time: "22:00",
    end_time: "06:30",
    day_of_week: ["MONDAY" as const, "TUESDAY" as const, "WEDNESDAY" as const, "SATURDAY" as const],
  };
  const text = words([
    element("ENERGY", 0.29, undefined, 1, night),
    element("ENERGY", 0.35, undefined, 1, { min_kwh: 10, max_kwh: 20.5, min_power: 11, max_power: 22 }),
    element("ENERGY", 0.4, undefined, 1, { max_duration: 600, start_date: "2026-12-01", end_date: "2027-01-01" }),
    element("ENERGY", 0.49, undefined, 1000),
  ]);
  expect(text.headline).toBe("\u20ac0.29 per kWh Mon\u2013Wed, Sat, from 22:00 to 06:30");
  expect(text.more[0]).toBe("\u20ac0.35 per kWh after 10 kWh, for the first 20.5 kWh, from 11.0 kW, below 22.0 kW");
  expect(text.more[1]).toContain("for the first 10 min, from 1 Dec 2026, before 1 Jan 2027");
  expect(text.more[2]).toBe("\u20ac0.49 per started kWh, otherwise");
  expect(text.tax).toBe("VAT is added");
});

it("names steps and limits, and says free where nothing costs", () => {
  const text = words([element("ENERGY", 0.45, undefined, 500), element("TIME", 1.005, undefined, 900)], {
    min_price: { excl_vat: 100, incl_vat: 119 },
    max_price: { excl_vat: 1000, incl_vat: 1190 },
  });
  expect(text.headline).toBe("\u20ac0.45 per kWh, counted per started 0.5 kWh");
  expect(text.more).toEqual([
    "plus \u20ac1.005 per hour while charging, counted per started 15 min",
    "At least \u20ac1.19 per charge",
    "At most \u20ac11.90 per charge",
  ]);
  expect(words([element("FLAT", 0)])).toEqual({ headline: "Free of charge", more: [], tax: "" });
  expect(words([element("FLAT", 0)], { min_price: { excl_vat: 100, incl_vat: 119 } }).headline).toBe("Free of charge");
});

const of = (reservation: "RESERVATION" | "RESERVATION_EXPIRES") => ({ reservation });

it("says what a reservation costs, what nobody coming costs, and when an idle fee begins", () => {
  const text = words(
    [
      element("ENERGY", 0.45, undefined, 1, { min_current: 6, max_current: 96 }),
      element("PARKING_TIME", 6),
      element("FLAT", 2, undefined, 1, of("RESERVATION")),
      element("TIME", 3, undefined, 1, of("RESERVATION")),
      element("FLAT", 4, undefined, 1, of("RESERVATION_EXPIRES")),
    ],
    { idle_grace: 900 },
  );
  expect(text.headline).toBe("\u20ac0.45 per kWh from 6 A, below 96 A");
  expect(text.more).toEqual([
    "plus \u20ac0.10 per minute while plugged in but not charging after the first 15 min of it",
    "plus \u20ac2.00 per charge with a reservation",
    "plus \u20ac0.05 per minute while reserved",
    "plus \u20ac4.00 per charge if you reserve and do not come",
  ]);
});

it("speaks German", () => {
  const text = tariffText(
    tariff([element("TIME", 1.005)]),
    translator<typeof tariffEn>(tariffDe),
    formatsFor("de", "UTC"),
  );
  expect(plain(text.headline)).toBe("1,005 \u20ac pro Stunde w\u00e4hrend des Ladens");
});
