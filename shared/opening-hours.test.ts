import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpeningHours } from "./opening-hours";
import { alwaysOpen, isOpenAt, isOpenThroughout, openState } from "./opening-hours";
import { openingHoursSchema } from "./opening-hours-schema";

const berlin = "Europe/Berlin";
const ms = (iso: string) => Date.parse(iso);
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const nine = [{ from: "09:00", to: "17:00" }];
const shop: OpeningHours = {
  week: {
    MONDAY: nine,
    TUESDAY: nine,
    WEDNESDAY: nine,
    THURSDAY: nine,
    FRIDAY: [{ from: "18:00", to: "02:30" }],
    SATURDAY: [],
    SUNDAY: [],
  },
  exceptions: [
    { date: "2026-12-24", periods: [{ from: "09:00", to: "12:00" }], note: "Christmas Eve" },
    { date: "2026-12-28", periods: [], note: "Closed" },
  ],
};
const open = (at: string) => isOpenAt(shop, berlin, ms(at));

describe("opening hours", () => {
  it("hold by the clock on the site's wall, without their end", () => {
    // A Monday in summer: 09:00 is 07:00 UTC.
    expect(open("2026-06-01T06:59:59Z")).toBe(false);
    expect(open("2026-06-01T07:00:00Z")).toBe(true);
    expect(open("2026-06-01T14:59:59Z")).toBe(true);
    expect(open("2026-06-01T15:00:00Z")).toBe(false);
    // In winter 08:00 UTC.
    expect(open("2026-01-05T07:59:00Z")).toBe(false);
    expect(open("2026-01-05T08:00:00Z")).toBe(true);
  });

  it("run over midnight", () => {
    expect(open("2026-06-05T16:00:00Z")).toBe(true);
    expect(open("2026-06-05T23:30:00Z")).toBe(true);
    expect(open("2026-06-06T00:29:00Z")).toBe(true);
    expect(open("2026-06-06T00:30:00Z")).toBe(false);
    const night = {
      week: null,
      exceptions: [{ date: "2026-06-01", periods: [{ from: "10:00", to: "10:00" }], note: "" }],
    };
    expect(isOpenAt(night, "UTC", ms("2026-06-01T09:59:00Z"))).toBe(false);
    expect(isOpenAt(night, "UTC", ms("2026-06-01T10:00:00Z"))).toBe(true);
  });

  it("give way to a day's exception", () => {
    expect(open("2026-12-24T10:59:00Z")).toBe(true);
    expect(open("2026-12-24T11:00:00Z")).toBe(false);
    expect(open("2026-12-28T09:00:00Z")).toBe(false);
    const closed = { ...alwaysOpen, exceptions: [{ date: "2026-12-28", periods: [], note: "" }] };
    expect(isOpenAt(closed, berlin, ms("2026-12-28T12:00:00Z"))).toBe(false);
    expect(isOpenAt(closed, berlin, ms("2026-12-28T23:00:00Z"))).toBe(true);
  });

  it("follow the clock when it is put forward and back", () => {
    const early = { from: "02:00", to: "03:00" };
    const everyNight: OpeningHours = { week: { ...shop.week!, SUNDAY: [early] }, exceptions: [] };
    // The hour that does not come, and the one that comes twice.
    expect(isOpenThroughout(everyNight, berlin, ms("2026-03-29T00:30:00Z"), ms("2026-03-29T01:30:00Z"))).toBe(false);
    expect(isOpenAt(everyNight, berlin, ms("2026-03-29T01:00:00Z"))).toBe(false);
    expect(isOpenThroughout(everyNight, berlin, ms("2026-10-25T00:00:00Z"), ms("2026-10-25T02:00:00Z"))).toBe(true);
    expect(openState(everyNight, berlin, ms("2026-10-25T00:00:00Z"))).toEqual({
      open: true,
      until: ms("2026-10-25T02:00:00Z"),
    });
  });
});

describe("a stay", () => {
  it("has to fit in without a gap", () => {
    const within = (from: string, to: string) => isOpenThroughout(shop, berlin, ms(from), ms(to));
    expect(within("2026-06-01T07:00:00Z", "2026-06-01T15:00:00Z")).toBe(true);
    expect(within("2026-06-01T07:00:00Z", "2026-06-01T15:01:00Z")).toBe(false);
    expect(within("2026-06-01T08:00:00Z", "2026-06-02T08:00:00Z")).toBe(false);
    expect(within("2026-06-05T16:00:00Z", "2026-06-06T00:30:00Z")).toBe(true);
    expect(isOpenThroughout(alwaysOpen, berlin, ms("2026-06-01T07:00:00Z"), ms("2026-06-08T07:00:00Z"))).toBe(true);
  });

  it("may end when the clock is put forward and the hours end with it", () => {
    const lateSaturday: OpeningHours = {
      week: { ...shop.week!, SATURDAY: [{ from: "20:00", to: "02:00" }] },
      exceptions: [],
    };
    expect(isOpenThroughout(lateSaturday, berlin, ms("2026-03-28T19:00:00Z"), ms("2026-03-29T01:00:00Z"))).toBe(true);
    expect(isOpenThroughout(lateSaturday, berlin, ms("2026-03-28T19:00:00Z"), ms("2026-03-29T01:01:00Z"))).toBe(false);
  });

  it("is within the hours exactly when each of its minutes is", () => {
    const time = fc
      .integer({ min: 0, max: 95 })
      .map((n) => `${String(n >> 2).padStart(2, "0")}:${"00 15 30 45".split(" ")[n & 3]}`);
    const day = fc.array(fc.record({ from: time, to: fc.oneof(time, fc.constant("24:00")) }), { maxLength: 2 });
    const week = fc.record({
      MONDAY: day,
      TUESDAY: day,
      WEDNESDAY: day,
      THURSDAY: day,
      FRIDAY: day,
      SATURDAY: day,
      SUNDAY: day,
    });
    const start = ms("2026-03-28T12:00:00Z");
    fc.assert(
      fc.property(week, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 60 }), (hours, from, quarters) => {
        const opening: OpeningHours = { week: hours, exceptions: [] };
        const [begin, end] = [start + from * 900_000, start + (from + quarters) * 900_000];
        let all = true;
        for (let at = begin; at < end; at += 900_000) all &&= isOpenAt(opening, berlin, at);
        expect(isOpenThroughout(opening, berlin, begin, end)).toBe(all);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what is said of now", () => {
  it("holds until the next change", () => {
    expect(iso(openState(shop, berlin, ms("2026-06-01T08:00:00Z")).until)).toBe("2026-06-01T15:00:00.000Z");
    expect(iso(openState(shop, berlin, ms("2026-06-06T08:00:00Z")).until)).toBe("2026-06-08T07:00:00.000Z");
    expect(openState(alwaysOpen, berlin, ms("2026-06-06T08:00:00Z"))).toEqual({ open: true, until: null });
  });
});

describe("the schema", () => {
  it("takes what is right and refuses the rest", () => {
    expect(openingHoursSchema.parse(shop)).toEqual(shop);
    const [first] = shop.exceptions;
    for (const wrong of [
      { ...shop, exceptions: [first, first] },
      { ...shop, week: { MONDAY: nine } },
      { week: null, exceptions: [{ ...first, date: "2026-02-30" }] },
      { week: null, exceptions: [{ ...first, periods: [{ from: "24:00", to: "24:00" }] }] },
      { week: null, exceptions: [{ ...first, periods: [{ from: "9:00", to: "25:00" }] }] },
    ]) {
      expect(openingHoursSchema.safeParse(wrong).success).toBe(false);
    }
  });
});
