import fc from "fast-check";
import { expect, it } from "vitest";
import { localTime } from "../../shared/tariff/local-time";
import { monthAt, monthNumber } from "./months";

const berlin = "Europe/Berlin";
const iso = (ms: number) => new Date(ms).toISOString();

it("begins at midnight of the same day of the month at the site, over the change of the clocks", () => {
  const joined = Date.parse("2026-01-15T12:00:00Z");
  const starts = [0, 1, 2, 3].map((month) => iso(monthNumber(joined, berlin, month).startsAt));
  expect(starts).toEqual([
    "2026-01-15T12:00:00.000Z",
    "2026-02-14T23:00:00.000Z",
    "2026-03-14T23:00:00.000Z",
    "2026-04-14T22:00:00.000Z",
  ]);
});

it("takes a short month's last day, and comes back to the 31st", () => {
  const joined = Date.parse("2027-01-31T12:00:00Z");
  const days = [1, 2, 3, 13].map((month) => localTime(berlin, monthNumber(joined, berlin, month).startsAt).date);
  expect(days).toEqual(["2027-02-28", "2027-03-31", "2027-04-30", "2028-02-29"]);
});

it("begins when the clocks have gone forward over midnight", () => {
  // Santiago skips from 2026-09-05 24:00 to 01:00.
  const joined = Date.parse("2026-08-06T12:00:00Z");
  expect(iso(monthNumber(joined, "America/Santiago", 1).startsAt)).toBe("2026-09-06T04:00:00.000Z");
});

it("is the one month that an instant lies in, in any zone", () => {
  const zone = fc.constantFrom(berlin, "America/Santiago", "Asia/Kathmandu", "Pacific/Apia", "UTC");
  const at = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(zone, at, at, (timeZone, a, b) => {
      const [joined, instant] = [Math.min(a, b), Math.max(a, b)];
      const found = monthAt(joined, timeZone, instant);
      expect(found.startsAt).toBeLessThanOrEqual(instant);
      expect(found.endsAt).toBeGreaterThan(instant);
      expect(monthAt(joined, timeZone, found.startsAt)).toEqual(found);
      expect(monthAt(joined, timeZone, found.endsAt)).toMatchObject({ month: found.month + 1, startsAt: found.endsAt });
      expect(monthAt(joined, timeZone, joined - 1)).toMatchObject({ month: 0 });
    }),
  );
});
