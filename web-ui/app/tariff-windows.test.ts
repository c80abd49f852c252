import { expect, it } from "vitest";
import { priceOf } from "../../shared/tariff/price";
import { complexTariff, dayNightTariff } from "../testing/app-data";
import { emptyForm, examplePeriods, formOf, readNumber, tariffOf } from "./tariff-form";
import { dayOf, timeText, windowErrors } from "./tariff-windows";

const night = { from: "22:00", until: "06:00", energy: "0.29" };
const noon = { from: "11:00", until: "15:00", energy: "0,35" };

it("makes a tariff of windows, and reads it again", () => {
  const form = formOf(dayNightTariff);
  expect(form).toMatchObject({ energy: "0.45", minute: "0.1", windows: [night, { ...noon, energy: "0.35" }] });
  expect(form && tariffOf(form, "EUR")).toEqual({ tariff: dayNightTariff });
  // What windows of a day cannot say is left to whoever wrote it.
  expect(formOf(complexTariff)).toBeNull();
});

it("prices by the site's clock: two hours before ten in the evening, and two after", () => {
  const made = tariffOf({ ...emptyForm, id: "x", vat: "", windows: [night] }, "EUR");
  if (!("tariff" in made)) throw new Error("no tariff");
  const start = { startedAt: "2026-11-21T19:00:00.000Z", timeZone: "Europe/Berlin" };
  const { total } = priceOf(made.tariff, examplePeriods(made.tariff, 20_000, 4, start), "Europe/Berlin");
  expect(total).toBe(450 + 290);
});

it("shows the day as stretches, over midnight as well", () => {
  const parts = dayOf([night, noon], 0.45, readNumber);
  expect(parts.map(({ from, until, energy }) => `${timeText(from)}-${timeText(until)} ${energy}`)).toEqual([
    "00:00-06:00 0.29",
    "06:00-11:00 0.45",
    "11:00-15:00 0.35",
    "15:00-22:00 0.45",
    "22:00-24:00 0.29",
  ]);
  expect(parts.map(({ isWindow }) => isWindow)).toEqual([true, false, true, false, true]);
  expect(dayOf([{ ...noon, until: "00:00", energy: "x" }], 1, readNumber)).toEqual([
    { from: 0, until: 660, energy: 1, isWindow: false },
    { from: 660, until: 1440, energy: 0, isWindow: true },
  ]);
});

it("says at the field what is wrong with a window", () => {
  const of = (...windows: (typeof night)[]) => windowErrors(windows, readNumber);
  expect(of(night, noon)).toEqual([{}, {}]);
  expect(of({ from: "", until: "24:00", energy: "" })).toEqual([
    { from: "timeError", until: "timeError", energy: "numberError" },
  ]);
  expect(of({ ...noon, until: noon.from, energy: "x" })).toEqual([{ until: "sameTime", energy: "numberError" }]);
  // One may begin where another ends, and may not lie in it, around it, or over it.
  expect(of(noon, { ...noon, from: "15:00", until: "22:00" }, night)).toEqual([{}, {}, {}]);
  for (const window of [
    { ...noon, from: "05:00", until: "07:00" },
    { ...noon, from: "23:00", until: "01:00" },
    { ...noon, from: "20:00", until: "08:00" },
  ]) {
    expect(of(night, window)).toEqual([{}, { from: "overlap" }]);
  }
  const made = tariffOf({ ...emptyForm, id: "x", windows: [{ ...night, energy: "x" }] }, "EUR");
  expect(made).toEqual({ errors: { windows: [{ energy: "numberError" }] } });
});
