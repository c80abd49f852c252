import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarOf, dateAfter, daysFrom } from "./calendar";

const hours = (zone: string, date: string) => {
  const [day] = daysFrom(zone, date, 1);
  return [new Date(day!.startMs).toISOString(), (day!.endMs - day!.startMs) / 3_600_000];
};

const entry = (connector: string, start: string, end: string | null) => ({ connector, start, end });

describe("days at a site", () => {
  it("have 23 or 25 hours where the clock is changed", () => {
    expect(hours("Europe/Berlin", "2027-03-27")).toEqual(["2027-03-26T23:00:00.000Z", 24]);
    expect(hours("Europe/Berlin", "2027-03-28")).toEqual(["2027-03-27T23:00:00.000Z", 23]);
    expect(hours("Europe/Berlin", "2027-10-31")).toEqual(["2027-10-30T22:00:00.000Z", 25]);
    expect(hours("Asia/Kolkata", "2027-03-28")).toEqual(["2027-03-27T18:30:00.000Z", 24]);
    expect(hours("Australia/Lord_Howe", "2027-04-04")).toEqual(["2027-04-03T13:00:00.000Z", 24.5]);
  });

  it("begin when the clock is put forward where that skips midnight, and once where midnight comes twice", () => {
    expect(hours("Asia/Beirut", "2025-03-30")).toEqual(["2025-03-29T22:00:00.000Z", 23]);
    expect(hours("America/Havana", "2025-11-02")).toEqual(["2025-11-02T04:00:00.000Z", 25]);
    expect(hours("Pacific/Apia", "2011-12-30")[1]).toBe(0);
  });

  it("follow each other without a gap, in any zone", () => {
    const zones = ["Europe/Berlin", "America/New_York", "America/Santiago", "Africa/Cairo", "Pacific/Chatham", "UTC"];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.nat(20_000), (zone, offset) => {
        const days = daysFrom(zone, dateAfter("2000-01-01", offset), 7);
        for (const [index, { endMs, startMs }] of days.entries()) {
          expect(endMs).toBe(days[index + 1]?.startMs ?? endMs);
          expect(Math.abs(endMs - startMs - 86_400_000)).toBeLessThanOrEqual(3_600_000);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("a calendar", () => {
  it("has each entry, whole, on its connector, in each day that it touches", () => {
    const days = daysFrom("UTC", "2027-01-01", 2);
    const over = entry("A", "2027-01-01T23:00:00Z", "2027-01-02T01:00:00Z");
    const open = entry("B", "2027-01-01T10:00:00Z", null);
    const edge = entry("A", "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z");
    const instant = entry("B", "2027-01-02T00:00:00Z", "2027-01-02T00:00:00Z");
    const before = entry("A", "2026-12-31T23:00:00Z", "2027-01-01T00:00:00Z");
    const calendar = calendarOf(days, ["A", "B"], [over, open, edge, instant, before]);
    const starts = calendar.map(({ connectors }) => connectors.map(({ entries }) => entries.map(({ start }) => start)));
    expect(starts).toEqual([
      [[edge.start, over.start], [open.start]],
      [[over.start], [open.start, instant.start]],
    ]);
    expect(calendar.map(({ date, hours: long }) => [date, long])).toEqual([
      ["2027-01-01", 24],
      ["2027-01-02", 24],
    ]);
  });
});
