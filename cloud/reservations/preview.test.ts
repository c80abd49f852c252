import { describe, expect, it } from "vitest";
import { slotOf } from "../../shared/booking";
import { defaultBookingSettings as rules } from "../../shared/booking-settings";
import { alwaysOpen } from "../../shared/opening-hours";
import type { BookingChange, SiteNow } from "./preview";
import { affectedBy, digestOf } from "./preview";

/** Monday, 1 March 2027, 10:00 in Berlin. */
const ten = slotOf(Date.UTC(2027, 2, 1, 9));
const booking = (id: string, seat: string, from: number, to: number) => ({
  booking: id,
  version: 1,
  seat,
  class: "AC",
  from,
  to,
});
const early = booking("early", "A", ten, ten + 4);
const long = booking("long", "B", ten + 2, ten + 14);
const night = booking("night", "A", ten + 40, ten + 44);
const site: SiteNow = {
  settings: { ...rules, walkInSeat: false },
  hours: null,
  timeZone: "Europe/Berlin",
  seats: { A: "AC", B: "AC", C: "DC" },
  bookings: [night, long, early],
};
const met = (change: BookingChange, changes: Partial<SiteNow> = {}) =>
  affectedBy({ ...site, ...changes }, change).map(({ booking: id, why }) => [id, ...why]);
const week = (from: string, to: string) => {
  const day = [{ from, to }];
  return { MONDAY: day, TUESDAY: day, WEDNESDAY: day, THURSDAY: day, FRIDAY: day, SATURDAY: day, SUNDAY: day };
};

describe("what a change does to bookings", () => {
  it("is shown for a block: of one seat or all, to its edges, for ever where it has no end", () => {
    const block = (seat: string | null, from: number, to: number) =>
      met({ kind: "block", reschedule: false, seat, from, to });
    expect(block(null, ten + 3, ten + 40)).toEqual([
      ["early", "blocked"],
      ["long", "blocked"],
    ]);
    expect(block("A", ten + 4, 2_000_000_000)).toEqual([["night", "blocked"]]);
    expect(block("A", ten + 4, ten + 40)).toEqual([]);
    expect(block("C", ten, ten + 99)).toEqual([]);
  });

  it("is shown for hours: what they leave outside, and was inside", () => {
    const hours = { week: week("08:00", "18:00"), exceptions: [] };
    expect(met({ kind: "hours", hours })).toEqual([["night", "closed"]]);
    expect(met({ kind: "hours", hours }, { hours })).toEqual([]);
    expect(met({ kind: "hours", hours: { week: week("12:00", "23:00"), exceptions: [] } }, { hours })).toEqual([
      ["early", "closed"],
      ["long", "closed"],
    ]);
    expect(met({ kind: "hours", hours: alwaysOpen }, { hours })).toEqual([]);
  });

  it("is shown for rules: no more sales, a shorter longest, a seat for walk-ins", () => {
    const to = (changes: Partial<typeof rules>) =>
      met({ kind: "settings", settings: { ...site.settings, ...changes } });
    expect(to({ pricePerHour: 900, frontierMinutes: 0, bufferMinutes: 0 })).toEqual([]);
    expect(to({ maxMinutes: 120 })).toEqual([["long", "tooLong"]]);
    expect(to({ walkInSeat: true })).toEqual([["long", "walkInSeat"]]);
    expect(to({ open: false, maxMinutes: 15, walkInSeat: true })).toEqual([
      ["early", "notSold", "tooLong"],
      ["long", "notSold", "tooLong", "walkInSeat"],
      ["night", "notSold", "tooLong"],
    ]);
    const closed = { settings: { ...site.settings, open: false, maxMinutes: 60, walkInSeat: true } };
    expect(met({ kind: "settings", settings: { ...closed.settings, pricePerHour: 1 } }, closed)).toEqual([]);
  });

  it("has a name that changes with it", () => {
    const [one, two] = affectedBy(site, { kind: "block", reschedule: false, seat: null, from: ten, to: ten + 9 });
    const names = [
      [],
      [one!],
      [one!, two!],
      [{ ...one!, version: 3 }],
      [{ ...one!, why: [] }],
      [{ ...one!, then: "offered" as const }],
    ].map(digestOf);
    expect(new Set(names).size).toBe(6);
    expect(digestOf([one!])).toBe(digestOf([{ ...one! }]));
  });
});
