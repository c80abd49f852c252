import { expect, it } from "vitest";
import { finance } from "../../testing/business-data";
import { ownerEn } from "./owner-en";
import { lineText } from "./bill-words";
import { byDay, daysUpTo, levelOf, useByHour } from "./figures-model";
import { byMonth, monthsBetween, monthsLater, monthsOf } from "./money-model";
import { ownerTexts } from "./words";

const berlin = "Europe/Berlin";
const session = (startedAt: string, endedAt: string | null, more = {}) => ({
  startedAt,
  endedAt,
  lastReadingAt: endedAt ?? startedAt,
  energyWh: 10_000,
  cost: { amount: 450, currency: "EUR" },
  ...more,
});

it("knows the months of each span, over the turn of a year", () => {
  expect(monthsOf("thisMonth", "2026-01")).toEqual({ from: "2026-01", to: "2026-01" });
  expect(monthsOf("lastMonth", "2026-01")).toEqual({ from: "2025-12", to: "2025-12" });
  expect(monthsOf("twelve", "2026-01")).toEqual({ from: "2025-02", to: "2026-01" });
  expect(monthsOf("thisYear", "2026-11")).toEqual({ from: "2026-01", to: "2026-11" });
  expect(monthsOf("lastYear", "2026-11")).toEqual({ from: "2025-01", to: "2025-12" });
  expect(monthsLater("2026-12", 1)).toBe("2027-01");
  expect(monthsBetween("2025-11", "2026-02")).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
});

it("sums rows by month in one currency, with 0 where nothing was billed", () => {
  const months = ["2026-09", "2026-10", "2026-11"];
  expect(byMonth(finance.rows, "EUR", months)).toEqual({ gross: [0, 119_000, 238_000], earned: [0, 116_025, 232_050] });
  expect(byMonth(finance.rows, "CHF", months).gross).toEqual([0, 0, 0]);
});

it("counts a session to the day on which it began at the site, also on days of 23 and 25 hours", () => {
  // The clock is put forward on 29 March and back on 25 October 2026.
  const days = daysUpTo(Date.parse("2026-03-30T21:00:00Z"), berlin, 3);
  expect(days).toEqual(["2026-03-28", "2026-03-29", "2026-03-30"]);
  const sessions = [
    session("2026-03-28T22:59:00Z", "2026-03-29T05:00:00Z"),
    session("2026-03-28T23:01:00Z", "2026-03-29T05:00:00Z"),
    session("2026-03-29T21:59:00Z", null),
    session("2026-03-29T22:00:00Z", null, { cost: { amount: 999, currency: "CHF" } }),
    session("2026-03-26T12:00:00Z", null),
  ];
  expect(byDay(sessions, berlin, days, "EUR")).toEqual([
    { date: "2026-03-28", sessions: 1, energyWh: 10_000, amount: 450 },
    { date: "2026-03-29", sessions: 2, energyWh: 20_000, amount: 900 },
    { date: "2026-03-30", sessions: 1, energyWh: 10_000, amount: 0 },
  ]);
  expect(daysUpTo(Date.parse("2026-10-25T22:30:00Z"), berlin, 2)).toEqual(["2026-10-24", "2026-10-25"]);
});

it("averages use by weekday and hour of the site's clock; the hour that comes twice counts twice", () => {
  const days = daysUpTo(Date.parse("2026-10-26T12:00:00Z"), berlin, 14);
  // Sunday 25 October, 02:00 summer time to 04:00 winter time: three hours.
  const over = useByHour([session("2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z")], berlin, days);
  expect(over[6]?.slice(1, 5)).toEqual([0, 1, 0.5, 0]);
  // Monday 12:05 to 13:35.
  const plain = useByHour([session("2026-10-19T10:05:00Z", "2026-10-19T11:35:00Z")], berlin, days);
  expect(plain[0]?.[12]).toBeCloseTo(0.5);
  expect(plain[0]?.[13]).toBeCloseTo(0.25);
  const before = useByHour([session("2026-10-01T10:00:00Z", "2026-10-01T11:00:00Z")], berlin, days);
  expect(before.flat().every((value) => value === 0)).toBe(true);
  const short = useByHour([session("2026-10-26T10:00:00Z", "2026-10-26T11:00:00Z")], berlin, ["2026-10-26"]);
  expect(short[0]?.[11]).toBe(1);
  expect(short[1]?.every((value) => value === 0)).toBe(true);
});

it("shades by five levels, and the least is not none", () => {
  expect([levelOf(0, 0), levelOf(0, 2), levelOf(0.01, 2), levelOf(1, 2), levelOf(2, 2)]).toEqual([0, 0, 1, 3, 5]);
});

it("names the lines of a bill that the cloud names by a word", () => {
  ownerTexts.use(ownerEn);
  expect([lineText("PARKING_TIME", ownerTexts.t()), lineText("Night", ownerTexts.t())]).toEqual([
    "Parking time",
    "Night",
  ]);
});
