import { expect, it } from "vitest";
import { element, tariff } from "../../shared/tariff/testing/examples";
import { garageTariff, receipt } from "../testing/views";
import { billOf } from "./bill";
import { formatsFor } from "./format";
import { billEn } from "./texts";
import { translator } from "./translate";

const t = translator<typeof billEn>(billEn);
const format = formatsFor("en", "UTC");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

it("adds up to what the hub has written into its books", () => {
  const bill = billOf({ ...receipt(), tariff: garageTariff, timeZone: "Europe/Berlin" }, t, format);
  expect(bill.rows.map(({ label, detail, amount }) => [label, plain(detail), amount])).toEqual([
    ["Energy", "42.42 kWh at \u20ac0.45 per kWh", "\u20ac19.09"],
    ["Charging time", "46 min at \u20ac6.00 per hour", "\u20ac4.60"],
  ]);
  expect(bill.tax).toEqual([{ label: "VAT 19%", detail: "on \u20ac19.91 net", amount: "\u20ac3.78" }]);
  expect(bill.total).toBe("\u20ac23.69");
});

const period = { start: "2026-11-21T08:00:00Z", seconds: 3600, energyWh: 1000, charging: true };

it("shows a fee, time without charging, and what a limit changes; no tax line without VAT", () => {
  const limits = { min_price: { excl_vat: 1000, incl_vat: 1000 } };
  const rates = tariff([element("FLAT", 1), element("PARKING_TIME", 2)], limits);
  const cost = { amount: 1000, currency: "EUR" };
  const bill = billOf(
    { tariff: rates, periods: [{ ...period, energyWh: 0, charging: false }], cost, timeZone: "UTC" },
    t,
    format,
  );
  expect(bill.rows.map(({ label }) => label)).toEqual([
    "Fee per charge",
    "Time plugged in without charging",
    "Up to the minimum price",
  ]);
  expect(bill.tax).toEqual([]);
  const capped = tariff([element("ENERGY", 9)], { max_price: { excl_vat: 500, incl_vat: 500 } });
  const rows = billOf({ tariff: capped, periods: [period], cost, timeZone: "UTC" }, t, format).rows;
  expect(rows.at(-1)).toEqual({ label: "Down to the maximum price", detail: "", amount: "-\u20ac4.00" });
});
