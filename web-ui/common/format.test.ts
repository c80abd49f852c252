import { expect, it } from "vitest";
import { now } from "./clock";
import { clocksDiffer, duration, formatsFor, stopwatch } from "./format";

const en = formatsFor("en", "Europe/Berlin");
const de = formatsFor("de", "Europe/Berlin");
/** Intl puts narrow and no-break spaces, which differ between versions of its data. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

it("writes energy with two decimals, power with one, in the language's own marks", () => {
  expect(plain(en.kwh(1_204_310))).toBe("1,204.31 kWh");
  expect(plain(de.kwh(1_204_310))).toBe("1.204,31 kWh");
  expect(en.kwhNumber(8420)).toBe("8.42");
  expect(plain(de.kw(10_840))).toBe("10,8 kW");
  expect(de.integer(1234.6)).toBe("1.235");
  expect(de.decimal(1.5)).toBe("1,5");
});

it("writes money, unit prices and percents", () => {
  expect(plain(en.money(379, "EUR"))).toBe("\u20ac3.79");
  expect(plain(de.money(379, "EUR"))).toBe("3,79 \u20ac");
  expect(plain(en.unitPrice(4525, "EUR"))).toBe("\u20ac0.4525");
  expect(plain(de.percent(1900))).toBe("19 %");
});

it("shows times in the site's zone on both sides of a change of clocks", () => {
  expect(en.time("2026-10-25T00:30:00Z")).toBe("02:30");
  expect(en.time("2026-10-25T01:30:00Z")).toBe("02:30");
  expect(en.zone("2026-10-25T00:30:00Z")).not.toBe(en.zone("2026-10-25T01:30:00Z"));
  expect(en.timeSeconds("2026-03-29T01:00:00Z")).toBe("03:00:00");
  expect(en.dateTime("2026-11-21T23:30:00Z")).toContain("22 Nov 2026");
  expect(de.date("2026-11-21T23:30:00Z")).toContain("22. Nov. 2026");
});

it.each([
  [0.4, "now"],
  [-5, "now"],
  [59, "59 seconds ago"],
  [60, "1 minute ago"],
  [3599, "59 minutes ago"],
  [7200, "2 hours ago"],
  [86_400, "yesterday"],
  [200_000, "2 days ago"],
])("says how long ago %d seconds are", (seconds, text) => {
  expect(en.ago(seconds)).toBe(text);
});

it("counts elapsed time up, and never below zero", () => {
  expect(stopwatch(2830)).toBe("0:47:10");
  expect(stopwatch(36_005)).toBe("10:00:05");
  expect(stopwatch(-3)).toBe("0:00:00");
});

it.each([
  [0, "0 s"],
  [59.6, "1 min"],
  [75, "1 min 15 s"],
  [3600, "1 h"],
  [3665, "1 h 1 min"],
  [-1, "0 s"],
])("writes a length of %d seconds", (seconds, text) => {
  expect(plain(duration(seconds))).toBe(text);
});

it("knows when two zones show different clocks", () => {
  expect(clocksDiffer("Europe/Berlin", "Europe/Vienna", "2026-11-21T12:00:00Z")).toBe(false);
  expect(clocksDiffer("Europe/Berlin", "America/New_York", "2026-11-21T12:00:00Z")).toBe(true);
});

it("reads the viewer's clock", () => {
  expect(now()).toBeGreaterThan(Date.parse("2025-01-01T00:00:00Z"));
});
