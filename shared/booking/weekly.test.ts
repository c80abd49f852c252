import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localTime, weekdays } from "../tariff/local-time";
import type { Weekday } from "../tariff/local-time";
import { instantOfSlot, startOfSlot } from "./slots";
import type { WeeklyPattern } from "./weekly";
import { occurrences } from "./weekly";

const daily: WeeklyPattern = {
  days: [...weekdays],
  from: "18:00",
  to: "20:00",
  startsOn: "2026-03-28",
  until: null,
  count: 3,
};
const told = (pattern: Partial<WeeklyPattern>, timeZone = "Europe/Berlin", through = "2027-12-31") =>
  occurrences({ ...daily, ...pattern }, timeZone, through).map(
    ({ date, span }) =>
      `${date} ${span && `${instantOfSlot(span.from).slice(5, 16)} ${instantOfSlot(span.to).slice(5, 16)}`}`,
  );

const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

describe("a weekly pattern", () => {
  it("keeps the time on the wall when the clocks change", () => {
    expect(told({})).toEqual([
      "2026-03-28 03-28T17:00 03-28T19:00",
      "2026-03-29 03-29T16:00 03-29T18:00",
      "2026-03-30 03-30T16:00 03-30T18:00",
    ]);
    expect(told({ startsOn: "2026-10-24", count: 2 })).toEqual([
      "2026-10-24 10-24T16:00 10-24T18:00",
      "2026-10-25 10-25T17:00 10-25T19:00",
    ]);
  });

  it("takes the days that it names, until a date or a count, and no further than it is asked", () => {
    const days: Weekday[] = ["MONDAY", "FRIDAY"];
    const dates = (pattern: Partial<WeeklyPattern>, through?: string) =>
      told({ days, startsOn: "2026-06-01", ...pattern }, "UTC", through).map((text) => text.slice(0, 10));
    expect(dates({ count: 3 })).toEqual(["2026-06-01", "2026-06-05", "2026-06-08"]);
    expect(dates({ count: null, until: "2026-06-08" })).toEqual(["2026-06-01", "2026-06-05", "2026-06-08"]);
    expect(dates({ count: null, until: "2026-06-08" }, "2026-06-07")).toEqual(["2026-06-01", "2026-06-05"]);
    expect(dates({ count: 9 }, "2026-05-31")).toEqual([]);
  });

  it("goes over midnight, and over the nights in which an hour is missing or comes twice", () => {
    expect(told({ from: "22:00", to: "06:00", count: 2 })).toEqual([
      "2026-03-28 03-28T21:00 03-29T04:00",
      "2026-03-29 03-29T20:00 03-30T04:00",
    ]);
    const night = { startsOn: "2026-03-29", count: 1 };
    expect(told({ ...night, from: "02:00", to: "03:00" })).toEqual(["2026-03-29 null"]);
    expect(told({ ...night, from: "02:30", to: "04:00" })).toEqual(["2026-03-29 03-29T01:30 03-29T02:00"]);
    expect(told({ ...night, from: "01:30", to: "02:30" })).toEqual(["2026-03-29 03-29T00:30 03-29T01:30"]);
    const twice = { startsOn: "2026-10-25", count: 1 };
    expect(told({ ...twice, from: "02:30", to: "03:30" })).toEqual(["2026-10-25 10-25T00:30 10-25T02:30"]);
    expect(told({ ...twice, from: "01:30", to: "02:30" })).toEqual(["2026-10-25 10-24T23:30 10-25T00:30"]);
  });

  it("begins and ends when the wall says so in any zone, but in the hours of a change", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "America/Santiago",
      "UTC",
    ];
    const time = fc
      .integer({ min: 0, max: 95 })
      .map((n) => `${String(Math.floor(n / 4)).padStart(2, "0")}:${String((n % 4) * 15).padStart(2, "0")}`);
    const date = fc
      .integer({ min: 0, max: 800 })
      .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
    const days = fc.subarray([...weekdays], { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, time, date, days, (timeZone, from, to, startsOn, some) => {
        const pattern = { days: some, from, to, startsOn, until: null, count: 40 };
        const list = occurrences(pattern, timeZone, "2030-01-01");
        expect(list).toHaveLength(40);
        let moved = 0;
        for (const [index, { date: day, span }] of list.entries()) {
          expect(day > (list[index - 1]?.date ?? "")).toBe(true);
          if (!span) {
            moved += 1;
            continue;
          }
          const [start, end] = [span.from, span.to].map((slot) => localTime(timeZone, startOfSlot(slot)));
          expect(some).toContain(weekdays[new Date(day).getUTCDay()]);
          if (start!.minuteOfDay === minute(from) && end!.minuteOfDay === minute(to)) expect(start!.date).toBe(day);
          else moved += 1;
          const walls = (minute(to) - minute(from) + 1440) % 1440 || 1440;
          expect(Math.abs((span.to - span.from) * 15 - walls)).toBeLessThanOrEqual(60);
        }
        // Forty of them span at most two changes forward a year.
        expect(moved).toBeLessThanOrEqual(2);
      }),
      { numRuns: 40 },
    );
  });
});
