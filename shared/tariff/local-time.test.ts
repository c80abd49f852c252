import { describe, expect, it } from "vitest";
import { localBoundaries, localTime, offsetAt } from "./local-time";

const berlin = "Europe/Berlin";
const ms = (iso: string) => Date.parse(iso);
const iso = (at: number) => new Date(at).toISOString();
const hour = 3_600_000;

describe("offsetAt", () => {
  it("knows summer and winter, half hours and the west", () => {
    expect(offsetAt(berlin, ms("2026-01-15T12:00:00Z"))).toBe(hour);
    expect(offsetAt(berlin, ms("2026-07-15T12:00:00.999Z"))).toBe(2 * hour);
    expect(offsetAt("Asia/Kolkata", ms("2026-07-15T12:00:00Z"))).toBe(5.5 * hour);
    expect(offsetAt("America/New_York", ms("2026-01-15T12:00:00Z"))).toBe(-5 * hour);
    expect(offsetAt("UTC", 0)).toBe(0);
  });

  it("changes at the very second", () => {
    expect(offsetAt(berlin, ms("2026-03-29T00:59:59Z"))).toBe(hour);
    expect(offsetAt(berlin, ms("2026-03-29T01:00:00Z"))).toBe(2 * hour);
  });

  it("refuses a zone that nobody knows", () => {
    expect(() => offsetAt("Europe/Atlantis", 0)).toThrow(RangeError);
  });
});

describe("localTime", () => {
  it("gives date, weekday and time of day on the wall", () => {
    expect(localTime(berlin, ms("2026-12-31T23:30:00Z"))).toEqual({
      date: "2027-01-01",
      weekday: "FRIDAY",
      minuteOfDay: 30,
    });
    expect(localTime("America/New_York", ms("2026-06-01T03:59:59Z"))).toEqual({
      date: "2026-05-31",
      weekday: "SUNDAY",
      minuteOfDay: 23 * 60 + 59,
    });
  });
});

describe("localBoundaries", () => {
  const between = (from: string, to: string, minutes: number[]) =>
    localBoundaries(berlin, ms(from), ms(to), minutes).toSorted().map(iso);

  it("gives each time of day once a day, without the ends", () => {
    expect(between("2026-06-01T15:00:00Z", "2026-06-03T15:00:00Z", [0, 17 * 60])).toEqual([
      "2026-06-01T22:00:00.000Z",
      "2026-06-02T15:00:00.000Z",
      "2026-06-02T22:00:00.000Z",
    ]);
    expect(between("2026-06-01T14:59:30Z", "2026-06-01T14:59:59Z", [17 * 60])).toEqual([]);
  });

  it("on the day of 23 hours, gives the change instead of a time that does not exist", () => {
    expect(between("2026-03-28T23:30:00Z", "2026-03-29T02:00:00Z", [2 * 60, 150, 3 * 60 + 30])).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T01:30:00.000Z",
    ]);
  });

  it("on the day of 25 hours, gives the hour that comes twice twice", () => {
    expect(between("2026-10-24T22:00:00Z", "2026-10-25T03:00:00Z", [150])).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
  });

  it("leaves out a change at the very end, and one at the very beginning", () => {
    expect(between("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", [2 * 60])).toEqual([]);
    expect(between("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z", [2 * 60])).toEqual([]);
    expect(between("2026-03-28T01:00:00Z", "2026-03-30T01:00:00Z", [])).toEqual(["2026-03-29T01:00:00.000Z"]);
  });

  it("finds both changes of a year", () => {
    expect(between("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", [])).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-10-25T01:00:00.000Z",
    ]);
  });
});
